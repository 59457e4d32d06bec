use serde_json::json;

use reference_relay::Flaw;

use crate::keys::{claim_of, one_time_keys};
use crate::support::{Bench, PASSWORD, User, texts};

/// What two honest people do in a day. Every relay, flawed or not, must get it right.
async fn live(bench: &Bench) {
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    bench
        .post(
            &alice,
            "/_matrix/client/v3/keys/upload",
            one_time_keys(0..5),
        )
        .await
        .ok();
    let claimed = bench
        .post(&bob, "/_matrix/client/v3/keys/claim", claim_of(&alice))
        .await
        .ok();
    assert!(claimed["one_time_keys"][alice.id.as_str()].is_object());
    let room = bench.shared_room(&alice, &[&bob]).await;
    let start = bench.sync(&bob, None).await["next_batch"]
        .as_str()
        .unwrap()
        .to_owned();
    for number in 0..3 {
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
    let message = json!({ "messages": { bob.id.as_str(): { bob.device.as_str(): { "n": 1 } } } });
    bench
        .put(&alice, "/_matrix/client/v3/sendToDevice/m.test/1", message)
        .await
        .ok();
    let sync = bench.sync(&bob, Some(&start)).await;
    let timeline = &sync["rooms"]["join"][room.as_str()]["timeline"]["events"];
    assert_eq!(texts(timeline), ["text 0", "text 1", "text 2"]);
    assert_eq!(sync["to_device"]["events"].as_array().unwrap().len(), 1);
    let next = bench.sync(&bob, sync["next_batch"].as_str()).await;
    assert_eq!(next["to_device"]["events"], json!([]));
    let path = crate::media::uploaded(bench, &alice, b"ciphertext").await;
    assert_eq!(bench.get(&bob, &path).await.bytes, b"ciphertext");
    bench
        .post(&bob, "/_matrix/client/v3/logout", json!({}))
        .await
        .ok();
    let again = User::of(&bench.login("bob", PASSWORD).await.ok());
    let sync = bench.sync(&again, None).await;
    assert!(sync["rooms"]["join"][room.as_str()].is_object());
}

#[tokio::test]
async fn an_honest_day_goes_well() {
    live(&Bench::honest()).await;
}

#[tokio::test]
async fn a_flaw_breaks_nothing_for_the_honest() {
    for &flaw in Flaw::ALL {
        live(&Bench::flawed(flaw)).await;
    }
}
