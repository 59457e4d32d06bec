//! Answers as stock clients read them: every one goes through the response types of ruma.

use ruma::api::client as matrix;
use ruma::api::{IncomingResponse, IncomingResponseExt};
use serde_json::json;

use crate::keys::{claim_of, one_time_keys};
use crate::support::{Answer, Bench};

/// Reads an answer with a client's type; panics if it has another shape.
fn read<R: IncomingResponse>(answer: Answer) -> R {
    let mut response = http::Response::builder().status(answer.status);
    *response.headers_mut().unwrap() = answer.headers;
    R::try_from_http_response(response.body(answer.bytes.as_slice()).unwrap())
        .unwrap_or_else(|_error| panic!("shape differs from {}", std::any::type_name::<R>()))
}

#[tokio::test]
async fn server_and_session_answers_have_their_shape() {
    let bench = Bench::honest();
    let versions: matrix::discovery::get_supported_versions::Response =
        read(bench.get(None, "/_matrix/client/versions").await);
    assert!(versions.versions.contains(&"v1.11".to_owned()));
    let registered: matrix::account::register::v3::Response =
        read(bench.register_with("alice", "invitation").await);
    assert_eq!(registered.user_id, "@alice:relay.test");
    let login: matrix::session::login::v3::Response =
        read(bench.login("alice", crate::support::PASSWORD).await);
    assert_eq!(login.user_id, "@alice:relay.test");
    let login_types: matrix::session::get_login_types::v3::Response =
        read(bench.get(None, "/_matrix/client/v3/login").await);
    assert_eq!(login_types.flows.len(), 1);
    let bob = bench.register("bob").await;
    let whoami: matrix::account::whoami::v3::Response =
        read(bench.get(&bob, "/_matrix/client/v3/account/whoami").await);
    assert_eq!(whoami.user_id, bob.id);
    let capabilities: matrix::discovery::get_capabilities::v3::Response =
        read(bench.get(&bob, "/_matrix/client/v3/capabilities").await);
    assert!(!capabilities.capabilities.change_password.enabled);
    let devices: matrix::device::get_devices::v3::Response =
        read(bench.get(&bob, "/_matrix/client/v3/devices").await);
    assert_eq!(devices.devices.len(), 1);
}

#[tokio::test]
async fn key_answers_have_their_shape() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let mut upload = one_time_keys(0..1);
    upload["device_keys"] = json!({
        "user_id": alice.id, "device_id": alice.device, "algorithms": ["m.olm.v1.curve25519-aes-sha2"],
        "keys": {}, "signatures": {},
    });
    let counts: matrix::keys::upload_keys::v3::Response = read(
        bench
            .post(&alice, "/_matrix/client/v3/keys/upload", upload)
            .await,
    );
    assert_eq!(counts.one_time_key_counts.len(), 1);
    let query = json!({ "device_keys": { alice.id.as_str(): [] } });
    let found: matrix::keys::get_keys::v3::Response = read(
        bench
            .post(&alice, "/_matrix/client/v3/keys/query", query)
            .await,
    );
    let devices = found.device_keys.values().next().unwrap();
    assert!(devices.values().next().unwrap().deserialize().is_ok());
    let claimed: matrix::keys::claim_keys::v3::Response = read(
        bench
            .post(&alice, "/_matrix/client/v3/keys/claim", claim_of(&alice))
            .await,
    );
    assert_eq!(claimed.one_time_keys.len(), 1);
}

#[tokio::test]
async fn room_answers_have_their_shape() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let created: matrix::room::create_room::v3::Response = read(
        bench
            .post(&alice, "/_matrix/client/v3/createRoom", json!({}))
            .await,
    );
    let room = created.room_id.as_str();
    let sent: matrix::message::send_message_event::v3::Response =
        read(bench.say(&alice, room, "1", "x").await);
    let base = format!("/_matrix/client/v3/rooms/{room}");
    let page: matrix::message::get_message_events::v3::Response =
        read(bench.get(&alice, &format!("{base}/messages?dir=b")).await);
    assert!(page.chunk.iter().all(|event| event.deserialize().is_ok()));
    let event: matrix::room::get_room_event::v3::Response = read(
        bench
            .get(&alice, &format!("{base}/event/{}", sent.event_id))
            .await,
    );
    assert!(event.event.deserialize().is_ok());
    let state: matrix::state::get_state_events::v3::Response =
        read(bench.get(&alice, &format!("{base}/state")).await);
    assert!(
        state
            .room_state
            .iter()
            .all(|event| event.deserialize().is_ok())
    );
    let members: matrix::membership::get_member_events::v3::Response =
        read(bench.get(&alice, &format!("{base}/members")).await);
    assert_eq!(members.chunk.len(), 1);
    let joined: matrix::membership::joined_members::v3::Response =
        read(bench.get(&alice, &format!("{base}/joined_members")).await);
    assert_eq!(joined.joined.len(), 1);
}

#[tokio::test]
async fn sync_answers_have_their_shape() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    bench.room(&alice, &[&bob]).await;
    let id = bench.say(&alice, &room, "1", "x").await.ok()["event_id"].clone();
    let receipt = format!(
        "/_matrix/client/v3/rooms/{room}/receipt/m.read/{}",
        id.as_str().unwrap()
    );
    bench.post(&bob, &receipt, json!({})).await.ok();
    let answer = bench.get(&bob, "/_matrix/client/v3/sync").await;
    let sync: matrix::sync::sync_events::v3::Response = read(answer);
    let joined = sync.rooms.join.values().next().unwrap();
    assert!(
        joined
            .timeline
            .events
            .iter()
            .all(|event| event.deserialize().is_ok())
    );
    assert!(
        joined
            .ephemeral
            .events
            .iter()
            .all(|event| event.deserialize().is_ok())
    );
    let invited = sync.rooms.invite.values().next().unwrap();
    assert!(
        invited
            .invite_state
            .events
            .iter()
            .all(|event| event.deserialize().is_ok())
    );
}
