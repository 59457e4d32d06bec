use http::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Bench, PASSWORD, User};

async fn delete(bench: &Bench, user: &User, device: &str, auth: Option<Value>) -> Answer {
    let path = format!("/_matrix/client/v3/devices/{device}");
    let body = auth.map_or(json!({}), |auth| json!({ "auth": auth }));
    bench
        .send(
            Method::DELETE,
            Some(user),
            &path,
            body.to_string().into_bytes(),
        )
        .await
}

fn proof(user: &User, password: &str) -> Value {
    let identifier = json!({ "type": "m.id.user", "user": user.id });
    json!({ "type": "m.login.password", "identifier": identifier, "password": password })
}

#[tokio::test]
async fn devices_are_listed_and_renamed() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let path = format!("/_matrix/client/v3/devices/{}", alice.device);
    bench
        .put(&alice, &path, json!({ "display_name": "desk" }))
        .await
        .ok();
    let wanted = json!({ "device_id": alice.device, "display_name": "desk" });
    assert_eq!(bench.get(&alice, &path).await.ok(), wanted);
    assert_eq!(
        bench.get(&alice, "/_matrix/client/v3/devices").await.ok(),
        json!({ "devices": [wanted] })
    );
}

#[tokio::test]
async fn removing_a_device_asks_for_the_password() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let second = User::of(&bench.login("alice", PASSWORD).await.ok());
    let asked = delete(&bench, &alice, &second.device, None).await;
    assert_eq!(asked.status, 401);
    assert_eq!(
        asked.json()["flows"],
        json!([{ "stages": ["m.login.password"] }])
    );
    delete(&bench, &alice, &second.device, Some(proof(&alice, "guess")))
        .await
        .refused(401, "M_FORBIDDEN");
    delete(
        &bench,
        &alice,
        &second.device,
        Some(proof(&alice, PASSWORD)),
    )
    .await
    .ok();
    bench
        .get(&second, "/_matrix/client/v3/devices")
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
    bench.get(&alice, "/_matrix/client/v3/devices").await.ok();
}

#[tokio::test]
async fn another_users_password_proves_nothing() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let mallory = bench.register("mallory").await;
    delete(
        &bench,
        &alice,
        &alice.device,
        Some(proof(&mallory, PASSWORD)),
    )
    .await
    .refused(401, "M_FORBIDDEN");
}

#[tokio::test]
async fn devices_of_others_are_out_of_reach() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let mallory = bench.register("mallory").await;
    let path = format!("/_matrix/client/v3/devices/{}", alice.device);
    bench.get(&mallory, &path).await.refused(404, "M_NOT_FOUND");
    bench
        .put(&mallory, &path, json!({ "display_name": "x" }))
        .await
        .refused(404, "M_NOT_FOUND");
    delete(
        &bench,
        &mallory,
        &alice.device,
        Some(proof(&mallory, PASSWORD)),
    )
    .await
    .ok();
    bench.get(&alice, &path).await.ok();
}
