use axum::body::Body;
use http::Request;

use crate::support::{Bench, User};

async fn upload(bench: &Bench, user: &User, bytes: Vec<u8>) -> crate::support::Answer {
    let request = Request::post("/_matrix/media/v3/upload?filename=a.bin")
        .header("authorization", format!("Bearer {}", user.token))
        .header("content-type", "text/html")
        .body(Body::from(bytes));
    bench.carry(request.unwrap()).await
}

pub(crate) async fn uploaded(bench: &Bench, user: &User, bytes: &[u8]) -> String {
    let answer = upload(bench, user, bytes.to_vec()).await.ok();
    let uri = answer["content_uri"].as_str().unwrap();
    format!(
        "/_matrix/client/v1/media/download/{}",
        uri.strip_prefix("mxc://").unwrap()
    )
}

#[tokio::test]
async fn media_comes_back_as_it_went_and_harmless_to_browsers() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let bob = bench.register("bob").await;
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    let path = uploaded(&bench, &alice, &bytes).await;
    for path in [path.clone(), format!("{path}/name.bin")] {
        let answer = bench.get(&bob, &path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.bytes.as_slice()),
            (200, bytes.as_slice())
        );
        assert_eq!(answer.headers["content-type"], "text/html");
        assert_eq!(answer.headers["content-disposition"], "attachment");
        assert_eq!(
            answer.headers["content-security-policy"],
            "sandbox; default-src 'none'"
        );
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn media_needs_a_token_and_an_id_of_this_relay() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let path = uploaded(&bench, &alice, b"x").await;
    bench.get(None, &path).await.refused(401, "M_MISSING_TOKEN");
    bench
        .get(&alice, &path.replace("relay.test", "other.test"))
        .await
        .refused(404, "M_NOT_FOUND");
    bench
        .get(&alice, "/_matrix/client/v1/media/download/relay.test/x")
        .await
        .refused(404, "M_NOT_FOUND");
    // The endpoint without authentication does not exist (spec 1.11 on).
    let old = path.replace("client/v1/media", "media/v3");
    bench.get(None, &old).await.refused(404, "M_UNRECOGNIZED");
}

#[tokio::test]
async fn large_media_is_refused() {
    let bench = Bench::honest();
    let alice = bench.register("alice").await;
    let limit = bench
        .get(&alice, "/_matrix/client/v1/media/config")
        .await
        .ok();
    let limit = usize::try_from(limit["m.upload.size"].as_u64().unwrap()).unwrap();
    upload(&bench, &alice, vec![0; limit]).await.ok();
    upload(&bench, &alice, vec![0; limit + 1])
        .await
        .refused(413, "M_TOO_LARGE");
}
