//! What the relay stores and logs is what its inventory says, no more and no less.

use std::collections::{BTreeMap, BTreeSet};

use reference_relay::{Flaw, Gateway, inventory};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

use crate::keys::{claim_of, one_time_keys};
use crate::support::{Bench, User};

/// A gateway that nobody is pushed through.
const GATEWAY: &str = "https://push.test/_matrix/push/v1/notify";

fn bench(flaws: &[Flaw]) -> Bench {
    Bench::pushing(flaws, &[Gateway::parse(GATEWAY).unwrap()])
}

/// A day in which everything that the relay can store comes up.
async fn live(bench: &Bench) {
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let base = "/_matrix/client/v3";
    let name = format!("{base}/profile/{}/displayname", alice.id);
    bench
        .put(&alice, &name, json!({ "displayname": "Alice" }))
        .await
        .ok();
    let device = format!("{base}/devices/{}", alice.device);
    bench
        .put(&alice, &device, json!({ "display_name": "phone" }))
        .await
        .ok();
    publish_keys(bench, &alice).await;
    bench
        .post(&bob, &format!("{base}/keys/claim"), claim_of(&alice))
        .await
        .ok();
    let rule = format!("{base}/rooms/{room}/state/m.room.retention");
    bench
        .put(&alice, &rule, json!({ "max_lifetime": 90_000_000 }))
        .await
        .ok();
    let sent = bench.say(&alice, &room, "1", "text").await.ok();
    let event = sent["event_id"].as_str().unwrap();
    let receipt = format!("{base}/rooms/{room}/receipt/m.read/{event}");
    bench
        .post(&bob, &receipt, json!({ "thread_id": "main" }))
        .await
        .ok();
    let message = json!({ "messages": { bob.id.as_str(): { "*": { "n": 1 } } } });
    bench
        .put(&alice, &format!("{base}/sendToDevice/m.test/1"), message)
        .await
        .ok();
    let data = format!("{base}/user/{}/account_data/x", alice.id);
    bench.put(&alice, &data, json!({ "own": true })).await.ok();
    let filter = format!("{base}/user/{}/filter", alice.id);
    bench.post(&alice, &filter, json!({})).await.ok();
    let upload = http::Request::post("/_matrix/media/v3/upload?dev.pruefstand.lifetime=90000000")
        .header("authorization", format!("Bearer {}", alice.token))
        .body(axum::body::Body::from("file"));
    bench.carry(upload.unwrap()).await.ok();
    let pusher = json!({
        "kind": "http", "app_id": "a", "pushkey": "k",
        "data": { "url": GATEWAY, "format": "event_id_only" },
    });
    bench
        .post(&alice, &format!("{base}/pushers/set"), pusher)
        .await
        .ok();
    let carol = bench.register("carol").await;
    crate::person::erase(bench, &carol).await.ok();
}

async fn publish_keys(bench: &Bench, alice: &User) {
    let path = "/_matrix/client/v3/keys/upload";
    bench.post(alice, path, one_time_keys(0..3)).await.ok();
    let keys = json!({
        "device_keys": {
            "user_id": alice.id, "device_id": alice.device, "algorithms": [],
            "keys": {}, "signatures": {},
        },
        "fallback_keys": { "signed_curve25519:f": { "key": "f", "fallback": true } },
    });
    bench.post(alice, path, keys).await.ok();
    crate::keys::cross_sign(bench, alice).await;
}

/// Paths of a value's leaves; a value without parts has the path it lies at.
fn paths(value: &Value, at: &str, found: &mut BTreeSet<String>) {
    let below = |name: &str| match at {
        "" => name.to_owned(),
        _ => format!("{at}.{name}"),
    };
    match value {
        Value::Object(fields) if !fields.is_empty() => fields
            .iter()
            .for_each(|(name, value)| paths(value, &below(name), found)),
        Value::Array(elements) if !elements.is_empty() => elements
            .iter()
            .for_each(|value| paths(value, &below("[]"), found)),
        _ => drop(found.insert(at.to_owned())),
    }
}

