use std::sync::Arc;

use serde_json::json;

use crate::support::{Bench, texts};

#[tokio::test]
async fn a_waiting_sync_is_woken_by_a_message() {
    let bench = Arc::new(Bench::honest());
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let since = bench.sync(&bob, None).await["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    let waiting = tokio::spawn({
        let (bench, bob) = (Arc::clone(&bench), bob.clone());
        async move {
            bench
                .get(
                    &bob,
                    &format!("/_matrix/client/v3/sync?timeout=30000&since={since}"),
                )
                .await
        }
    });
    tokio::task::yield_now().await;
    bench.say(&alice, &room, "1", "wake up").await.ok();
    let sync = waiting.await.unwrap().ok();
    assert_eq!(
        texts(&sync["rooms"]["join"][room.as_str()]["timeline"]["events"]),
        ["wake up"]
    );
}

#[tokio::test]
async fn without_news_a_sync_is_empty_and_moves_on() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    bench.room(&alice, &[]).await;
    let first = bench.sync(&alice, None).await;
    let second = bench.sync(&alice, first["next_batch"].as_str()).await;
    assert_eq!(
        second["rooms"],
        json!({ "join": {}, "invite": {}, "leave": {} })
    );
    assert_eq!(second["next_batch"], first["next_batch"]);
    let path = format!(
        "/_matrix/client/v3/sync?timeout=1&since={}",
        first["next_batch"].as_str().unwrap()
    );
    bench.get(&alice, &path).await.ok();
}

#[tokio::test]
async fn invitations_show_who_and_what_and_no_history() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let wish = json!({ "name": "plans", "invite": [bob.id], "is_direct": true });
    let room = bench
        .post(&alice, "/_matrix/client/v3/createRoom", wish)
        .await
        .ok();
    let sync = bench.sync(&bob, None).await;
    assert_eq!(sync["rooms"]["join"], json!({}));
    let events =
        sync["rooms"]["invite"][room["room_id"].as_str().unwrap()]["invite_state"]["events"]
            .clone();
    let events = events.as_array().unwrap();
    assert!(
        events
            .iter()
            .any(|event| event["content"]["name"] == "plans")
    );
    let own = events
        .iter()
        .find(|event| event["state_key"] == bob.id.as_str())
        .unwrap();
    assert_eq!(
        own["content"],
        json!({ "membership": "invite", "is_direct": true })
    );
    assert_eq!(own["sender"], alice.id.as_str());
}

#[tokio::test]
async fn a_gap_is_marked_and_filled_by_prev_batch() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let since = bench.sync(&alice, None).await["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    let base = format!("/_matrix/client/v3/rooms/{room}");
    bench
        .put(
            &alice,
            &format!("{base}/state/m.room.topic"),
            json!({ "topic": "new" }),
        )
        .await
        .ok();
    for number in 0..15 {
        bench
            .say(&alice, &room, &number.to_string(), &number.to_string())
            .await
            .ok();
    }
    let sync = bench.sync(&alice, Some(&since)).await;
    let joined = &sync["rooms"]["join"][room.as_str()];
    assert_eq!(joined["timeline"]["limited"], true);
    assert_eq!(texts(&joined["timeline"]["events"]).len(), 10);
    assert_eq!(
        joined["state"]["events"][0]["content"],
        json!({ "topic": "new" })
    );
    let from = joined["timeline"]["prev_batch"].as_str().unwrap();
    let page = bench
        .get(
            &alice,
            &format!("{base}/messages?dir=b&from={from}&to={since}"),
        )
        .await
        .ok();
    assert_eq!(texts(&page["chunk"]), ["4", "3", "2", "1", "0"]);
}

