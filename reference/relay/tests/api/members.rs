//! What members sign about each other, kept by a relay that does not look inside.

use serde_json::json;

use crate::support::{Bench, User};

#[tokio::test]
async fn what_members_signed_stays_with_a_member() {
    let bench = Bench::honest();
    let (alice, bob) = (bench.register("alice").await, bench.register("bob").await);
    let room = bench.room(&alice, &[]).await;
    let of = |user: &User| {
        let user = &user.id;
        format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{user}")
    };
    let said = json!([{ "act": "found" }]);
    let own = json!({ "membership": "join", "dev.pruefstand.member": said });
    bench.put(&alice, &of(&alice), own).await.ok();
    let admitted = json!([{ "act": "found" }, { "act": "admit" }]);
    let invited = json!({ "membership": "invite", "dev.pruefstand.member": admitted });
    bench.put(&alice, &of(&bob), invited).await.ok();
    let join = format!("/_matrix/client/v3/rooms/{room}/join");
    bench.post(&bob, &join, json!({})).await.ok();
    let name = format!("/_matrix/client/v3/profile/{}/displayname", bob.id);
    let named = json!({ "displayname": "Bob" });
    bench.put(&bob, &name, named).await.ok();
    for (user, expected) in [(&alice, &said), (&bob, &admitted)] {
        let member = bench.get(&alice, &of(user)).await.ok();
        assert_eq!(&member["dev.pruefstand.member"], expected);
        assert_eq!(member["membership"], json!("join"));
    }
    let leave = format!("/_matrix/client/v3/rooms/{room}/leave");
    bench.post(&bob, &leave, json!({})).await.ok();
    let gone = bench.get(&alice, &of(&bob)).await.ok();
    assert!(gone.get("dev.pruefstand.member").is_none(), "{gone}");
}
