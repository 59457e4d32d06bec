//! What the relay must let go of: what is over, and what belongs to somebody who leaves.

use harness_driver::{Bytes, Payload};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::wire::{encoded, message, path, refused, send_path, status, text_at};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    scene::{Scene, Seen, Session},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "relay-retention",
        version: 1,
        subject: Subject::Relay,
        requirements: &["MET-02"],
        attacks: &["ATK-LOC-02", "ATK-SRV-11"],
        severity: Severity::Must,
        witness: Witness::Store,
        purpose: "Events and files whose time is over are served no more, and no byte of them is left in the relay's store.",
        precondition: "Anna has a room whose events live for a millisecond and one without such a rule, and uploads a file that lives as long and one without an end; the relay took all of it.",
        expected: "With the next requests the event and the file that are over are gone, from answers and from the store's files; the others are there.",
        needs: &[Need::RelayStore, Need::Offer("retention")],
        twins: &[
            Seeded::relay("relay-keeps-expired-events", "expired-event-served"),
            Seeded::relay("relay-keeps-expired-media", "expired-file-served"),
            Seeded::relay("relay-leaves-deleted-bytes", "expired-bytes-kept"),
        ],
        run: retention,
    },
    Check {
        id: "relay-erasure",
        version: 1,
        subject: Subject::Relay,
        requirements: &["PRV-02"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Store,
        purpose: "Who erases his account takes everything with him: devices, keys, files, account data, messages, queues.",
        precondition: "Anna stored a text, a file, account data, a device name and keys, in a room with Bert; the search finds them.",
        expected: "After the erasure her token is dead, the name is not given to anybody else, none of it is left in the store's files, and Bert's own things are.",
        needs: &[Need::RelayStore],
        twins: &[
            Seeded::relay("relay-erasure-forgets-media", "erased-file-kept"),
            Seeded::relay(
                "relay-erasure-forgets-account-data",
                "erased-account-data-kept",
            ),
            Seeded::relay("relay-erasure-forgets-keys", "erased-keys-kept"),
        ],
        run: erasure,
    },
    Check {
        id: "relay-keeps-no-addresses",
        version: 1,
        subject: Subject::Relay,
        requirements: &["MET-01", "MET-08"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Store,
        purpose: "The relay writes down from which address its users come neither in its store nor in its log.",
        precondition: "Anna's requests come from an address of this machine; the search finds her name in the store.",
        expected: "The address is found nowhere.",
        // A relay of its own: on a shared one other checks name addresses of this machine, such as push gateways.
        needs: &[Need::RelayStore, Need::OwnRelay],
        twins: &[Seeded::relay("relay-stores-addresses", "address-kept")],
        run: addresses,
    },
    Check {
        id: "relay-refuses-old-clients",
        version: 1,
        subject: Subject::Relay,
        requirements: &["UPD-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A client that says it is older than the oldest version allowed is refused, with a clear error.",
        precondition: "The relay says which version it wants; Anna's requests with that version are served.",
        expected: "The same requests with an older version, and with what is no version, are refused with the error for it; with the version wanted they are served again.",
        needs: &[Need::Offer("client-versions")],
        twins: &[Seeded::relay(
            "relay-serves-old-clients",
            "old-client-served",
        )],
        run: old_clients,
    },
];

/// Where the bench keeps what a relay says on its standard output.
const ANNOUNCEMENTS: &str = "relay-stdout.log";

/// A lifetime that is over before the next request arrives.
const SHORT: u64 = 1;

fn found(least: u64, most: u64) -> Claim {
    Claim::Within {
        pointer: "/hits".to_owned(),
        least,
        most,
    }
}

fn nowhere() -> Claim {
    found(0, 0)
}

fn somewhere() -> Claim {
    found(1, 1_000_000)
}

fn retention(scene: &mut Scene) -> Result<(), Stop> {
    let anna = scene.session("anna")?;
    let (short, long) = (scene.plain_room(&anna, &[])?, scene.plain_room(&anna, &[])?);
    let [over, kept, gone, stays] =
        ["over", "kept", "file-over", "file-kept"].map(|words| scene.text(words));
    let kept_event = send(scene, &anna, &long, &kept)?;
    let kept_file = upload(scene, &anna, &stays, "")?;
    let rule = path(&["rooms", &short, "state", "m.room.retention"]);
    let body = Payload::Json(json!({ "max_lifetime": SHORT }));
    let seen = scene.ask(Some(&anna), "PUT", &rule, body)?;
    scene.expect(Role::Control, "rule-not-taken", &[&seen], status(&[200]));
    let over_event = send(scene, &anna, &short, &over)?;
    let wish = format!("?dev.pruefstand.lifetime={SHORT}");
    let over_file = upload(scene, &anna, &gone, &wish)?;
    // Time passes with every request; each of these is a write, with which a relay may look for what is over.
    for number in 0..3 {
        let kind = format!("dev.pruefstand.tick-{number}");
        let tick = path(&["user", &anna.user, "account_data", &kind]);
        scene.raw(Some(&anna), "PUT", &tick, Payload::Json(json!({})))?;
    }
    for (role, code, room, event, wanted) in [
        (
            Role::Attack,
            "expired-event-served",
            &short,
            &over_event,
            404,
        ),
        (Role::Control, "young-event-lost", &long, &kept_event, 200),
    ] {
        let event = path(&["rooms", room, "event", event]);
        let seen = scene.ask(Some(&anna), "GET", &event, Payload::Empty)?;
        scene.expect(role, code, &[&seen], status(&[wanted]));
    }
    for (role, code, file, wanted) in [
        (Role::Attack, "expired-file-served", &over_file, 404),
        (Role::Control, "young-file-lost", &kept_file, 200),
    ] {
        let seen = scene.ask(Some(&anna), "GET", file, Payload::Empty)?;
        scene.expect(role, code, &[&seen], status(&[wanted]));
    }
    let seen = scene.scan_relay(&[("an event that lives", &kept)])?;
    scene.expect(Role::Control, "store-not-found", &[&seen], somewhere());
    let seen = scene.scan_relay(&[
        ("an event that is over", &over),
        ("a file that is over", &gone),
    ])?;
    scene.expect(Role::Attack, "expired-bytes-kept", &[&seen], nowhere());
    scene.must_work(Role::State, "session-lost", &anna)
}

fn erasure(scene: &mut Scene) -> Result<(), Stop> {
    let (anna, bert) = (scene.session("anna")?, scene.session("bert")?);
    let room = scene.plain_room(&bert, &[&anna])?;
    let [text, file, data, key, own] =
        ["text", "file", "data", "key", "own"].map(|words| scene.text(words));
    send(scene, &anna, &room, &text)?;
    send(scene, &bert, &room, &own)?;
    upload(scene, &anna, &file, "")?;
    let entry = path(&["user", &anna.user, "account_data", "dev.pruefstand.entry"]);
    let body = Payload::Json(json!({ "data": data }));
    scene.raw(Some(&anna), "PUT", &entry, body)?;
    let keys = json!({ "one_time_keys": { "signed_curve25519:one": { "key": key } } });
    let upload = path(&["keys", "upload"]);
    scene.raw(Some(&anna), "POST", &upload, Payload::Json(keys))?;
    let traces = [
        ("a text", &text),
        ("a file", &file),
        ("account data", &data),
        ("a key", &key),
    ];
    for (name, trace) in traces {
        let seen = scene.scan_relay(&[(name, trace)])?;
        scene.expect(Role::Control, "store-not-found", &[&seen], somewhere());
    }
    erase(scene, &anna)?;
    for (code, name, trace) in [
        ("erased-text-kept", "a text", &text),
        ("erased-file-kept", "a file", &file),
        ("erased-account-data-kept", "account data", &data),
        ("erased-keys-kept", "a key", &key),
    ] {
        let seen = scene.scan_relay(&[(name, trace)])?;
        scene.expect(Role::Attack, code, &[&seen], nowhere());
    }
    let whoami = path(&["account", "whoami"]);
    let seen = scene.ask(Some(&anna), "GET", &whoami, Payload::Empty)?;
    scene.expect(
        Role::Attack,
        "erased-session-alive",
        &[&seen],
        refused(401, "M_UNKNOWN_TOKEN"),
    );
    let seen = scene.scan_relay(&[("what Bert wrote", &own)])?;
    scene.expect(Role::State, "others-lost-something", &[&seen], somewhere());
    scene.must_work(Role::State, "session-lost", &bert)
}

/// Erases an account with its password, and expects that it worked.
fn erase(scene: &mut Scene, session: &Session) -> Result<(), Stop> {
    let auth = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": session.user },
        "password": session.account.password.expose(),
    });
    let body = Payload::Json(json!({ "auth": auth, "erase": true }));
    let path = path(&["account", "deactivate"]);
    let seen = scene.ask(Some(session), "POST", &path, body)?;
    scene.expect(Role::Applied, "not-erased", &[&seen], status(&[200]));
    Ok(())
}