#[tokio::test]
async fn a_left_room_comes_once_with_its_end() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let since = bench.sync(&bob, None).await["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    let kick = json!({ "user_id": bob.id, "reason": "bye" });
    bench
        .post(
            &alice,
            &format!("/_matrix/client/v3/rooms/{room}/kick"),
            kick,
        )
        .await
        .ok();
    bench.say(&alice, &room, "1", "unseen").await.ok();
    let sync = bench.sync(&bob, Some(&since)).await;
    let left = &sync["rooms"]["leave"][room.as_str()]["timeline"]["events"];
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(
        left[0]["content"],
        json!({ "membership": "leave", "reason": "bye" })
    );
    let sync = bench.sync(&bob, sync["next_batch"].as_str()).await;
    assert_eq!(sync["rooms"]["leave"], json!({}));
}

#[tokio::test]
async fn device_lists_tell_who_changed_came_and_left() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let stranger = bench.register("stranger").await;
    let since = |sync: &serde_json::Value| sync["next_batch"].as_str().unwrap().to_owned();
    let start = since(&bench.sync(&alice, None).await);
    let room = bench.shared_room(&alice, &[&bob]).await;
    let came = bench.sync(&alice, Some(&start)).await;
    assert!(
        came["device_lists"]["changed"]
            .as_array()
            .unwrap()
            .contains(&json!(bob.id))
    );
    for user in [&bob, &stranger] {
        let keys = json!({ "device_keys": { "user_id": user.id, "device_id": user.device, "algorithms": [], "keys": {} } });
        bench
            .post(user, "/_matrix/client/v3/keys/upload", keys)
            .await
            .ok();
    }
    let changed = bench.sync(&alice, Some(&since(&came))).await;
    assert_eq!(
        changed["device_lists"],
        json!({ "changed": [bob.id], "left": [] })
    );
    bench
        .post(
            &bob,
            &format!("/_matrix/client/v3/rooms/{room}/leave"),
            json!({}),
        )
        .await
        .ok();
    let left = bench.sync(&alice, Some(&since(&changed))).await;
    assert_eq!(
        left["device_lists"],
        json!({ "changed": [], "left": [bob.id] })
    );
    let path = format!(
        "/_matrix/client/v3/keys/changes?from={}&to={}",
        since(&came),
        since(&left)
    );
    assert_eq!(
        bench.get(&alice, &path).await.ok(),
        json!({ "changed": [], "left": [bob.id] })
    );
}

#[tokio::test]
async fn receipts_are_shared_and_private_ones_are_not() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let id = bench.say(&alice, &room, "1", "x").await.ok()["event_id"].clone();
    let id = id.as_str().unwrap();
    let base = format!("/_matrix/client/v3/rooms/{room}/receipt");
    let since = bench.sync(&alice, None).await["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    bench
        .post(&bob, &format!("{base}/m.read.private/{id}"), json!({}))
        .await
        .ok();
    assert_eq!(
        bench.sync(&alice, Some(&since)).await["rooms"]["join"],
        json!({})
    );
    bench
        .post(&bob, &format!("{base}/m.read/{id}"), json!({}))
        .await
        .ok();
    bench
        .post(&bob, &format!("{base}/m.fully_read/{id}"), json!({}))
        .await
        .ok();
    let seen = bench.sync(&alice, Some(&since)).await;
    let event = &seen["rooms"]["join"][room.as_str()]["ephemeral"]["events"][0];
    assert_eq!(event["type"], "m.receipt");
    assert!(event["content"][id]["m.read"][bob.id.as_str()]["ts"].is_u64());
    assert!(event["content"][id].get("m.read.private").is_none());
    let missing = format!("{base}/m.read/$unknown");
    bench
        .post(&bob, &missing, json!({}))
        .await
        .refused(404, "M_NOT_FOUND");
    bench
        .post(&bob, &format!("{base}/m.other/{id}"), json!({}))
        .await
        .refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn positions_of_the_future_and_of_others_are_refused() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    for since in ["s999_0", "s0_999", "t1", "x", "s1", "s01_1"] {
        let path = format!("/_matrix/client/v3/sync?since={since}");
        bench
            .get(&alice, &path)
            .await
            .refused(400, "M_INVALID_PARAM");
    }
}
