use std::sync::Arc;

use serde_json::json;

use crate::support::{Bench, PASSWORD, User};

const WHOAMI: &str = "/_matrix/client/v3/account/whoami";

#[tokio::test]
async fn a_login_opens_a_session_of_its_own() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    assert_eq!(
        bench.get(None, "/_matrix/client/v3/login").await.ok(),
        json!({ "flows": [{ "type": "m.login.password" }] })
    );
    let second = User::of(&bench.login("alice", PASSWORD).await.ok());
    assert_ne!(second.device, alice.device);
    let whoami = bench.get(&second, WHOAMI).await.ok();
    assert_eq!(whoami["user_id"], "@alice:relay.test");
    assert_eq!(whoami["device_id"], second.device.as_str());
}

#[tokio::test]
async fn a_full_user_id_and_the_old_field_name_the_user_too() {
    let bench = Bench::honest();
    bench.register("alice").await;
    bench.login("@alice:relay.test", PASSWORD).await.ok();
    let body = json!({ "type": "m.login.password", "user": "alice", "password": PASSWORD });
    bench
        .post(None, "/_matrix/client/v3/login", body)
        .await
        .ok();
    bench
        .login("@alice:elsewhere.test", PASSWORD)
        .await
        .refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn a_login_on_a_known_device_ends_its_former_session() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let body = json!({
        "type": "m.login.password", "user": "alice", "password": PASSWORD, "device_id": alice.device,
    });
    let again = User::of(
        &bench
            .post(None, "/_matrix/client/v3/login", body)
            .await
            .ok(),
    );
    assert_eq!(again.device, alice.device);
    bench
        .get(&alice, WHOAMI)
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
    bench.get(&again, WHOAMI).await.ok();
}

#[tokio::test]
async fn requests_without_a_valid_token_are_refused() {
    let bench = Bench::honest();
    bench
        .get(None, WHOAMI)
        .await
        .refused(401, "M_MISSING_TOKEN");
    let nobody = User {
        id: String::new(),
        device: String::new(),
        token: "guess".to_owned(),
    };
    bench
        .get(&nobody, WHOAMI)
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn a_logout_kills_the_token_at_once() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    bench
        .post(&alice, "/_matrix/client/v3/logout", json!({}))
        .await
        .ok();
    bench
        .get(&alice, WHOAMI)
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn a_logout_everywhere_kills_all_tokens() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let second = User::of(&bench.login("alice", PASSWORD).await.ok());
    bench
        .post(&second, "/_matrix/client/v3/logout/all", json!({}))
        .await
        .ok();
    bench
        .get(&alice, WHOAMI)
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
    bench
        .get(&second, WHOAMI)
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn a_logout_ends_a_waiting_sync() {
    let bench = Arc::new(Bench::honest());
    let alice = bench.register("alice").await;
    let since = bench.sync(&alice, None).await["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    let waiting = tokio::spawn({
        let (bench, alice) = (Arc::clone(&bench), alice.clone());
        let path = format!("/_matrix/client/v3/sync?timeout=30000&since={since}");
        async move { bench.get(&alice, &path).await }
    });
    tokio::task::yield_now().await;
    bench
        .post(&alice, "/_matrix/client/v3/logout", json!({}))
        .await
        .ok();
    waiting.await.unwrap().refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down() {
    let bench = Bench::honest();
    bench.register("alice").await;
    for _ in 0..10 {
        bench
            .login("alice", "guess")
            .await
            .refused(403, "M_FORBIDDEN");
    }
    let refused = bench.login("alice", PASSWORD).await;
    refused.refused(429, "M_LIMIT_EXCEEDED");
    let wait = refused.json()["retry_after_ms"].as_u64().unwrap();
    bench.clock.advance(wait);
    bench.login("alice", PASSWORD).await.ok();
}

#[tokio::test]
async fn names_without_account_are_refused_like_wrong_passwords() {
    let bench = Bench::honest();
    bench.register("alice").await;
    let wrong = bench.login("alice", "guess").await;
    let nobody = bench.login("nobody", "guess").await;
    assert_eq!((wrong.status, wrong.bytes), (nobody.status, nobody.bytes));
}
