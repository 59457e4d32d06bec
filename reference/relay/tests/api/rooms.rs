use serde_json::{Value, json};

use crate::support::{Bench, User};

async fn act(
    bench: &Bench,
    user: &User,
    room: &str,
    action: &str,
    target: &User,
) -> crate::support::Answer {
    let path = format!("/_matrix/client/v3/rooms/{room}/{action}");
    bench
        .post(user, &path, json!({ "user_id": target.id }))
        .await
}

async fn state(bench: &Bench, user: &User, room: &str, kind: &str) -> Value {
    bench
        .get(
            user,
            &format!("/_matrix/client/v3/rooms/{room}/state/{kind}"),
        )
        .await
        .ok()
}

#[tokio::test]
async fn a_room_begins_with_the_state_asked_for() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let wish = json!({
        "name": "n", "topic": "t", "preset": "public_chat",
        "initial_state": [{ "type": "m.room.encryption", "content": { "algorithm": "m.megolm.v1.aes-sha2" } }],
    });
    let room = bench
        .post(&alice, "/_matrix/client/v3/createRoom", wish)
        .await
        .ok();
    let room = room["room_id"].as_str().unwrap();
    assert_eq!(
        state(&bench, &alice, room, "m.room.name").await,
        json!({ "name": "n" })
    );
    assert_eq!(
        state(&bench, &alice, room, "m.room.topic/").await,
        json!({ "topic": "t" })
    );
    assert_eq!(
        state(&bench, &alice, room, "m.room.join_rules").await,
        json!({ "join_rule": "public" })
    );
    assert_eq!(
        state(&bench, &alice, room, "m.room.encryption").await["algorithm"],
        "m.megolm.v1.aes-sha2"
    );
    assert_eq!(
        state(&bench, &alice, room, "m.room.create").await["room_version"],
        "11"
    );
    let all = bench
        .get(&alice, &format!("/_matrix/client/v3/rooms/{room}/state"))
        .await
        .ok();
    assert_eq!(all[0]["type"], "m.room.create");
    assert_eq!(all.as_array().unwrap().len(), 9);
}

#[tokio::test]
async fn wishes_that_cannot_be_met_are_refused() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    for (wish, errcode) in [
        (json!({ "room_version": "1" }), "M_UNSUPPORTED_ROOM_VERSION"),
        (json!({ "room_alias_name": "a" }), "M_INVALID_PARAM"),
        (json!({ "preset": "x" }), "M_BAD_JSON"),
        (
            json!({ "power_level_content_override": { "ban": "x" } }),
            "M_BAD_JSON",
        ),
        (
            json!({ "initial_state": [{ "type": "m.room.create", "content": {} }] }),
            "M_INVALID_PARAM",
        ),
    ] {
        bench
            .post(&alice, "/_matrix/client/v3/createRoom", wish)
            .await
            .refused(400, errcode);
    }
}

#[tokio::test]
async fn only_the_invited_join_a_private_room() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let mallory = bench.register("mallory").await;
    let room = bench.room(&alice, &[&bob]).await;
    let join = format!("/_matrix/client/v3/rooms/{room}/join");
    bench
        .post(&mallory, &join, json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
    assert_eq!(
        bench.post(&bob, &join, json!({})).await.ok(),
        json!({ "room_id": room })
    );
    bench
        .post(
            &bob,
            "/_matrix/client/v3/join/!nowhere:relay.test",
            json!({}),
        )
        .await
        .refused(404, "M_NOT_FOUND");
    bench
        .post(
            &bob,
            "/_matrix/client/v3/join/%23alias:relay.test",
            json!({}),
        )
        .await
        .refused(404, "M_NOT_FOUND");
    let joined = bench
        .get(
            &bob,
            &format!("/_matrix/client/v3/rooms/{room}/joined_members"),
        )
        .await
        .ok();
    assert_eq!(joined["joined"].as_object().unwrap().len(), 2);
    let rooms = bench
        .get(&bob, "/_matrix/client/v3/joined_rooms")
        .await
        .ok();
    assert_eq!(rooms, json!({ "joined_rooms": [room] }));
}

#[tokio::test]
async fn who_leaves_is_out() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    bench
        .post(
            &bob,
            &format!("/_matrix/client/v3/rooms/{room}/leave"),
            json!({}),
        )
        .await
        .ok();
    bench
        .say(&bob, &room, "1", "x")
        .await
        .refused(403, "M_FORBIDDEN");
    let join = format!("/_matrix/client/v3/rooms/{room}/join");
    bench
        .post(&bob, &join, json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
    bench
        .post(
            &bob,
            &format!("/_matrix/client/v3/rooms/{room}/forget"),
            json!({}),
        )
        .await
        .ok();
    bench
        .post(
            &alice,
            &format!("/_matrix/client/v3/rooms/{room}/forget"),
            json!({}),
        )
        .await
        .refused(400, "M_UNKNOWN");
}

