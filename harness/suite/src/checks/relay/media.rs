//! Files on the relay.

use harness_driver::{Bytes, Payload, Secret};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::wire::{KEPT_OUT, encoded, status, text_at};
use crate::{
    check::{Check, Seeded, Stop, Subject},
    scene::{Scene, Session},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "relay-media-authorisation",
    version: 1,
    subject: Subject::Relay,
    requirements: &["MED-05", "CLO-01"],
    attacks: &[],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "A file on the relay is given to nobody who is not logged in, and its address cannot be guessed.",
    precondition: "Anna uploaded two files and downloads them.",
    expected: "Without an access token, and with an invented one, the file is not served, at the present and at the former endpoint; the addresses are long and differ.",
    needs: &[],
    twins: &[Seeded::relay(
        "relay-media-unauthenticated",
        "media-without-login",
    )],
    run: media,
}];

/// The shortest address that nobody guesses: 128 bits in base64.
const SHORTEST_ID: u64 = 22;

fn media(scene: &mut Scene) -> Result<(), Stop> {
    let anna = scene.session("anna")?;
    let (first, second) = (upload(scene, &anna)?, upload(scene, &anna)?);
    let present = format!("/_matrix/client/v1/media/download/{first}");
    let own = scene.ask(Some(&anna), "GET", &present, Payload::Empty)?;
    scene.expect(Role::Control, "control-lost", &[&own], status(&[200]));
    for path in [present, format!("/_matrix/media/v3/download/{first}")] {
        let seen = scene.ask(None, "GET", &path, Payload::Empty)?;
        scene.expect(
            Role::Attack,
            "media-without-login",
            &[&seen],
            status(&KEPT_OUT),
        );
        let stranger = Session {
            token: Secret::new("invented-token"),
            ..anna.clone()
        };
        let seen = scene.ask(Some(&stranger), "GET", &path, Payload::Empty)?;
        scene.expect(
            Role::Attack,
            "media-without-login",
            &[&seen],
            status(&KEPT_OUT),
        );
    }
    let ids: Vec<_> = [first, second]
        .iter()
        .map(|address| {
            let id = address.rsplit('/').next().unwrap_or_default();
            scene.note_seen("the id of a file", Witness::Wire, json!({ "id": id }))
        })
        .collect();
    let ids: Vec<_> = ids.iter().collect();
    scene.expect(Role::Attack, "media-id-repeated", &ids, Claim::Different {});
    let long = Claim::Within {
        pointer: "/id".to_owned(),
        least: SHORTEST_ID,
        most: 255,
    };
    scene.expect(Role::Attack, "media-id-guessable", &ids, long);
    scene.must_work(Role::State, "session-lost", &anna)
}

/// Uploads a file; returns its address as `server/id`, percent-encoded.
fn upload(scene: &mut Scene, session: &Session) -> Result<String, Stop> {
    let content = Bytes::from(scene.text("file").into_bytes());
    let response = scene.raw(
        Some(session),
        "POST",
        "/_matrix/media/v3/upload",
        Payload::Raw(content),
    )?;
    let uri = text_at(&response, "content_uri")?;
    let (server, id) = uri
        .strip_prefix("mxc://")
        .and_then(|address| address.split_once('/'))
        .ok_or_else(|| Stop::target(format!("{uri} is no address of a file")))?;
    Ok(format!("{}/{}", encoded(server), encoded(id)))
}