/// What really lies in the store: by table, how many parts keys have, and the paths of values.
fn stored(bench: &Bench) -> BTreeMap<String, (BTreeSet<usize>, BTreeSet<String>)> {
    let file = bench.store().join("relay.db");
    let reader = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut tables = reader
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let names: Vec<String> = tables
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let mut found = BTreeMap::new();
    for name in names {
        let mut select = reader.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let columns: Vec<_> = select.column_names().collect();
        assert_eq!(columns, ["key", "value"], "{name}");
        let mut rows = select.query([]).unwrap();
        let (mut parts, mut leaves) = (BTreeSet::new(), BTreeSet::new());
        while let Some(row) = rows.next().unwrap() {
            let key: String = row.get(0).unwrap();
            parts.insert(key.split('|').count());
            let value = row.get_ref(1).unwrap().as_bytes().unwrap();
            let value = serde_json::from_slice(value).unwrap_or_default();
            paths(&value, "", &mut leaves);
        }
        found.insert(name, (parts, leaves));
    }
    found
}

/// What is stored and not listed, or listed and not stored.
pub(crate) fn differences(bench: &Bench) -> Vec<String> {
    let inventory = inventory().unwrap();
    let mut stored = stored(bench);
    let mut found = Vec::new();
    for table in &inventory.tables {
        let Some((parts, paths)) = stored
            .remove(&table.name)
            .filter(|(parts, _)| !parts.is_empty())
        else {
            // These need signatures, which their own tests make.
            let signed = [
                "device_statements",
                "removed_sessions",
                "admissions",
                "policies",
                "directories",
                "directory_pages",
                "acts",
            ];
            if !signed.contains(&table.name.as_str()) {
                found.push(format!("{}: listed and never stored", table.name));
            }
            continue;
        };
        // A transaction's key has as many parts as its path.
        if table.name != "transactions" && !parts.iter().eq([&table.key.len()]) {
            found.push(format!("{}: keys have {parts:?} parts", table.name));
        }
        for path in paths.iter().filter(|path| !table.declares(path)) {
            found.push(format!("{}: {path:?} is stored and not listed", table.name));
        }
        for field in &table.fields {
            // Only the relay of an organisation stores these.
            if table.name == "accounts" && (field.starts_with("enrolment") || field == "removed") {
                continue;
            }
            let exact = field.trim_end_matches('*').trim_end_matches('.');
            if !paths.iter().any(|path| path.starts_with(exact)) {
                found.push(format!(
                    "{}: {field:?} is listed and not stored",
                    table.name
                ));
            }
        }
    }
    found.extend(
        stored
            .into_keys()
            .map(|name| format!("{name}: stored and not listed")),
    );
    found
}

#[tokio::test]
async fn the_store_holds_what_the_inventory_lists() {
    let bench = bench(&[]);
    live(&bench).await;
    assert_eq!(differences(&bench), [""; 0]);
}

#[tokio::test]
async fn an_undeclared_field_is_found() {
    let bench = bench(&[Flaw::StoresAddresses]);
    live(&bench).await;
    assert_eq!(
        differences(&bench),
        ["devices: \"last_seen_at\" is stored and not listed"]
    );
}

#[tokio::test]
async fn the_log_holds_what_the_inventory_lists() {
    let bench = bench(&[]);
    live(&bench).await;
    bench.clock.advance(91_000_000);
    live_on(&bench).await;
    let inventory = inventory().unwrap();
    let mut seen = BTreeMap::<String, BTreeSet<String>>::new();
    for line in bench.log().lines() {
        let line: BTreeMap<String, Value> = serde_json::from_str(line).unwrap();
        let fields = line
            .keys()
            .filter(|key| !["time", "level", "event"].contains(&key.as_str()));
        let event = line["event"].as_str().unwrap().to_owned();
        seen.entry(event).or_default().extend(fields.cloned());
    }
    // Nobody tells a relay without sockets to end.
    seen.insert("stopped".to_owned(), BTreeSet::new());
    let listed: BTreeMap<_, BTreeSet<_>> = inventory
        .lines
        .into_iter()
        .map(|line| (line.event, line.fields.into_iter().collect()))
        .collect();
    assert_eq!(seen, listed);
}

/// Somebody writes when something is over.
async fn live_on(bench: &Bench) {
    bench.register("dora").await;
}
