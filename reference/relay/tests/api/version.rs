use reference_relay::{Clients, Flaw, Limits, Moment, Retention, Version};

use crate::support::{Answer, Bench, User};

const WHOAMI: &str = "/_matrix/client/v3/account/whoami";
/// What the clock of a [`Bench`] shows first.
const START: u64 = 1_800_000_000_000;

fn bench(flaws: &[Flaw]) -> Bench {
    let clients = Clients {
        minimum: Some(Version::new(1, 2, 0)),
        refused_from: Some(Moment::at(START + 1000)),
        serve_unnamed: true,
    };
    Bench::whole(flaws, Limits::default(), (&Retention::default(), &clients))
}

async fn ask(bench: &Bench, user: &User, version: &str) -> Answer {
    let request = http::Request::get(WHOAMI)
        .header("authorization", format!("Bearer {}", user.token))
        .header("dev-pruefstand-client", version)
        .body(axum::body::Body::empty());
    bench.carry(request.unwrap()).await
}

#[tokio::test]
async fn an_old_client_is_warned_and_after_its_time_refused_with_what_it_needs() {
    let bench = bench(&[]);
    let alice = bench.register("alice").await;
    let warned = ask(&bench, &alice, "1.1.0").await;
    assert_eq!(warned.status, 200);
    assert_eq!(
        warned.headers["dev-pruefstand-client-warning"],
        "minimum=1.2.0"
    );
    assert!(
        !ask(&bench, &alice, "1.2.0")
            .await
            .headers
            .contains_key("dev-pruefstand-client-warning")
    );
    bench.clock.advance(1000);
    let refused = ask(&bench, &alice, "1.1.0").await;
    refused.refused(403, "DEV.PRUEFSTAND.CLIENT_TOO_OLD");
    assert_eq!(refused.json()["minimum_version"], "1.2.0");
    ask(&bench, &alice, "1.2.0").await.ok();
    let path = format!("{WHOAMI}?dev-pruefstand-client=1.1.0");
    bench
        .get(&alice, &path)
        .await
        .refused(403, "DEV.PRUEFSTAND.CLIENT_TOO_OLD");
    // It still learns what is wanted, and can leave.
    let versions = bench
        .get(None, "/_matrix/client/versions?dev-pruefstand-client=1.1.0")
        .await
        .ok();
    assert_eq!(versions["dev.pruefstand.client_minimum"], "1.2.0");
    bench.get(&alice, WHOAMI).await.ok();
    let logout = "/_matrix/client/v3/logout?dev-pruefstand-client=1.1.0";
    bench.post(&alice, logout, serde_json::json!({})).await.ok();
}

/// Whether a relay with these flaws serves a client whose time is over.
pub(crate) async fn serves_old(flaws: &[Flaw]) -> bool {
    let bench = bench(flaws);
    let alice = bench.register("alice").await;
    bench.clock.advance(1000);
    ask(&bench, &alice, "1.1.0").await.status == 200
}
