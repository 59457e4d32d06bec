use axum::body::Body;
use http::{Method, Request};
use reference_relay::Limits;
use serde_json::json;

use crate::support::{Bench, PASSWORD, User};

const LOGIN: &str = "/_matrix/client/v3/login";

pub(crate) async fn raw(
    bench: &Bench,
    user: Option<&User>,
    path: &str,
    body: &[u8],
) -> crate::support::Answer {
    bench.send(Method::POST, user, path, body.to_vec()).await
}

#[tokio::test]
async fn unknown_paths_and_methods_are_unrecognized() {
    let bench = Bench::honest();
    bench.get(None, "/").await.refused(404, "M_UNRECOGNIZED");
    bench
        .get(None, "/_matrix/federation/v1/version")
        .await
        .refused(404, "M_UNRECOGNIZED");
    bench
        .get(None, "/_matrix/client/v3/createRoom")
        .await
        .refused(405, "M_UNRECOGNIZED");
    let preflight = bench
        .send(Method::OPTIONS, None, "/_matrix/client/v3/sync", Vec::new())
        .await;
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.headers["access-control-allow-origin"], "*");
    assert_eq!(
        preflight.headers["server"],
        "pruefstand-reference-relay/0.1.0"
    );
}

#[tokio::test]
async fn bodies_that_are_no_json_are_refused() {
    let bench = Bench::honest();
    for body in [
        &b""[..],
        b"{",
        b"\xff\xfe",
        b"{} {}",
        b"{\"type\":\"\\ud800\"}",
        b"\xef\xbb\xbf{}",
    ] {
        raw(&bench, None, LOGIN, body)
            .await
            .refused(400, "M_NOT_JSON");
    }
}

#[tokio::test]
async fn json_of_the_wrong_shape_is_refused() {
    let bench = Bench::honest();
    for body in [
        &b"[]"[..],
        b"null",
        b"{}",
        br#"{"type":1}"#,
        br#"{"type":"m.login.password","type":"m.login.password"}"#,
        br#"{"type":"m.login.password","a":[{"b":{"c":1,"c":2}}]}"#,
    ] {
        raw(&bench, None, LOGIN, body)
            .await
            .refused(400, "M_BAD_JSON");
    }
}

#[tokio::test]
async fn deep_json_is_refused_before_it_is_parsed() {
    let bench = Bench::honest();
    for depth in [65, 200, 100_000] {
        let body = format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        raw(&bench, None, LOGIN, body.as_bytes())
            .await
            .refused(400, "M_BAD_JSON");
    }
}

#[tokio::test]
async fn large_bodies_are_refused_with_and_without_a_length() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let body = json!({ "a": "x".repeat(1 << 20) }).to_string().into_bytes();
    raw(&bench, None, LOGIN, &body)
        .await
        .refused(413, "M_TOO_LARGE");
    let request = Request::post(LOGIN)
        .header("content-length", body.len())
        .body(Body::from(body));
    bench
        .carry(request.unwrap())
        .await
        .refused(413, "M_TOO_LARGE");
    bench
        .say(&alice, &room, "1", &"x".repeat(60 << 10))
        .await
        .ok();
    bench
        .say(&alice, &room, "2", &"x".repeat(64 << 10))
        .await
        .refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_not_waited_for() {
    let limits = Limits {
        body_ms: 50,
        ..Limits::default()
    };
    let bench = Bench::new(&[], limits);
    let (_sender, body) = http_body_util::channel::Channel::<bytes::Bytes>::new(1);
    let body = Body::new(body);
    let answer = bench.carry(Request::post(LOGIN).body(body).unwrap()).await;
    answer.refused(408, "M_UNKNOWN");
}

#[tokio::test]
async fn ids_that_are_none_are_refused() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    for path in [
        "/_matrix/client/v3/rooms/x/state",
        "/_matrix/client/v3/rooms/!x:relay.test/event/x",
        "/_matrix/client/v3/user/alice/account_data/x",
        "/_matrix/client/v3/profile/%FF",
    ] {
        bench
            .get(&alice, path)
            .await
            .refused(400, "M_INVALID_PARAM");
    }
    let long = format!("/_matrix/client/v3/sendToDevice/m.test/{}", "x".repeat(256));
    bench
        .put(&alice, &long, json!({ "messages": {} }))
        .await
        .refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn fast_callers_are_slowed_down_alone() {
    let limits = Limits {
        requests: 3,
        request_window_ms: 3000,
        ..Limits::default()
    };
    let bench = Bench::new(&[], limits);
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let path = "/_matrix/client/v3/joined_rooms";
    for _ in 0..3 {
        bench.get(&alice, path).await.ok();
    }
    let refused = bench.get(&alice, path).await;
    refused.refused(429, "M_LIMIT_EXCEEDED");
    assert_eq!(refused.json()["retry_after_ms"], 1000);
    bench.get(&bob, path).await.ok();
    bench.clock.advance(1000);
    bench.get(&alice, path).await.ok();
}

#[tokio::test]
async fn the_log_has_neither_names_nor_content() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    bench.say(&alice, &room, "txn-canary", "canary").await.ok();
    bench.login("alice", PASSWORD).await.ok();
    let log = bench.log();
    for secret in [
        "alice",
        "canary",
        PASSWORD,
        &alice.token,
        &room,
        &alice.device,
    ] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    let line = r#""method":"PUT","route":"/_matrix/client/v3/rooms/{room_id}/send/{event_type}/{txn_id}","status":200,"took":"<10ms""#;
    assert!(log.contains(line), "{log}");
    assert!(
        log.lines()
            .next()
            .unwrap()
            .contains("\"conduct\":\"honest\"")
    );
}
