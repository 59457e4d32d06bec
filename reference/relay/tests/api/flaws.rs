//! Each flaw against the honest relay: what one refuses the other allows.

use reference_relay::{Flaw, Named as _};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::hostile::raw;
use crate::keys::{claim_of, one_time_keys};
use crate::organisation::{self, Organisation};
use crate::support::{Bench, ONCE, PASSWORD, User, contains};

#[tokio::test]
async fn each_flaw_is_there_when_seeded_and_only_then() {
    let org = Organisation::new();
    for &flaw in Flaw::ALL {
        if let Some(honest) = organisation::flaws::shows(&org.bench(&[]), flaw).await {
            assert!(!honest, "honest relay: {}", flaw.name());
            let twin = organisation::flaws::shows(&org.bench(&[flaw]), flaw).await;
            assert_eq!(twin, Some(true), "twin: {}", flaw.name());
            continue;
        }
        assert!(
            !is_insecure(&Bench::honest(), flaw).await,
            "honest relay: {}",
            flaw.name()
        );
        assert!(
            is_insecure(&Bench::flawed(flaw), flaw).await,
            "twin: {}",
            flaw.name()
        );
    }
}

#[tokio::test]
async fn a_flawed_relay_says_so_first() {
    let bench = Bench::flawed(Flaw::RoomIdor);
    let first = bench.log().lines().next().unwrap().to_owned();
    assert!(
        first.contains(r#""conduct":"FLAWED (bench mode)","flaws":["relay-room-idor"]"#),
        "{first}"
    );
}

/// Whether the relay does what `flaw` says.
async fn is_insecure(bench: &Bench, flaw: Flaw) -> bool {
    match flaw {
        Flaw::OpenRegistration => registers_anyone(bench).await,
        Flaw::TokenReusable => {
            bench.register_with("a", ONCE).await.ok();
            bench.register_with("b", ONCE).await.status == 200
        }
        Flaw::RoomIdor => serves_strangers(bench).await,
        Flaw::MediaUnauthenticated => {
            let alice = bench.register("alice").await;
            let path = crate::media::uploaded(bench, &alice, b"x").await;
            bench.get(None, &path).await.status == 200
        }
        Flaw::DeviceIdor => lends_devices(bench).await,
        Flaw::AccountDataIdor => lends_account_data(bench).await,
        Flaw::OtkReissue => hands_out_twice(bench).await,
        Flaw::TokenNotRevoked => keeps_sessions(bench).await,
        Flaw::UnlimitedBody => takes_anything_large(bench).await,
        Flaw::BadJson500 => fails_on(bench, b"{").await,
        Flaw::DeepNesting => {
            let deep = format!("{{\"a\":{}{}}}", "[".repeat(200), "]".repeat(200));
            fails_on(bench, deep.as_bytes()).await
        }
        Flaw::LogsBodies => {
            bench.register("alice").await;
            bench.log().contains(PASSWORD)
        }
        Flaw::StoresPassword => {
            bench.register("alice").await;
            contains(&bench.stored_bytes(), PASSWORD)
        }
        Flaw::AckBeforeCommit => acknowledges_too_early(bench).await,
        Flaw::LeaksErrors => {
            let answer = raw(bench, None, "/_matrix/client/v3/login", b"{").await;
            contains(&answer.bytes, "SELECT") && contains(&answer.bytes, "relay.db")
        }
        Flaw::DropsToDevice => drops_messages(bench).await,
        Flaw::TxnNotIdempotent => sends_twice(bench).await,
        Flaw::LoginUnlimited => never_tires(bench).await,
        Flaw::NoClaimLimit => gives_all_to_one(bench).await,
        Flaw::TakesTwoReadings => takes(bench, r#"{"body":"a","body":"b"}"#).await,
        Flaw::TakesInexactNumbers => takes(bench, r#"{"number":1.5}"#).await,
        Flaw::KeepsExpiredEvents
        | Flaw::KeepsExpiredMedia
        | Flaw::LeavesDeletedBytes
        | Flaw::ErasureForgetsMedia
        | Flaw::ErasureForgetsAccountData
        | Flaw::ErasureForgetsKeys
        | Flaw::StoresAddresses
        | Flaw::ServesOldClients
        | Flaw::PushesContent
        | Flaw::PushesAnywhere => operates_badly(bench, flaw).await,
        _ => panic!("{} is shown elsewhere or nowhere", flaw.name()),
    }
}

/// The same for flaws of the relay's operation.
async fn operates_badly(bench: &Bench, flaw: Flaw) -> bool {
    match flaw {
        Flaw::KeepsExpiredEvents => crate::retention::kept(bench).await == (true, false),
        Flaw::KeepsExpiredMedia => crate::retention::kept(bench).await == (false, true),
        Flaw::LeavesDeletedBytes => crate::retention::kept(bench).await == (true, true),
        Flaw::StoresAddresses => {
            let alice = bench.register("alice").await;
            bench.sync(&alice, None).await;
            contains(&bench.stored_bytes(), "last_seen_at")
        }
        Flaw::ServesOldClients => crate::version::serves_old(bench.flaws()).await,
        Flaw::PushesContent => crate::push::tells(bench.flaws()).await,
        Flaw::PushesAnywhere => crate::push::takes_any(bench.flaws()).await,
        _ => crate::person::forgotten(bench, flaw).await,
    }
}

async fn keeps_sessions(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    bench
        .post(&alice, "/_matrix/client/v3/logout", json!({}))
        .await
        .ok();
    let path = "/_matrix/client/v3/account/whoami";
    bench.get(&alice, path).await.status == 200
}

async fn registers_anyone(bench: &Bench) -> bool {
    let body = json!({ "username": "eve", "password": PASSWORD });
    bench
        .post(None, "/_matrix/client/v3/register", body)
        .await
        .status
        == 200
}

async fn serves_strangers(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    let mallory = bench.register("mallory").await;
    let room = bench.room(&alice, &[]).await;
    let event = bench.say(&alice, &room, "1", "secret").await.ok()["event_id"].clone();
    let base = format!("/_matrix/client/v3/rooms/{room}");
    let mut served = 0;
    for path in [
        format!("{base}/messages?dir=b"),
        format!("{base}/state"),
        format!("{base}/event/{}", event.as_str().unwrap()),
    ] {
        served += usize::from(bench.get(&mallory, &path).await.status == 200);
    }
    assert!(served == 0 || served == 3);
    served == 3
}

async fn lends_devices(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    let mallory = bench.register("mallory").await;
    let path = format!("/_matrix/client/v3/devices/{}", alice.device);
    let seen = bench.get(&mallory, &path).await.status == 200;
    let auth =
        json!({ "auth": { "type": "m.login.password", "user": "mallory", "password": PASSWORD } });
    bench
        .send(
            http::Method::DELETE,
            Some(&mallory),
            &path,
            auth.to_string().into_bytes(),
        )
        .await
        .ok();
    let removed = bench.get(&alice, &path).await.status == 401;
    assert_eq!(seen, removed);
    removed
}

async fn lends_account_data(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    let mallory = bench.register("mallory").await;
    let path = format!("/_matrix/client/v3/user/{}/account_data/x", alice.id);
    bench.put(&alice, &path, json!({ "own": true })).await.ok();
    let read = bench.get(&mallory, &path).await.status == 200;
    bench.put(&mallory, &path, json!({ "own": false })).await;
    let written = bench.get(&alice, &path).await.ok() == json!({ "own": false });
    assert_eq!(read, written);
    written
}

async fn hands_out_twice(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    bench
        .post(
            &alice,
            "/_matrix/client/v3/keys/upload",
            one_time_keys(0..2),
        )
        .await
        .ok();
    let first = bench
        .post(&alice, "/_matrix/client/v3/keys/claim", claim_of(&alice))
        .await
        .ok();
    let second = bench
        .post(&alice, "/_matrix/client/v3/keys/claim", claim_of(&alice))
        .await
        .ok();
    first == second
}

async fn takes_anything_large(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    bench
        .say(&alice, &room, "1", &"x".repeat(2 << 20))
        .await
        .status
        == 200
}

/// Whether a bad body is answered with a bare 500 instead of a Matrix error.
async fn fails_on(bench: &Bench, body: &[u8]) -> bool {
    let answer = raw(bench, None, "/_matrix/client/v3/login", body).await;
    answer.status == 500 && serde_json::from_slice::<Value>(&answer.bytes).is_err()
}

/// Whether an acknowledged message is missing from the file, as another process sees it.
async fn acknowledges_too_early(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    bench.say(&alice, &room, "1", "durable").await.ok();
    let file = bench.store().join("relay.db");
    let reader = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sql = "SELECT count(*) FROM events WHERE value LIKE '%durable%'";
    reader
        .query_row(sql, [], |row| row.get::<_, u32>(0))
        .unwrap()
        == 0
}

async fn drops_messages(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    let body = json!({ "messages": { alice.id.as_str(): { "*": {} } } });
    bench
        .put(&alice, "/_matrix/client/v3/sendToDevice/m.test/1", body)
        .await
        .ok();
    let count = |sync: &Value| sync["to_device"]["events"].as_array().unwrap().len();
    assert_eq!(count(&bench.sync(&alice, None).await), 1);
    count(&bench.sync(&alice, None).await) == 0
}

async fn sends_twice(bench: &Bench) -> bool {
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let first = bench.say(&alice, &room, "1", "x").await.ok();
    first != bench.say(&alice, &room, "1", "x").await.ok()
}

async fn never_tires(bench: &Bench) -> bool {
    let alice: User = bench.register("alice").await;
    for _ in 0..11 {
        if bench.login(&alice.id, "guess").await.status == 429 {
            return false;
        }
    }
    true
}

async fn gives_all_to_one(bench: &Bench) -> bool {
    let alice: User = bench.register("alice").await;
    let path = "/_matrix/client/v3/keys/claim";
    for _ in 0..24 {
        bench.post(&alice, path, claim_of(&alice)).await.ok();
    }
    bench.post(&alice, path, claim_of(&alice)).await.status == 200
}

/// Whether the content of a message is taken.
async fn takes(bench: &Bench, content: &str) -> bool {
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/1");
    let (put, body) = (http::Method::PUT, content.as_bytes().to_vec());
    bench.send(put, Some(&alice), &path, body).await.status == 200
}
