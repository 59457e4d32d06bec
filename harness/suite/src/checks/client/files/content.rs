//! What leaves with a file, and what is thought of one that comes.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::{expect_is, expect_text, pass};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::megolm::pair,
    scene::Scene,
};

const NEEDS: &[Need] = &[
    Need::Verb("file.send"),
    Need::Verb("file.open"),
    Need::Verb("media.settings"),
];

pub(in crate::checks::client) const CHECKS: &[Check] = &[
    Check {
        id: "media-metadata",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-03"],
        attacks: &["ATK-ATT-03"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A picture leaves without place, device, author and comments.",
        precondition: "Alice sends Bob a JPEG with Exif and GPS data, XMP and a comment, and a PNG with text.",
        expected: "Bob gets pictures in which none of it stands; the coded picture is there.",
        needs: NEEDS,
        twins: &[Seeded::client("keeps-metadata", "metadata-left")],
        run: metadata,
    },
    Check {
        id: "media-active-content",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-04"],
        attacks: &["ATK-ATT-07"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A file that brings instructions is never shown by the messenger itself.",
        precondition: "Alice sends Bob a picture, an SVG with a script, an HTML page, and a document with macros.",
        expected: "The picture may be shown; the others may only be saved.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "previews-active-content",
            "active-content-shown",
        )],
        run: active,
    },
    Check {
        id: "media-file-name",
        version: 1,
        subject: Subject::Client,
        requirements: &["USE-06", "MED-04"],
        attacks: &["ATK-ATT-05", "ATK-ATT-06"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A file is saved under a name that stays in its folder and says what the file is.",
        precondition: "Alice sends Bob files with a path, a reordered ending, two endings and a device's name as their names.",
        expected: "The names that Bob's product offers have no path, no hidden letters, one ending and no reserved name; an ordinary name stays.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "file-name-not-neutralised",
            "dangerous-name-kept",
        )],
        run: names,
    },
    Check {
        id: "media-disguised",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-04", "USE-06"],
        attacks: &["ATK-ATT-04", "ATK-ATT-05"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A program that says to be a picture or a text is not opened.",
        precondition: "Alice sends Bob a program named like a photo, a script named like a note, and an honest note.",
        expected: "The first two are refused; the note opens and may be shown.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "disguised-file-opened",
            "disguised-file-released",
        )],
        run: disguised,
    },
];

/// Looked for in what arrives.
const CANARY: &str = "CANARY 52.5200 N 13.4050 E";

/// The coded picture.
const PICTURE: &str = "coded-picture";

