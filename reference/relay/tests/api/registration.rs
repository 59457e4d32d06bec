use serde_json::json;

use crate::support::{Bench, ONCE, PASSWORD};

const REGISTER: &str = "/_matrix/client/v3/register";

#[tokio::test]
async fn without_token_the_flow_is_told() {
    let bench = Bench::honest();
    let answer = bench
        .post(
            None,
            REGISTER,
            json!({ "username": "eve", "password": PASSWORD }),
        )
        .await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.json()["flows"],
        json!([{ "stages": ["m.login.registration_token"] }])
    );
    assert!(answer.json()["session"].is_string());
    assert!(answer.json().get("errcode").is_none());
}

#[tokio::test]
async fn a_wrong_token_and_other_stages_are_refused() {
    let bench = Bench::honest();
    bench
        .register_with("eve", "guess")
        .await
        .refused(401, "M_FORBIDDEN");
    let body =
        json!({ "username": "eve", "password": PASSWORD, "auth": { "type": "m.login.dummy" } });
    bench
        .post(None, REGISTER, body)
        .await
        .refused(403, "M_FORBIDDEN");
    bench
        .post(None, "/_matrix/client/v3/register?kind=guest", json!({}))
        .await
        .refused(403, "M_GUEST_ACCESS_FORBIDDEN");
}

#[tokio::test]
async fn a_token_is_good_as_often_as_it_says() {
    let bench = Bench::honest();
    let validity =
        format!("/_matrix/client/v1/register/m.login.registration_token/validity?token={ONCE}");
    assert_eq!(
        bench.get(None, &validity).await.ok(),
        json!({ "valid": true })
    );
    assert_eq!(bench.register_with("alice", ONCE).await.status, 200);
    bench
        .register_with("eve", ONCE)
        .await
        .refused(401, "M_FORBIDDEN");
    assert_eq!(
        bench.get(None, &validity).await.ok(),
        json!({ "valid": false })
    );
}

#[tokio::test]
async fn a_token_for_one_is_good_for_one_of_many_at_once() {
    let bench = std::sync::Arc::new(Bench::honest());
    let tries = (0..8).map(|number| {
        let bench = std::sync::Arc::clone(&bench);
        tokio::spawn(async move {
            bench
                .register_with(&format!("user{number}"), ONCE)
                .await
                .status
        })
    });
    let mut passed = 0;
    for one in tries.collect::<Vec<_>>() {
        passed += usize::from(one.await.unwrap() == 200);
    }
    assert_eq!(passed, 1);
}

#[tokio::test]
async fn names_are_checked() {
    let bench = Bench::honest();
    bench.register("alice").await;
    bench
        .register_with("alice", "invitation")
        .await
        .refused(400, "M_USER_IN_USE");
    for wrong in ["Alice", "a:b", "a b", "", "ä"] {
        bench
            .register_with(wrong, "invitation")
            .await
            .refused(400, "M_INVALID_USERNAME");
    }
}

#[tokio::test]
async fn a_refused_name_leaves_the_token_unused() {
    let bench = Bench::honest();
    bench.register("alice").await;
    bench
        .register_with("alice", ONCE)
        .await
        .refused(400, "M_USER_IN_USE");
    assert_eq!(bench.register_with("bob", ONCE).await.status, 200);
}

#[tokio::test]
async fn no_password_is_stored_in_clear() {
    let bench = Bench::honest();
    bench.register("alice").await;
    assert!(!crate::support::contains(&bench.stored_bytes(), PASSWORD));
}
