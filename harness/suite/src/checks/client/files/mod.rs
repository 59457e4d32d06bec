//! Files: what the relay learns of them, what leaves with them, and what is done with those that come.

pub(super) mod content;
pub(super) mod policy;
pub(super) mod wire;

use harness_driver::{Act, MediaAct, MediaSettings};
use harness_evidence::{Claim, Role};
use serde_json::{Value, json};

use crate::{
    check::Stop,
    scene::{Actor, Room, Scene, Seen},
};

fn configure(scene: &mut Scene, actor: &Actor, settings: MediaSettings) -> Result<(), Stop> {
    let act = Act::Media(MediaAct::Settings { settings });
    scene.act(actor, act).map(drop)
}

/// One actor sends a file, the other opens it: what he gets.
fn pass(
    scene: &mut Scene,
    from: &Actor,
    to: &Actor,
    room: &Room,
    (name, content): (&str, &[u8]),
) -> Result<Seen, Stop> {
    let file = scene.send_file(from, room, name, content)?;
    scene.sync(to)?;
    scene.open_file(to, room, &file)
}

pub(super) fn expect_is(
    scene: &mut Scene,
    role: Role,
    code: &str,
    seen: &Seen,
    pointer: &str,
    value: impl Into<Value>,
) {
    let claim = Claim::Is {
        pointer: pointer.to_owned(),
        value: value.into(),
    };
    scene.expect(role, code, &[seen], claim);
}

/// The file opened with these bytes.
fn expect_text(scene: &mut Scene, role: Role, code: &str, seen: &Seen, content: &[u8]) {
    let text = String::from_utf8_lossy(content).into_owned();
    expect_is(scene, role, code, seen, "/text", json!(text));
}
