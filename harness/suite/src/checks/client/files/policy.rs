//! Which files may pass, who looks at them first, and what is fetched unasked.

use harness_driver::{Act, MediaAct, MediaSettings};
use harness_evidence::{Role, Severity, Witness};
use serde_json::Value;

use super::{configure, expect_is, expect_text, pass};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::megolm::pair,
    scene::{Actor, Room, Scene, Sent},
};

const NEEDS: &[Need] = &[
    Need::Verb("file.send"),
    Need::Verb("file.open"),
    Need::Verb("media.settings"),
];

pub(in crate::checks::client) const CHECKS: &[Check] = &[
    Check {
        id: "media-type-policy",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-04"],
        attacks: &["ATK-ATT-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Files of types that are not allowed neither leave nor are opened, whatever their names say.",
        precondition: "Bob may exchange texts only; Alice may exchange anything.",
        expected: "Bob cannot send a document or one named like a text, and cannot open Alice's; texts pass both ways.",
        needs: NEEDS,
        twins: &[
            Seeded::client("type-policy-not-on-send", "forbidden-type-sent"),
            Seeded::client("type-policy-not-on-open", "forbidden-type-opened"),
        ],
        run: types,
    },
    Check {
        id: "media-scan",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-04"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Where files are scanned, none is opened before the scanner has said that this file is clean.",
        precondition: "Bob's product waits for a scanner; Alice sends him two files.",
        expected: "Neither opens at first; the word for the one does not release the other; what is clean opens, what is not stays closed after a restart too.",
        needs: &[
            Need::Verb("file.send"),
            Need::Verb("file.open"),
            Need::Verb("media.settings"),
            Need::Verb("media.verdict"),
            Need::Verb("actor.restart"),
        ],
        twins: &[Seeded::client("scan-not-awaited", "opened-before-scan")],
        run: scan,
    },
    Check {
        id: "link-preview-off",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-04", "MET-07"],
        attacks: &["ATK-META-02"],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A link in a message is not fetched, and nobody is asked what is behind it.",
        precondition: "Alice sends Bob a message with a link in an encrypted room.",
        expected: "Bob sees the message; none of his requests carries the link or asks for a preview.",
        needs: &[],
        twins: &[Seeded::client("fetches-link-preview", "link-fetched")],
        run: link_preview,
    },
];

const DOCUMENT: &[u8] = b"%PDF-1.7 a document";

fn types(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let texts_only = MediaSettings {
        types: vec!["txt".to_owned()],
        ..MediaSettings::default()
    };
    configure(scene, &bob, texts_only)?;
    let text = pass(scene, &bob, &alice, &room, ("note.txt", b"a note"))?;
    expect_text(scene, Role::Control, "text-not-sent", &text, b"a note");
    for name in ["paper.pdf", "paper.txt"] {
        let attempt = scene.try_send_file(&bob, &room, name, DOCUMENT)?;
        expect_is(
            scene,
            Role::Attack,
            "forbidden-type-sent",
            &attempt.seen,
            "/sent",
            false,
        );
        let opened = pass(scene, &alice, &bob, &room, (name, DOCUMENT))?;
        expect_is(
            scene,
            Role::Attack,
            "forbidden-type-opened",
            &opened,
            "/opened",
            false,
        );
    }
    let taken = pass(scene, &bob, &alice, &room, ("note.txt", b"a last note"))?;
    expect_is(
        scene,
        Role::Applied,
        "attack-not-applied",
        &taken,
        "/opened",
        true,
    );
    let text = pass(scene, &alice, &bob, &room, ("note.txt", b"an answer"))?;
    expect_text(scene, Role::Twin, "text-not-opened", &text, b"an answer");
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn scan(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let before = pass(scene, &alice, &bob, &room, ("note.txt", b"a note"))?;
    expect_text(
        scene,
        Role::Control,
        "control-not-opened",
        &before,
        b"a note",
    );
    let scanned = MediaSettings {
        scan: true,
        ..MediaSettings::default()
    };
    configure(scene, &bob, scanned)?;
    let (good, bad) = (b"a clean file".as_slice(), b"an infected file".as_slice());
    let clean = scene.send_file(&alice, &room, "clean.txt", good)?;
    let infected = scene.send_file(&alice, &room, "infected.txt", bad)?;
    scene.sync(&bob)?;
    let mut waiting = Vec::new();
    for file in [&clean, &infected] {
        let opened = scene.open_file(&bob, &room, file)?;
        expect_is(
            scene,
            Role::Attack,
            "opened-before-scan",
            &opened,
            "/opened",
            false,
        );
        let digest = opened
            .value
            .pointer("/value/sha256")
            .and_then(Value::as_str);
        waiting.push(digest.unwrap_or_default().to_owned());
    }
    hear_scanner(scene, &bob, &room, waiting, &infected)?;
    scene.restart(&bob)?;
    let opened = scene.open_file(&bob, &room, &infected)?;
    expect_is(
        scene,
        Role::Attack,
        "opened-before-scan",
        &opened,
        "/opened",
        false,
    );
    let opened = scene.open_file(&bob, &room, &clean)?;
    expect_text(scene, Role::Twin, "clean-file-not-opened", &opened, good);
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// The scanner speaks of each file in turn: the first is clean, the second is not, and it stays closed throughout.
fn hear_scanner(
    scene: &mut Scene,
    bob: &Actor,
    room: &Room,
    waiting: Vec<String>,
    infected: &Sent,
) -> Result<(), Stop> {
    for (sha256, is_clean) in waiting.into_iter().zip([true, false]) {
        let verdict = MediaAct::Verdict {
            sha256,
            clean: is_clean,
        };
        let said = scene.try_act(bob, Act::Media(verdict))?;
        expect_is(
            scene,
            Role::Applied,
            "attack-not-applied",
            &said,
            "/done",
            true,
        );
        let opened = scene.open_file(bob, room, infected)?;
        expect_is(
            scene,
            Role::Attack,
            "opened-before-scan",
            &opened,
            "/opened",
            false,
        );
    }
    Ok(())
}

fn link_preview(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let host = format!("canary-{:016x}.example", scene.draw());
    let body = format!("see https://{host}/page for more");
    let mark = scene.mark();
    let attempt = scene.try_send_body(&alice, &room, &body)?;
    let sent = attempt
        .sent
        .ok_or_else(|| Stop::target("a message with a link is not sent"))?;
    scene.sync_all(&[&bob])?;
    scene.must_show_once(Role::Twin, "message-with-link-lost", &bob, &room, &sent)?;
    expect_is(
        scene,
        Role::Applied,
        "attack-not-applied",
        &attempt.seen,
        "/sent",
        true,
    );
    for part in [host.as_str(), "preview"] {
        let asked = scene.asked_for(&bob, part, mark);
        expect_is(scene, Role::Attack, "link-fetched", &asked, "/requests", 0);
    }
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}
