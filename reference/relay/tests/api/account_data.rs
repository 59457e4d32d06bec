use serde_json::json;

use crate::support::Bench;

#[tokio::test]
async fn account_data_is_kept_and_synced() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    let global = format!("/_matrix/client/v3/user/{}/account_data/org.test", alice.id);
    let of_room = format!(
        "/_matrix/client/v3/user/{}/rooms/{room}/account_data/org.test",
        alice.id
    );
    bench.get(&alice, &global).await.refused(404, "M_NOT_FOUND");
    bench.put(&alice, &global, json!({ "a": 1 })).await.ok();
    bench.put(&alice, &of_room, json!({ "b": 2 })).await.ok();
    assert_eq!(bench.get(&alice, &global).await.ok(), json!({ "a": 1 }));
    let sync = bench.sync(&alice, None).await;
    assert_eq!(
        sync["account_data"]["events"],
        json!([{ "type": "org.test", "content": { "a": 1 } }])
    );
    let in_room = &sync["rooms"]["join"][room.as_str()]["account_data"]["events"];
    assert_eq!(
        in_room,
        &json!([{ "type": "org.test", "content": { "b": 2 } }])
    );
    let since = sync["next_batch"].as_str();
    assert_eq!(
        bench.sync(&alice, since).await["account_data"]["events"],
        json!([])
    );
}

#[tokio::test]
async fn data_and_filters_of_others_are_out_of_reach() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let mallory = bench.register("mallory").await;
    let room = bench.room(&alice, &[]).await;
    let user = format!("/_matrix/client/v3/user/{}", alice.id);
    bench
        .put(&alice, &format!("{user}/account_data/x"), json!({}))
        .await
        .ok();
    let filter = bench
        .post(&alice, &format!("{user}/filter"), json!({}))
        .await
        .ok();
    let filter = filter["filter_id"].as_str().unwrap();
    for path in [
        format!("{user}/account_data/x"),
        format!("{user}/rooms/{room}/account_data/x"),
        format!("{user}/filter/{filter}"),
    ] {
        bench.get(&mallory, &path).await.refused(403, "M_FORBIDDEN");
    }
    bench
        .put(&mallory, &format!("{user}/account_data/x"), json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
    bench
        .post(&mallory, &format!("{user}/filter"), json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
    let own = format!(
        "/_matrix/client/v3/user/{}/rooms/{room}/account_data/x",
        mallory.id
    );
    bench
        .put(&mallory, &own, json!({}))
        .await
        .refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn a_stored_filter_bounds_the_timeline() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let room = bench.room(&alice, &[]).await;
    for number in 0..5 {
        bench
            .say(
                &alice,
                &room,
                &number.to_string(),
                &format!("text {number}"),
            )
            .await
            .ok();
    }
    let path = format!("/_matrix/client/v3/user/{}/filter", alice.id);
    let wish = json!({ "room": { "timeline": { "limit": 2, "types": ["m.room.message"] } } });
    let id = bench.post(&alice, &path, wish.clone()).await.ok()["filter_id"].clone();
    assert_eq!(
        bench.post(&alice, &path, wish.clone()).await.ok()["filter_id"],
        id
    );
    let id = id.as_str().unwrap();
    assert_eq!(bench.get(&alice, &format!("{path}/{id}")).await.ok(), wish);
    let sync = bench
        .get(&alice, &format!("/_matrix/client/v3/sync?filter={id}"))
        .await
        .ok();
    let timeline = &sync["rooms"]["join"][room.as_str()]["timeline"];
    assert_eq!(
        crate::support::texts(&timeline["events"]),
        ["text 3", "text 4"]
    );
    assert_eq!(timeline["limited"], true);
    bench
        .get(&alice, "/_matrix/client/v3/sync?filter=77")
        .await
        .refused(404, "M_NOT_FOUND");
    bench
        .get(&alice, "/_matrix/client/v3/sync?filter=%7B%22room%22:1%7D")
        .await
        .refused(400, "M_BAD_JSON");
}
