//! What is over is gone, to its last byte.

use reference_relay::{Lifetime, Limits, Retention};
use serde_json::json;

use crate::support::{Bench, User, contains, texts};

const DAY: u64 = 86_400_000;

fn rules(change: impl FnOnce(&mut Retention)) -> Retention {
    let mut retention = Retention::default();
    change(&mut retention);
    retention
}

fn bench(retention: &Retention) -> Bench {
    Bench::keeping(&[], Limits::default(), retention)
}

async fn ask_for(bench: &Bench, user: &User, room: &str, lifetime: u64) {
    let path = format!("/_matrix/client/v3/rooms/{room}/state/m.room.retention");
    let rule = json!({ "max_lifetime": lifetime });
    bench.put(user, &path, rule).await.ok();
}

/// A write of no meaning, with which the relay looks what is over.
async fn nudge(bench: &Bench, user: &User) {
    let path = format!("/_matrix/client/v3/user/{}/account_data/nudge", user.id);
    bench.put(user, &path, json!({})).await.ok();
}

#[tokio::test]
async fn a_room_shortens_the_life_of_its_events_and_only_of_its_own() {
    let bench = bench(&Retention::default());
    let alice = bench.register("alice").await;
    let (short, long) = (bench.room(&alice, &[]).await, bench.room(&alice, &[]).await);
    ask_for(&bench, &alice, &short, 2 * DAY).await;
    bench.say(&alice, &short, "1", "canary-short").await.ok();
    bench.say(&alice, &long, "1", "canary-long").await.ok();
    bench.clock.advance(2 * DAY - 1);
    bench.say(&alice, &short, "2", "canary-young").await.ok();
    assert!(contains(&bench.stored_bytes(), "canary-short"));
    bench.clock.advance(60_000);
    nudge(&bench, &alice).await;
    let bytes = bench.stored_bytes();
    assert!(!contains(&bytes, "canary-short"));
    assert!(contains(&bytes, "canary-young") && contains(&bytes, "canary-long"));
    // The room lives: its state is there, and so is what is young.
    let sync = bench.sync(&alice, None).await;
    let timeline = &sync["rooms"]["join"][&short]["timeline"]["events"];
    assert_eq!(texts(timeline), ["canary-young"]);
    let path = format!("/_matrix/client/v3/rooms/{short}/state/m.room.create");
    bench.get(&alice, &path).await.ok();
    assert!(bench.log().contains("\"event\":\"swept\",\"count\":1"));
}

#[tokio::test]
async fn a_room_cannot_ask_for_less_than_the_operator_allows_nor_for_more_than_he_keeps() {
    let rules = rules(|rules| rules.events = Some(Lifetime::milliseconds(3 * DAY)));
    let bench = bench(&rules);
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    ask_for(&bench, &alice, &room, 1).await;
    bench.say(&alice, &room, "1", "canary-one").await.ok();
    bench.clock.advance(DAY - 1);
    nudge(&bench, &alice).await;
    assert!(contains(&bench.stored_bytes(), "canary-one"));
    ask_for(&bench, &alice, &room, 300 * DAY).await;
    bench.clock.advance(2 * DAY + 60_000);
    nudge(&bench, &alice).await;
    assert!(!contains(&bench.stored_bytes(), "canary-one"));
}

#[tokio::test]
async fn kinds_and_rooms_have_their_own_times_and_former_state_goes_too() {
    let rules = rules(|rules| {
        rules
            .kinds
            .insert("m.room.message".to_owned(), Lifetime::milliseconds(DAY));
        rules
            .kinds
            .insert("m.room.topic".to_owned(), Lifetime::milliseconds(DAY));
    });
    let bench = bench(&rules);
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let topic = format!("/_matrix/client/v3/rooms/{room}/state/m.room.topic");
    for text in ["canary-former", "canary-present"] {
        bench
            .put(&alice, &topic, json!({ "topic": text }))
            .await
            .ok();
    }
    bench.say(&alice, &room, "1", "canary-text").await.ok();
    let other = format!("/_matrix/client/v3/rooms/{room}/send/m.other/1");
    bench
        .put(&alice, &other, json!({ "body": "canary-other" }))
        .await
        .ok();
    bench.clock.advance(DAY + 60_000);
    nudge(&bench, &alice).await;
    let bytes = bench.stored_bytes();
    assert!(!contains(&bytes, "canary-former") && !contains(&bytes, "canary-text"));
    assert!(contains(&bytes, "canary-present") && contains(&bytes, "canary-other"));
}