fn addresses(scene: &mut Scene) -> Result<(), Stop> {
    let anna = scene.session("anna")?;
    scene.must_work(Role::Control, "control-lost", &anna)?;
    let seen = scene.scan_relay(&[("the name of a user", &anna.account.localpart)])?;
    scene.expect(Role::Control, "store-not-found", &[&seen], somewhere());
    let seen = scan_addresses(scene)?;
    scene.expect(Role::Attack, "address-kept", &[&seen], nowhere());
    scene.must_work(Role::State, "session-lost", &anna)
}

fn old_clients(scene: &mut Scene) -> Result<(), Stop> {
    let anna = scene.session("anna")?;
    let versions = scene.raw(None, "GET", "/_matrix/client/versions", Payload::Empty)?;
    let minimum = text_at(&versions, "dev.pruefstand.client_minimum")?;
    let with = |version: &str| {
        let whoami = path(&["account", "whoami"]);
        format!("{whoami}?dev-pruefstand-client={}", encoded(version))
    };
    let seen = scene.ask(Some(&anna), "GET", &with(&minimum), Payload::Empty)?;
    scene.expect(Role::Control, "control-lost", &[&seen], status(&[200]));
    for old in ["0.0.1", "no version"] {
        let seen = scene.ask(Some(&anna), "GET", &with(old), Payload::Empty)?;
        let too_old = refused(403, "DEV.PRUEFSTAND.CLIENT_TOO_OLD");
        scene.expect(Role::Attack, "old-client-served", &[&seen], too_old);
    }
    let seen = scene.ask(Some(&anna), "GET", &with(&minimum), Payload::Empty)?;
    scene.expect(Role::Twin, "new-client-refused", &[&seen], status(&[200]));
    scene.must_work(Role::State, "session-lost", &anna)
}

