use std::collections::BTreeSet;
use std::sync::Arc;

use reference_relay::Limits;
use serde_json::{Value, json};

use crate::support::{Bench, PASSWORD, User};

const UPLOAD: &str = "/_matrix/client/v3/keys/upload";
const QUERY: &str = "/_matrix/client/v3/keys/query";
const CLAIM: &str = "/_matrix/client/v3/keys/claim";
const CROSS_SIGNING: &str = "/_matrix/client/v3/keys/device_signing/upload";
const SIGNATURES: &str = "/_matrix/client/v3/keys/signatures/upload";

pub(crate) fn one_time_keys(range: std::ops::Range<usize>) -> Value {
    let keys = range.map(|number| {
        (
            format!("signed_curve25519:K{number}"),
            json!({ "key": format!("key{number}"), "signatures": {} }),
        )
    });
    json!({ "one_time_keys": keys.collect::<serde_json::Map<_, _>>() })
}

pub(crate) fn claim_of(user: &User) -> Value {
    json!({ "one_time_keys": { user.id.as_str(): { user.device.as_str(): "signed_curve25519" } } })
}

fn cross_signing_key(user: &User, usage: &str, key: &str) -> Value {
    json!({ "user_id": user.id, "usage": [usage], "keys": { format!("ed25519:{key}"): key } })
}

/// Publishes a master key and signs it.
pub(crate) async fn cross_sign(bench: &Bench, user: &User) {
    let master = cross_signing_key(user, "master", "M");
    let keys = json!({ "master_key": master.clone() });
    bench.post(user, CROSS_SIGNING, keys).await.ok();
    let mut signed = master;
    signed["signatures"] = json!({ user.id.as_str(): { "ed25519:U": "signature" } });
    let upload = json!({ user.id.as_str(): { "M": signed } });
    bench.post(user, SIGNATURES, upload).await.ok();
}

#[tokio::test]
async fn device_keys_are_served_byte_for_byte() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let keys = format!(
        r#"{{"user_id":"{}","device_id":"{}", "zzz":1.50,"algorithms":["m.olm.v1"],"keys":{{}},"aaa":{{"b":"\u00e4"}}}}"#,
        alice.id, alice.device
    );
    let body = format!(r#"{{"device_keys":{keys}}}"#).into_bytes();
    assert_eq!(
        bench
            .send(http::Method::POST, Some(&alice), UPLOAD, body)
            .await
            .status,
        200
    );
    let query = json!({ "device_keys": { alice.id.as_str(): [] } });
    let answer = bench.post(&alice, QUERY, query).await;
    assert!(crate::support::contains(&answer.bytes, &keys), "{answer:?}");
}

#[tokio::test]
async fn device_keys_of_another_device_are_refused() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let mallory = bench.register("mallory").await;
    for (user, device) in [(&alice.id, &mallory.device), (&mallory.id, &alice.device)] {
        let body = json!({ "device_keys": { "user_id": user, "device_id": device, "algorithms": [], "keys": {} } });
        bench
            .post(&mallory, UPLOAD, body)
            .await
            .refused(400, "M_INVALID_PARAM");
    }
}

#[tokio::test]
async fn concurrent_claims_never_get_the_same_key() {
    let limits = Limits {
        // The subject here is which key is handed out, not how many.
        claims: u32::MAX,
        ..Limits::default()
    };
    let bench = Arc::new(Bench::new(&[], limits));
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let counts = bench.post(&alice, UPLOAD, one_time_keys(0..40)).await.ok();
    assert_eq!(counts["one_time_key_counts"]["signed_curve25519"], 40);
    let claims = (0..60).map(|_| {
        let (bench, alice, bob) = (Arc::clone(&bench), alice.clone(), bob.clone());
        tokio::spawn(async move {
            let answer = bench.post(&bob, CLAIM, claim_of(&alice)).await.ok();
            let keys = &answer["one_time_keys"][alice.id.as_str()][alice.device.as_str()];
            keys.as_object()
                .map(|keys| keys.keys().next().unwrap().clone())
        })
    });
    let mut handed_out = Vec::new();
    for claim in claims.collect::<Vec<_>>() {
        handed_out.extend(claim.await.unwrap());
    }
    let distinct: BTreeSet<_> = handed_out.iter().collect();
    assert_eq!((handed_out.len(), distinct.len()), (40, 40));
}

#[tokio::test]
async fn the_oldest_key_goes_first_and_the_fallback_last() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    bench.post(&alice, UPLOAD, one_time_keys(9..10)).await.ok();
    bench.post(&alice, UPLOAD, one_time_keys(1..2)).await.ok();
    let fallback =
        json!({ "fallback_keys": { "signed_curve25519:F": { "key": "f", "fallback": true } } });
    bench.post(&alice, UPLOAD, fallback).await.ok();
    let sync = bench.sync(&alice, None).await;
    assert_eq!(
        sync["device_unused_fallback_key_types"],
        json!(["signed_curve25519"])
    );
    for wanted in ["K9", "K1", "F", "F"] {
        let answer = bench.post(&alice, CLAIM, claim_of(&alice)).await.ok();
        let keys = &answer["one_time_keys"][alice.id.as_str()][alice.device.as_str()];
        assert!(
            keys.get(format!("signed_curve25519:{wanted}")).is_some(),
            "{keys}"
        );
    }
    let sync = bench.sync(&alice, None).await;
    assert_eq!(sync["device_unused_fallback_key_types"], json!([]));
    assert_eq!(
        sync["device_one_time_keys_count"],
        json!({ "signed_curve25519": 0 })
    );
}

