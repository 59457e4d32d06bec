//! What the relay can do to a file, and what it can see of it.

use std::collections::BTreeSet;

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{expect_is, expect_text};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::{company::Company, megolm::pair},
    dialect::Class,
    scene::{Scene, digest},
};

const NEEDS: &[Need] = &[Need::Verb("file.send"), Need::Verb("file.open")];

/// Bytes that the reference hashes together; other products may use others or none.
const CHUNK: usize = 64 << 10;

pub(in crate::checks::client) const CHECKS: &[Check] = &[
    Check {
        id: "media-rearranged",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-02", "E2E-07"],
        attacks: &["ATK-ATT-01"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A long file whose parts the relay rearranges, leaves out or repeats is not opened.",
        precondition: "Alice has sent Bob a file of several parts in an encrypted room.",
        expected: "With two parts swapped, the last one cut, or the first one sent again at the end, nothing is released; untouched, it opens.",
        needs: NEEDS,
        twins: &[Seeded::client(
            "chunk-position-not-bound",
            "rearranged-file-opened",
        )],
        run: rearranged,
    },
    Check {
        id: "media-size-class",
        version: 1,
        subject: Subject::Client,
        requirements: &["MET-05"],
        attacks: &[],
        severity: Severity::Should,
        witness: Witness::Wire,
        purpose: "The relay does not see how long a file is, only its size class.",
        precondition: "Alice sends Bob files of 100 and of 3000 bytes in an encrypted room.",
        expected: "Both are equally long on the wire, and Bob opens both at their own length.",
        needs: NEEDS,
        twins: &[Seeded::client("size-not-padded", "size-visible")],
        run: size_class,
    },
    Check {
        id: "media-key-fresh",
        version: 1,
        subject: Subject::Client,
        requirements: &["MED-01", "MED-02"],
        attacks: &["ATK-ATT-02"],
        severity: Severity::Must,
        witness: Witness::Peer,
        purpose: "Every file has a key and a counter of its own, and the counter begins so that no two blocks share key stream.",
        precondition: "Alice sends twenty files into a room in which Mallory is a member and reads what is inside the encryption.",
        expected: "No two files share a key or a counter; the lower half of each counter is zero.",
        needs: &[Need::Verb("file.send")],
        twins: &[Seeded::client("file-key-reused", "key-stream-used-twice")],
        run: key_fresh,
    },
];

fn rearranged(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let line = scene.text("a line of a long file");
    let content = line.repeat(CHUNK * 3 / line.len()).into_bytes();
    let whole = json!(digest(&content));
    let file = scene.send_file(&alice, &room, "long.txt", &content)?;
    scene.sync(&bob)?;
    let opened = scene.open_file(&bob, &room, &file)?;
    expect_is(
        scene,
        Role::Control,
        "control-not-opened",
        &opened,
        "/sha256",
        whole.clone(),
    );
    let swap = Action::rewrite_bytes("swap_parts", |bytes| match bytes.get_mut(..2 * CHUNK) {
        Some(parts) => {
            parts.rotate_left(CHUNK);
            true
        }
        None => false,
    });
    let cut = Action::rewrite_bytes("cut_parts", |bytes| {
        bytes.truncate(CHUNK);
        true
    });
    let repeat = Action::rewrite_bytes("repeat_part", |bytes| {
        let whole = bytes.len() / CHUNK * CHUNK;
        bytes.truncate(whole);
        let first = bytes.get(..CHUNK).unwrap_or_default().to_vec();
        bytes.extend_from_slice(&first);
        true
    });
    for (rule, action) in [("swap", swap), ("cut", cut), ("repeat", repeat)] {
        let point = Point::Response(Class::MediaDownload);
        scene.attack(Rule::new(rule, &bob.name, point, action));
        let opened = scene.open_file(&bob, &room, &file)?;
        scene.adversary().lift(rule);
        scene.must_fire(rule);
        expect_is(
            scene,
            Role::Attack,
            "rearranged-file-opened",
            &opened,
            "/opened",
            false,
        );
    }
    let opened = scene.open_file(&bob, &room, &file)?;
    expect_is(
        scene,
        Role::State,
        "untouched-file-not-opened",
        &opened,
        "/sha256",
        whole,
    );
    Ok(())
}

fn size_class(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.must_get_through(Role::Control, "control-lost", &alice, &bob, &room)?;
    let line = scene.text("figures");
    let mut seen = Vec::new();
    for length in [100, 3000] {
        let content: String = line.chars().cycle().take(length).collect();
        let mark = scene.mark();
        let file = scene.send_file(&alice, &room, "figures.txt", content.as_bytes())?;
        let lengths = scene.uploads(&alice, mark);
        let one = Claim::Within {
            pointer: "/lengths".to_owned(),
            least: 1,
            most: 1,
        };
        scene.expect(Role::Applied, "attack-not-applied", &[&lengths], one);
        seen.push(lengths);
        scene.sync(&bob)?;
        let opened = scene.open_file(&bob, &room, &file)?;
        expect_text(
            scene,
            Role::Twin,
            "file-not-opened",
            &opened,
            content.as_bytes(),
        );
    }
    let both: Vec<_> = seen.iter().collect();
    scene.expect(Role::Attack, "size-visible", &both, Claim::Same {});
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// Files whose keys are compared.
const FILES: usize = 20;

fn key_fresh(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    company.must_hear(scene, Role::Control, "control-lost")?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let (mut keys, mut counters) = (BTreeSet::new(), BTreeSet::new());
    let mut begun_at_zero = 0;
    for number in 0..FILES {
        let name = format!("file-{number}.txt");
        let sent = scene.send_file(&alice, &room, &name, b"the same content")?;
        let content = company.overhear(scene, &sent.message)?;
        let text = |place: &str| {
            content
                .pointer(place)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        keys.extend(text("/file/key/k"));
        let counter = text("/file/iv").and_then(|iv| vodozemac::base64_decode(iv).ok());
        let counter = counter.filter(|iv| iv.len() == 16);
        begun_at_zero += usize::from(counter.as_ref().is_some_and(|iv| iv.ends_with(&[0; 8])));
        counters.extend(counter);
    }
    let value = json!({ "keys": keys.len(), "counters": counters.len(), "zero": begun_at_zero });
    let seen = scene.note_seen("keys and counters of the files", Witness::Peer, value);
    for (place, code) in [
        ("/keys", "key-stream-used-twice"),
        ("/counters", "key-stream-used-twice"),
        ("/zero", "counter-not-at-zero"),
    ] {
        expect_is(scene, Role::Attack, code, &seen, place, FILES);
    }
    company.must_hear(scene, Role::State, "next-message-lost")
}