/// Looks for the address that every request of the bench comes from, in the ways in which programs write it.
fn scan_addresses(scene: &mut Scene) -> Result<Seen, Stop> {
    let all = scene.scan_relay(&[
        ("an address", "127.0.0.1"),
        ("an address in IPv6", "::ffff:7f00:1"),
    ])?;
    let hits = all.value.get("hits").and_then(Value::as_array);
    // On its standard output a relay announces its own address, which here is the same.
    let kept: Vec<_> = hits
        .into_iter()
        .flatten()
        .filter(|hit| hit.get("file").and_then(Value::as_str) != Some(ANNOUNCEMENTS))
        .cloned()
        .collect();
    let value = json!({ "hits": kept });
    Ok(scene.note_seen("addresses in store and log", Witness::Store, value))
}

fn send(scene: &mut Scene, session: &Session, room: &str, text: &str) -> Result<String, Stop> {
    let transaction = format!("keep-{}", text.len());
    let to = send_path(room, &transaction);
    let response = scene.raw(Some(session), "PUT", &to, Payload::Json(message(text)))?;
    text_at(&response, "event_id")
}

/// Uploads a file; gives the path that it is downloaded at.
fn upload(
    scene: &mut Scene,
    session: &Session,
    content: &str,
    query: &str,
) -> Result<String, Stop> {
    let to = format!("/_matrix/media/v3/upload{query}");
    let body = Payload::Raw(Bytes::from(content.as_bytes().to_vec()));
    let response = scene.raw(Some(session), "POST", &to, body)?;
    let uri = text_at(&response, "content_uri")?;
    let (server, id) = uri
        .strip_prefix("mxc://")
        .and_then(|address| address.split_once('/'))
        .ok_or_else(|| Stop::target(format!("{uri} is no address of a file")))?;
    let (server, id) = (encoded(server), encoded(id));
    Ok(format!("/_matrix/client/v1/media/download/{server}/{id}"))
}