#[tokio::test]
async fn a_key_id_is_taken_once_and_keys_are_counted() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    bench.post(&alice, UPLOAD, one_time_keys(0..1)).await.ok();
    bench.post(&alice, UPLOAD, one_time_keys(0..1)).await.ok();
    let other = json!({ "one_time_keys": { "signed_curve25519:K0": { "key": "other" } } });
    bench
        .post(&alice, UPLOAD, other)
        .await
        .refused(400, "M_INVALID_PARAM");
    bench
        .post(&alice, UPLOAD, one_time_keys(0..201))
        .await
        .refused(403, "M_RESOURCE_LIMIT_EXCEEDED");
    let counts = bench.post(&alice, UPLOAD, json!({})).await.ok();
    assert_eq!(counts["one_time_key_counts"]["signed_curve25519"], 1);
}

#[tokio::test]
async fn replacing_cross_signing_keys_asks_for_the_password() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let first = json!({
        "master_key": cross_signing_key(&alice, "master", "M"),
        "self_signing_key": cross_signing_key(&alice, "self_signing", "S"),
        "user_signing_key": cross_signing_key(&alice, "user_signing", "U"),
    });
    bench.post(&alice, CROSS_SIGNING, first.clone()).await.ok();
    bench.post(&alice, CROSS_SIGNING, first).await.ok();
    let mut second = json!({ "master_key": cross_signing_key(&alice, "master", "N") });
    assert_eq!(
        bench
            .post(&alice, CROSS_SIGNING, second.clone())
            .await
            .status,
        401
    );
    second["auth"] = json!({ "type": "m.login.password", "user": "alice", "password": PASSWORD });
    bench.post(&alice, CROSS_SIGNING, second).await.ok();
}

#[tokio::test]
async fn the_user_signing_key_is_its_owners_alone() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let keys = json!({
        "master_key": cross_signing_key(&alice, "master", "M"),
        "user_signing_key": cross_signing_key(&alice, "user_signing", "U"),
    });
    bench.post(&alice, CROSS_SIGNING, keys).await.ok();
    let query = json!({ "device_keys": { alice.id.as_str(): [] } });
    let own = bench.post(&alice, QUERY, query.clone()).await.ok();
    let others = bench.post(&bob, QUERY, query).await.ok();
    assert!(own["user_signing_keys"][alice.id.as_str()].is_object());
    assert_eq!(others["user_signing_keys"], json!({}));
    assert!(others["master_keys"][alice.id.as_str()].is_object());
}

#[tokio::test]
async fn signatures_are_merged_for_those_who_may_see_them() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let master = cross_signing_key(&alice, "master", "M");
    bench
        .post(
            &alice,
            CROSS_SIGNING,
            json!({ "master_key": master.clone() }),
        )
        .await
        .ok();
    let mut signed = master.clone();
    signed["signatures"] = json!({ bob.id.as_str(): { "ed25519:U": "signature" } });
    let upload = json!({ alice.id.as_str(): { "M": signed } });
    assert_eq!(
        bench.post(&bob, SIGNATURES, upload).await.ok(),
        json!({ "failures": {} })
    );
    let query = json!({ "device_keys": { alice.id.as_str(): [] } });
    let seen = bench.post(&bob, QUERY, query.clone()).await.ok();
    let path = format!("/master_keys/{}/signatures/{}/ed25519:U", alice.id, bob.id);
    assert_eq!(seen.pointer(&path), Some(&json!("signature")));
    let carol = bench.register("carol").await;
    assert_eq!(
        bench.post(&carol, QUERY, query).await.ok().pointer(&path),
        None
    );
    let mut forged = master;
    forged["keys"] = json!({ "ed25519:M": "other" });
    forged["signatures"] = json!({ bob.id.as_str(): { "ed25519:U": "signature" } });
    let answer = bench
        .post(
            &bob,
            SIGNATURES,
            json!({ alice.id.as_str(): { "M": forged } }),
        )
        .await
        .ok();
    assert_eq!(
        answer["failures"][alice.id.as_str()]["M"]["errcode"],
        "M_INVALID_SIGNATURE"
    );
}

#[tokio::test]
async fn keys_that_others_would_choke_on_are_refused() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let keys =
        json!({ "user_id": alice.id, "device_id": alice.device, "algorithms": "x", "keys": {} });
    for junk in [
        json!({ "device_keys": keys }),
        json!({ "device_keys": [] }),
        json!({ "one_time_keys": { "signed_curve25519:A": { "key": 1 } } }),
        json!({ "one_time_keys": { "signed_curve25519:A": [] } }),
        json!({ "fallback_keys": { "signed_curve25519:A": { "key": "x", "signatures": 1 } } }),
    ] {
        bench
            .post(&alice, UPLOAD, junk)
            .await
            .refused(400, "M_BAD_JSON");
    }
    let unnamed = json!({ "one_time_keys": { "A": "x" } });
    bench
        .post(&alice, UPLOAD, unnamed)
        .await
        .refused(400, "M_INVALID_PARAM");
}
