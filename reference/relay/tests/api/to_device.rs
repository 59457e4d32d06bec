use serde_json::{Value, json};

use crate::support::{Bench, User};

async fn send(bench: &Bench, from: &User, to: &User, device: &str, txn: &str) {
    let path = format!("/_matrix/client/v3/sendToDevice/m.test/{txn}");
    let body = json!({ "messages": { to.id.as_str(): { device: { "n": txn } } } });
    bench.put(from, &path, body).await.ok();
}

fn received(sync: &Value) -> Vec<&str> {
    let events = sync["to_device"]["events"].as_array().unwrap();
    events
        .iter()
        .map(|event| event["content"]["n"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn messages_stay_until_the_device_syncs_past_them() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    send(&bench, &alice, &bob, &bob.device, "1").await;
    let first = bench.sync(&bob, None).await;
    assert_eq!(received(&first), ["1"]);
    let expected = json!({ "sender": alice.id, "type": "m.test", "content": { "n": "1" } });
    assert_eq!(first["to_device"]["events"][0], expected);
    assert_eq!(received(&bench.sync(&bob, None).await), ["1"]);
    let since = first["next_batch"].as_str();
    assert_eq!(received(&bench.sync(&bob, since).await), [""; 0]);
    assert_eq!(received(&bench.sync(&bob, None).await), [""; 0]);
}

#[tokio::test]
async fn a_repeated_transaction_sends_once() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    send(&bench, &alice, &bob, &bob.device, "1").await;
    send(&bench, &alice, &bob, "*", "1").await;
    assert_eq!(received(&bench.sync(&bob, None).await), ["1"]);
}

#[tokio::test]
async fn a_star_reaches_all_devices_and_unknown_ones_are_ignored() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let second = User::of(&bench.login("bob", crate::support::PASSWORD).await.ok());
    send(&bench, &alice, &bob, "*", "all").await;
    send(&bench, &alice, &bob, "NOWHERE", "none").await;
    for device in [&bob, &second] {
        assert_eq!(received(&bench.sync(device, None).await), ["all"]);
    }
}

#[tokio::test]
async fn a_long_queue_comes_in_pages_and_nothing_is_lost() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let sent: Vec<_> = (0..250).map(|number| number.to_string()).collect();
    for number in &sent {
        send(&bench, &alice, &bob, &bob.device, number).await;
    }
    let (mut since, mut all) = (None, Vec::new());
    loop {
        let sync = bench.sync(&bob, since.as_deref()).await;
        let page: Vec<String> = received(&sync).into_iter().map(str::to_owned).collect();
        since = sync["next_batch"].as_str().map(str::to_owned);
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    assert_eq!(all, sent);
}