#[tokio::test]
async fn files_go_when_their_uploader_or_the_operator_says() {
    let rules = rules(|rules| rules.media = Some(Lifetime::milliseconds(5 * DAY)));
    let bench = bench(&rules);
    let alice = bench.register("alice").await;
    let request = http::Request::post("/_matrix/media/v3/upload?dev.pruefstand.lifetime=172800000")
        .header("authorization", format!("Bearer {}", alice.token))
        .body(axum::body::Body::from("canary-timed"));
    bench.carry(request.unwrap()).await.ok();
    let kept = crate::media::uploaded(&bench, &alice, b"canary-kept").await;
    bench.clock.advance(2 * DAY + 60_000);
    nudge(&bench, &alice).await;
    let bytes = bench.stored_bytes();
    assert!(!contains(&bytes, "canary-timed") && contains(&bytes, "canary-kept"));
    bench.clock.advance(3 * DAY);
    nudge(&bench, &alice).await;
    assert!(!contains(&bench.stored_bytes(), "canary-kept"));
    bench.get(&alice, &kept).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn messages_that_nobody_fetches_go() {
    let bench = bench(&Retention::default());
    let alice = bench.register("alice").await;
    let message = json!({ "messages": { alice.id.as_str(): { "*": { "n": "canary-queued" } } } });
    bench
        .put(&alice, "/_matrix/client/v3/sendToDevice/m.test/1", message)
        .await
        .ok();
    bench.clock.advance(29 * DAY);
    nudge(&bench, &alice).await;
    assert!(contains(&bench.stored_bytes(), "canary-queued"));
    bench.clock.advance(DAY + 60_000);
    nudge(&bench, &alice).await;
    assert!(!contains(&bench.stored_bytes(), "canary-queued"));
    let sync = bench.sync(&alice, None).await;
    assert_eq!(sync["to_device"]["events"], json!([]));
}

#[tokio::test]
async fn a_thousand_moved_rows_leave_no_copy_behind() {
    let bench = bench(&Retention::default());
    let alice = bench.register("alice").await;
    let mut rooms = Vec::new();
    for _ in 0..10 {
        rooms.push(bench.room(&alice, &[]).await);
    }
    ask_for(&bench, &alice, &rooms[3], DAY).await;
    for number in 0..1000_usize {
        let room = &rooms[number * 7 % 10];
        let canary = format!("canary-{}-{}", number * 7 % 10, "x".repeat(number % 300));
        bench
            .say(&alice, room, &number.to_string(), &canary)
            .await
            .ok();
    }
    bench.clock.advance(DAY + 60_000);
    nudge(&bench, &alice).await;
    let bytes = bench.stored_bytes();
    assert!(!contains(&bytes, "canary-3-"));
    assert!(contains(&bytes, "canary-4-"));
}

/// What outlives its time in the store: events, uploads.
pub(crate) async fn kept(bench: &Bench) -> (bool, bool) {
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    ask_for(bench, &alice, &room, DAY).await;
    for number in 0..50 {
        let txn = number.to_string();
        bench.say(&alice, &room, &txn, "canary-event").await.ok();
    }
    let path = "/_matrix/media/v3/upload?dev.pruefstand.lifetime=86400000";
    let request = http::Request::post(path)
        .header("authorization", format!("Bearer {}", alice.token))
        .body(axum::body::Body::from("canary-media"));
    bench.carry(request.unwrap()).await.ok();
    bench.clock.advance(DAY + 60_000);
    nudge(bench, &alice).await;
    let bytes = bench.stored_bytes();
    (
        contains(&bytes, "canary-event"),
        contains(&bytes, "canary-media"),
    )
}
