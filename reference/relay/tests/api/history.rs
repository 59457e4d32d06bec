use serde_json::{Value, json};

use crate::support::{Bench, texts};

#[tokio::test]
async fn history_is_read_in_both_directions_to_its_ends() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let said: Vec<_> = (0..23).map(|number| format!("text {number}")).collect();
    for text in &said {
        bench
            .say(&alice, &room, &text.replace(' ', "-"), text)
            .await
            .ok();
    }
    for (direction, wanted) in [
        ("f", said.clone()),
        ("b", said.iter().rev().cloned().collect::<Vec<_>>()),
    ] {
        let (mut from, mut seen) = (String::new(), Vec::new());
        loop {
            let path =
                format!("/_matrix/client/v3/rooms/{room}/messages?dir={direction}&limit=5{from}");
            let page = bench.get(&alice, &path).await.ok();
            seen.extend(texts(&page["chunk"]));
            match page.get("end").and_then(Value::as_str) {
                Some(end) if !page["chunk"].as_array().unwrap().is_empty() => {
                    from = format!("&from={end}")
                }
                _ => break,
            }
        }
        assert_eq!(seen, wanted);
    }
}

#[tokio::test]
async fn strangers_read_nothing() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let mallory = bench.register("mallory").await;
    let room = bench.room(&alice, &[&bob]).await;
    let event = bench.say(&alice, &room, "1", "secret").await.ok()["event_id"].clone();
    let base = format!("/_matrix/client/v3/rooms/{room}");
    // Bob is invited, which is not yet in.
    for stranger in [&mallory, &bob] {
        for path in [
            format!("{base}/messages?dir=b"),
            format!("{base}/state"),
            format!("{base}/state/m.room.create"),
            format!("{base}/members"),
            format!("{base}/joined_members"),
            format!("{base}/event/{}", event.as_str().unwrap()),
        ] {
            bench.get(stranger, &path).await.refused(403, "M_FORBIDDEN");
        }
        let receipt = format!("{base}/receipt/m.read/{}", event.as_str().unwrap());
        bench
            .post(stranger, &receipt, json!({}))
            .await
            .refused(403, "M_FORBIDDEN");
    }
}

#[tokio::test]
async fn who_left_reads_on_only_to_his_leave() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let base = format!("/_matrix/client/v3/rooms/{room}");
    bench.say(&alice, &room, "1", "before").await.ok();
    bench
        .post(&bob, &format!("{base}/leave"), json!({}))
        .await
        .ok();
    let late = bench.say(&alice, &room, "2", "after").await.ok()["event_id"].clone();
    bench
        .put(
            &alice,
            &format!("{base}/state/m.room.topic"),
            json!({ "topic": "late" }),
        )
        .await
        .ok();
    let page = bench
        .get(&bob, &format!("{base}/messages?dir=b"))
        .await
        .ok();
    assert_eq!(texts(&page["chunk"]), ["before"]);
    bench
        .get(&bob, &format!("{base}/event/{}", late.as_str().unwrap()))
        .await
        .refused(404, "M_NOT_FOUND");
    bench
        .get(&bob, &format!("{base}/state/m.room.topic"))
        .await
        .refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn with_visibility_joined_newcomers_see_nothing_old() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.room(&alice, &[]).await;
    let base = format!("/_matrix/client/v3/rooms/{room}");
    let joined = json!({ "history_visibility": "joined" });
    bench
        .put(
            &alice,
            &format!("{base}/state/m.room.history_visibility"),
            joined,
        )
        .await
        .ok();
    bench.say(&alice, &room, "1", "old").await.ok();
    bench
        .post(
            &alice,
            &format!("{base}/invite"),
            json!({ "user_id": bob.id }),
        )
        .await
        .ok();
    bench
        .post(&bob, &format!("{base}/join"), json!({}))
        .await
        .ok();
    bench.say(&alice, &room, "2", "new").await.ok();
    let page = bench
        .get(&bob, &format!("{base}/messages?dir=f"))
        .await
        .ok();
    assert_eq!(texts(&page["chunk"]), ["new"]);
    let sync = bench.sync(&bob, None).await;
    let timeline = &sync["rooms"]["join"][room.as_str()]["timeline"]["events"];
    assert_eq!(texts(timeline), ["new"]);
}

#[tokio::test]
async fn wrong_positions_and_directions_are_refused() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let base = format!("/_matrix/client/v3/rooms/{room}/messages");
    for query in [
        "",
        "?dir=x",
        "?dir=b&from=1",
        "?dir=b&from=t-1",
        "?dir=b&limit=x",
    ] {
        bench
            .get(&alice, &format!("{base}{query}"))
            .await
            .refused(400, "M_INVALID_PARAM");
    }
}

#[tokio::test]
async fn an_event_has_its_room_and_its_transaction_for_the_sending_device() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let id = bench.say(&alice, &room, "txn", "x").await.ok()["event_id"].clone();
    let path = format!(
        "/_matrix/client/v3/rooms/{room}/event/{}",
        id.as_str().unwrap()
    );
    let own = bench.get(&alice, &path).await.ok();
    assert_eq!(own["room_id"], room.as_str());
    assert_eq!(own["unsigned"], json!({ "transaction_id": "txn" }));
    assert_eq!(bench.get(&bob, &path).await.ok()["unsigned"], json!({}));
}

#[tokio::test]
async fn a_refused_invitation_opens_no_history() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let base = format!("/_matrix/client/v3/rooms/{room}");
    bench.say(&alice, &room, "1", "before").await.ok();
    bench
        .post(&bob, &format!("{base}/leave"), json!({}))
        .await
        .ok();
    bench.say(&alice, &room, "2", "after").await.ok();
    let since = bench.sync(&bob, None).await["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    bench
        .post(
            &alice,
            &format!("{base}/invite"),
            json!({ "user_id": bob.id }),
        )
        .await
        .ok();
    bench
        .post(&bob, &format!("{base}/leave"), json!({}))
        .await
        .ok();
    let page = bench
        .get(&bob, &format!("{base}/messages?dir=b"))
        .await
        .ok();
    assert_eq!(texts(&page["chunk"]), ["before"]);
    let sync = bench.sync(&bob, Some(&since)).await;
    let left = &sync["rooms"]["leave"][room.as_str()]["timeline"]["events"];
    assert_eq!(left.as_array().unwrap().len(), 1);
}