#[tokio::test]
async fn kicks_and_bans_follow_power_levels() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let carol = bench.register("carol").await;
    let room = bench.shared_room(&alice, &[&bob, &carol]).await;
    act(&bench, &bob, &room, "kick", &carol)
        .await
        .refused(403, "M_FORBIDDEN");
    act(&bench, &bob, &room, "ban", &alice)
        .await
        .refused(403, "M_FORBIDDEN");
    act(&bench, &alice, &room, "kick", &carol).await.ok();
    act(&bench, &alice, &room, "invite", &carol).await.ok();
    act(&bench, &alice, &room, "ban", &carol).await.ok();
    act(&bench, &alice, &room, "invite", &carol)
        .await
        .refused(403, "M_FORBIDDEN");
    let join = format!("/_matrix/client/v3/rooms/{room}/join");
    bench
        .post(&carol, &join, json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
    act(&bench, &alice, &room, "kick", &carol)
        .await
        .refused(403, "M_FORBIDDEN");
    act(&bench, &bob, &room, "unban", &carol)
        .await
        .refused(403, "M_FORBIDDEN");
    act(&bench, &alice, &room, "unban", &carol).await.ok();
    act(&bench, &alice, &room, "unban", &carol)
        .await
        .refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn outsiders_change_nobody() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let mallory = bench.register("mallory").await;
    let room = bench.room(&alice, &[]).await;
    for action in ["invite", "kick", "ban", "unban"] {
        act(&bench, &mallory, &room, action, &mallory)
            .await
            .refused(403, "M_FORBIDDEN");
    }
    let path = format!(
        "/_matrix/client/v3/rooms/{room}/state/m.room.member/{}",
        mallory.id
    );
    bench
        .put(&mallory, &path, json!({ "membership": "join" }))
        .await
        .refused(403, "M_FORBIDDEN");
    bench
        .say(&mallory, &room, "1", "x")
        .await
        .refused(403, "M_FORBIDDEN");
    act(
        &bench,
        &alice,
        &room,
        "invite",
        &User {
            id: "@nobody:relay.test".to_owned(),
            ..mallory
        },
    )
    .await
    .refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn state_needs_power() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let path = |kind: &str| format!("/_matrix/client/v3/rooms/{room}/state/{kind}");
    bench
        .put(&bob, &path("m.room.name"), json!({ "name": "x" }))
        .await
        .refused(403, "M_FORBIDDEN");
    bench
        .put(&alice, &path("m.room.name"), json!({ "name": "x" }))
        .await
        .ok();
    bench
        .put(&alice, &path("m.room.create"), json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
    let levels = json!({ "users": { alice.id.as_str(): 100, bob.id.as_str(): 50 } });
    bench
        .put(&alice, &path("m.room.power_levels"), levels)
        .await
        .ok();
    bench
        .put(&bob, &path("m.room.name"), json!({ "name": "y" }))
        .await
        .ok();
    let levels = json!({ "users": { alice.id.as_str(): 100, bob.id.as_str(): 100 } });
    bench
        .put(&bob, &path("m.room.power_levels"), levels)
        .await
        .refused(403, "M_FORBIDDEN");
    let foreign = path(&format!("org.test/{}", alice.id));
    bench
        .put(&bob, &foreign, json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
    bench
        .put(&bob, &path(&format!("org.test/{}", bob.id)), json!({}))
        .await
        .ok();
}

#[tokio::test]
async fn a_repeated_send_makes_one_event() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let first = bench.say(&alice, &room, "t", "once").await.ok();
    let second = bench.say(&alice, &room, "t", "once").await.ok();
    assert_eq!(first, second);
    let other = bench.say(&alice, &room, "u", "twice").await.ok();
    assert_ne!(first, other);
    let path = format!("/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=3");
    let page = bench.get(&alice, &path).await.ok();
    assert_eq!(crate::support::texts(&page["chunk"]), ["twice", "once"]);
}

#[tokio::test]
async fn a_new_display_name_is_seen_in_rooms() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let room = bench.shared_room(&alice, &[&bob]).await;
    let path = format!("/_matrix/client/v3/profile/{}/displayname", alice.id);
    bench
        .put(&alice, &path, json!({ "displayname": "Alice" }))
        .await
        .ok();
    bench
        .put(&bob, &path, json!({ "displayname": "Eve" }))
        .await
        .refused(403, "M_FORBIDDEN");
    assert_eq!(
        bench.get(&bob, &path).await.ok(),
        json!({ "displayname": "Alice" })
    );
    bench.get(None, &path).await.refused(401, "M_MISSING_TOKEN");
    let joined = bench
        .get(
            &bob,
            &format!("/_matrix/client/v3/rooms/{room}/joined_members"),
        )
        .await
        .ok();
    assert_eq!(
        joined["joined"][alice.id.as_str()],
        json!({ "display_name": "Alice" })
    );
    let members = bench
        .get(
            &bob,
            &format!("/_matrix/client/v3/rooms/{room}/members?membership=join"),
        )
        .await
        .ok();
    assert_eq!(members["chunk"].as_array().unwrap().len(), 2);
}
