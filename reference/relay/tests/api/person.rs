//! A person gets out what the relay holds of him, and can take it with him.

use reference_relay::Flaw;
use serde_json::{Value, json};

use crate::keys::one_time_keys;
use crate::support::{Answer, Bench, PASSWORD, TOKEN, User, contains};

const EXPORT: &str = "/_matrix/client/unstable/dev.pruefstand/account/export";

async fn end(bench: &Bench, user: &User, erase: bool) -> Answer {
    let auth = json!({ "type": "m.login.password", "user": user.id, "password": PASSWORD });
    let body = json!({ "auth": auth, "erase": erase });
    bench
        .post(user, "/_matrix/client/v3/account/deactivate", body)
        .await
}

pub(crate) async fn erase(bench: &Bench, user: &User) -> Answer {
    end(bench, user, true).await
}

/// Alice leaves something of every kind behind, each with a word of its own, in a room with Bob.
async fn leave_traces(bench: &Bench) -> (User, User, String) {
    let (alice, bob) = (bench.register("alice").await, bench.register("bob").await);
    let room = bench.shared_room(&bob, &[&alice]).await;
    let base = "/_matrix/client/v3";
    let name = format!("{base}/profile/{}/displayname", alice.id);
    bench
        .put(&alice, &name, json!({ "displayname": "canary-name" }))
        .await
        .ok();
    let device = format!("{base}/devices/{}", alice.device);
    bench
        .put(&alice, &device, json!({ "display_name": "canary-device" }))
        .await
        .ok();
    let mut keys = one_time_keys(0..1);
    keys["one_time_keys"]["signed_curve25519:c"] = json!({ "key": "canary-key" });
    bench
        .post(&alice, &format!("{base}/keys/upload"), keys)
        .await
        .ok();
    bench.say(&alice, &room, "1", "canary-text").await.ok();
    bench.say(&bob, &room, "1", "text of Bob").await.ok();
    let data = format!("{base}/user/{}/account_data/x", alice.id);
    bench
        .put(&alice, &data, json!({ "own": "canary-data" }))
        .await
        .ok();
    crate::media::uploaded(bench, &alice, b"canary-file").await;
    let queued = json!({ "messages": { alice.id.as_str(): { "*": { "n": "canary-queued" } } } });
    bench
        .put(&bob, &format!("{base}/sendToDevice/m.test/1"), queued)
        .await
        .ok();
    (alice, bob, room)
}

const TRACES: [&str; 7] = [
    "canary-name",
    "canary-device",
    "canary-key",
    "canary-text",
    "canary-data",
    "canary-file",
    "canary-queued",
];

fn left(bench: &Bench) -> Vec<&'static str> {
    let bytes = bench.stored_bytes();
    TRACES
        .into_iter()
        .filter(|trace| contains(&bytes, trace))
        .collect()
}

#[tokio::test]
async fn an_export_holds_everything_and_no_secret() {
    let bench = Bench::honest();
    let (alice, bob, _) = leave_traces(&bench).await;
    let export = bench.get(&alice, EXPORT).await.ok();
    let text = export.to_string();
    // The bytes of files are fetched by their ids; all else is in it.
    for trace in TRACES.into_iter().filter(|trace| *trace != "canary-file") {
        assert!(text.contains(trace), "{trace} is missing");
    }
    assert_eq!(export["tables"]["media"].as_array().unwrap().len(), 1);
    for (table, secret) in [("accounts", "password"), ("devices", "token")] {
        assert!(export["tables"][table][0]["value"].is_object());
        assert_eq!(export["tables"][table][0]["value"][secret], Value::Null);
    }
    assert!(!text.contains("text of Bob"));
    let other = bench.get(&bob, EXPORT).await.ok().to_string();
    assert!(!other.contains("canary-data") && !other.contains("canary-name"));
}

#[tokio::test]
async fn an_erasure_leaves_no_byte_and_harms_nobody() {
    let bench = Bench::honest();
    let (alice, bob, room) = leave_traces(&bench).await;
    assert_eq!(left(&bench), TRACES);
    erase(&bench, &alice).await.ok();
    assert_eq!(left(&bench), [""; 0]);
    bench
        .get(&alice, EXPORT)
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
    assert_eq!(bench.login("alice", PASSWORD).await.status, 403);
    // Nobody else gets her name.
    bench
        .register_with("alice", TOKEN)
        .await
        .refused(400, "M_USER_IN_USE");
    let sync = bench.sync(&bob, None).await;
    let joined = &sync["rooms"]["join"][&room];
    assert_eq!(joined["summary"]["m.joined_member_count"], 1);
    bench.say(&bob, &room, "2", "goes on").await.ok();
    assert!(bench.log().contains("\"event\":\"erased\""));
    assert!(!bench.log().contains("alice"));
}

#[tokio::test]
async fn an_erasure_needs_the_password_again() {
    let bench = Bench::honest();
    let (alice, ..) = leave_traces(&bench).await;
    let path = "/_matrix/client/v3/account/deactivate";
    let answer = bench.post(&alice, path, json!({ "erase": true })).await;
    assert_eq!(answer.status, 401);
    assert!(answer.json()["flows"].is_array());
    assert_eq!(left(&bench), TRACES);
}

#[tokio::test]
async fn a_deactivated_account_is_closed_and_keeps_its_data() {
    let bench = Bench::honest();
    let (alice, ..) = leave_traces(&bench).await;
    end(&bench, &alice, false).await.ok();
    bench
        .get(&alice, EXPORT)
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
    assert_eq!(bench.login("alice", PASSWORD).await.status, 403);
    assert!(left(&bench).contains(&"canary-text"));
}

/// What of it an erasure leaves behind.
pub(crate) async fn forgotten(bench: &Bench, flaw: Flaw) -> bool {
    let (alice, ..) = leave_traces(bench).await;
    erase(bench, &alice).await.ok();
    let wanted = match flaw {
        Flaw::ErasureForgetsMedia => "canary-file",
        Flaw::ErasureForgetsAccountData => "canary-data",
        _ => "canary-key",
    };
    left(bench) == [wanted]
}
