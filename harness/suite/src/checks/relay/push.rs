//! What leaves the relay unasked.

use harness_driver::Payload;
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use super::wire::{message, path, send_path, status, text_at};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    network::Gateway,
    scene::{Scene, Seen, Session},
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "relay-push-says-nothing",
    version: 1,
    subject: Subject::Relay,
    requirements: &["MET-04", "MET-07"],
    attacks: &["ATK-META-01"],
    severity: Severity::Must,
    witness: Witness::Wire,
    purpose: "A push tells its gateway that something is there and nothing else, and no client can point pushes to a place that the operator did not declare.",
    precondition: "The relay may push to a gateway on this machine; Bert's phone is registered with it; Anna writes to a room with him.",
    expected: "The gateway is told once, without text, without names, without ids of people or rooms; a gateway elsewhere is refused, and Bert's own goes on.",
    needs: &[Need::Offer("push-gateways")],
    twins: &[
        Seeded::relay("relay-pushes-content", "push-tells"),
        Seeded::relay("relay-pushes-anywhere", "undeclared-gateway-taken"),
    ],
    run: push,
}];

/// Gateways that nobody declared: elsewhere, and at another path.
const UNDECLARED: [&str; 2] = [
    "https://push.undeclared.invalid/_matrix/push/v1/notify",
    "http://127.0.0.1:9/somewhere/else",
];

fn push(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, bert) = (scene.session("anna")?, scene.session("bert")?);
    let room = scene.plain_room(&anna, &[&bert])?;
    let gateway = Gateway::open()
        .map_err(|error| Stop::environment(format!("no gateway can be opened: {error}")))?;
    let seen = register(scene, &bert, &gateway.url())?;
    scene.expect(Role::Control, "gateway-not-taken", &[&seen], status(&[200]));
    let text = scene.text("pushed");
    write(scene, &anna, (&room, "first"), &text)?;
    let private = [
        ("the text", text.as_str()),
        ("the sender", &anna.account.localpart),
        ("the receiver", &bert.account.localpart),
        ("the room", &room),
    ];
    let seen = look(scene, &gateway, &private);
    scene.expect(Role::Control, "no-push", &[&seen], within("/pushes", 1));
    scene.expect(Role::Attack, "push-tells", &[&seen], within("/told", 0));
    for elsewhere in UNDECLARED {
        let seen = register(scene, &bert, elsewhere)?;
        let kept_out = status(&[400, 401, 403, 404]);
        scene.expect(Role::Attack, "undeclared-gateway-taken", &[&seen], kept_out);
    }
    write(scene, &anna, (&room, "second"), "more")?;
    let seen = look(scene, &gateway, &private);
    scene.expect(Role::State, "push-lost", &[&seen], within("/pushes", 1));
    scene.must_work(Role::State, "session-lost", &bert)
}

fn register(scene: &mut Scene, session: &Session, url: &str) -> Result<Seen, Stop> {
    let body = json!({
        "kind": "http", "app_id": "dev.pruefstand.bench", "pushkey": "phone", "lang": "de",
        "app_display_name": "bench", "device_display_name": "phone",
        "data": { "url": url, "format": "event_id_only" },
    });
    scene.ask(
        Some(session),
        "POST",
        &path(&["pushers", "set"]),
        Payload::Json(body),
    )
}

fn write(
    scene: &mut Scene,
    session: &Session,
    (room, transaction): (&str, &str),
    text: &str,
) -> Result<(), Stop> {
    let to = send_path(room, transaction);
    let response = scene.raw(Some(session), "PUT", &to, Payload::Json(message(text)))?;
    text_at(&response, "event_id").map(drop)
}

/// What the next push tells: `{"pushes": 0 or 1, "told": […]}`. The push itself stays out of the record.
fn look(scene: &mut Scene, gateway: &Gateway, private: &[(&str, &str)]) -> Seen {
    let push = gateway.next();
    let text = String::from_utf8_lossy(push.as_deref().unwrap_or_default()).into_owned();
    let told: Vec<_> = private
        .iter()
        .filter(|(_, value)| text.contains(value))
        .map(|(name, _)| name)
        .collect();
    let value = json!({ "pushes": u8::from(push.is_some()), "told": told });
    scene.note_seen("what the push gateway is told", Witness::Wire, value)
}

fn within(pointer: &str, count: u64) -> Claim {
    Claim::Within {
        pointer: pointer.to_owned(),
        least: count,
        most: count,
    }
}