fn metadata(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    for (name, file) in [("photo.jpg", jpeg()), ("scan.png", png())] {
        let sent = String::from_utf8_lossy(&file).contains(CANARY);
        let there = scene.note_seen(
            "the canary in the file as it was chosen",
            Witness::Driver,
            json!(sent),
        );
        expect_is(scene, Role::Applied, "attack-not-applied", &there, "", true);
        let opened = pass(scene, &alice, &bob, &room, (name, &file))?;
        let text = opened
            .value
            .get("text")
            .and_then(|text| text.as_str())
            .unwrap_or_default();
        let found = json!({ "canary": text.contains("CANARY"), "picture": text.contains(PICTURE) });
        let found = scene.note_seen(
            "what is left of the file that arrives",
            Witness::Driver,
            found,
        );
        expect_is(
            scene,
            Role::Attack,
            "metadata-left",
            &found,
            "/canary",
            false,
        );
        expect_is(scene, Role::Twin, "picture-lost", &found, "/picture", true);
    }
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn active(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let shown = pass(scene, &alice, &bob, &room, ("photo.jpg", &jpeg()))?;
    expect_is(
        scene,
        Role::Control,
        "picture-not-shown",
        &shown,
        "/about/disposition",
        "show",
    );
    let svg =
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>";
    for (name, content) in [
        ("drawing.svg", &svg[..]),
        (
            "page.html",
            b"<!DOCTYPE html><html><script>x()</script></html>",
        ),
        ("sheet.xlsm", b"PK\x03\x04 xl/vbaProject.bin"),
    ] {
        let opened = pass(scene, &alice, &bob, &room, (name, content))?;
        expect_is(
            scene,
            Role::Applied,
            "attack-not-applied",
            &opened,
            "/opened",
            true,
        );
        expect_is(
            scene,
            Role::Attack,
            "active-content-shown",
            &opened,
            "/about/disposition",
            "save",
        );
    }
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn names(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let plain = pass(scene, &alice, &bob, &room, ("Bericht 2026.txt", b"text"))?;
    expect_is(
        scene,
        Role::Control,
        "plain-name-changed",
        &plain,
        "/about/name",
        "Bericht 2026.txt",
    );
    for (name, dangerous) in [
        ("../../.config/autostart/note.txt", &['/', '\\'][..]),
        ("C:\\Users\\bob\\note.txt", &['/', '\\', ':']),
        ("note\u{202e}fdp.txt", &['\u{202e}']),
        ("note\u{0}\n.txt", &['\u{0}', '\n']),
        ("CON.txt", &[]),
        ("photo.jpg.txt", &[]),
        (".hidden", &[]),
    ] {
        let opened = pass(scene, &alice, &bob, &room, (name, b"text"))?;
        expect_is(
            scene,
            Role::Applied,
            "attack-not-applied",
            &opened,
            "/opened",
            true,
        );
        let offered = opened
            .value
            .pointer("/about/name")
            .and_then(|name| name.as_str());
        let is_safe = offered.is_some_and(|offered| is_safe(offered, dangerous));
        let seen = scene.note_seen(
            "the name that is offered",
            Witness::Driver,
            json!({ "name": offered, "safe": is_safe }),
        );
        expect_is(
            scene,
            Role::Attack,
            "dangerous-name-kept",
            &seen,
            "/safe",
            true,
        );
    }
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// A name without these letters, that hides no file, names no device and has one ending.
fn is_safe(name: &str, dangerous: &[char]) -> bool {
    let stem = name.split('.').next().unwrap_or_default();
    !name.is_empty()
        && !name.contains(dangerous)
        && !name.starts_with('.')
        && !stem.eq_ignore_ascii_case("con")
        && name.matches('.').count() <= 1
}

fn disguised(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let note = pass(scene, &alice, &bob, &room, ("note.txt", b"an honest note"))?;
    expect_text(
        scene,
        Role::Control,
        "note-not-opened",
        &note,
        b"an honest note",
    );
    for (name, content) in [
        ("photo.jpg", &b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"[..]),
        ("note.txt", b"#!/bin/sh\nrm -r ~"),
        ("note.pdf", b"<html><script>x()</script></html>"),
    ] {
        let file = scene.send_file(&alice, &room, name, content)?;
        scene.sync(&bob)?;
        let there = scene.observe(&bob, &room)?;
        let shown = Claim::ShownOnce {
            body: name.to_owned(),
            sender: alice.user.clone(),
        };
        if name != "note.txt" {
            scene.expect(Role::Applied, "attack-not-applied", &[&there], shown);
        }
        let opened = scene.open_file(&bob, &room, &file)?;
        expect_is(
            scene,
            Role::Attack,
            "disguised-file-released",
            &opened,
            "/opened",
            false,
        );
    }
    let note = pass(scene, &alice, &bob, &room, ("note.txt", b"another note"))?;
    expect_is(
        scene,
        Role::Twin,
        "note-not-shown",
        &note,
        "/about/disposition",
        "show",
    );
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// A picture as a telephone writes it: Exif with a GPS directory, XMP, a comment, and something after its end.
fn jpeg() -> Vec<u8> {
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap_or(u16::MAX);
        [&[0xff, marker], &length.to_be_bytes()[..], content].concat()
    };
    let canary = CANARY.as_bytes();
    // A directory of one entry: the GPS directory, which starts with the canary.
    let tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0";
    [
        vec![0xff, 0xd8],
        segment(0xe0, b"JFIF\0\x01\x02\0\0\x48\0\x48\0\0"),
        segment(0xe1, &[&tiff[..], canary].concat()),
        segment(
            0xe1,
            &[&b"http://ns.adobe.com/xap/1.0/\0"[..], canary].concat(),
        ),
        segment(0xfe, canary),
        segment(0xdb, &[1; 65]),
        segment(0xc0, &[8, 0, 1, 0, 1, 1, 1, 0x11, 0]),
        segment(0xda, &[1, 1, 0, 0, 63, 0]),
        PICTURE.as_bytes().to_vec(),
        vec![0xff, 0xd9],
        canary.to_vec(),
    ]
    .concat()
}

/// A picture with text; nobody checks its sums here.
fn png() -> Vec<u8> {
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        [&length[..], kind, content, &[0; 4]].concat()
    };
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        chunk(b"tEXt", format!("Author\0{CANARY}").as_bytes()),
        chunk(b"eXIf", CANARY.as_bytes()),
        chunk(b"IDAT", PICTURE.as_bytes()),
        chunk(b"IEND", b""),
        CANARY.as_bytes().to_vec(),
    ]
    .concat()
}
