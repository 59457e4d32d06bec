//! What several relay checks say on the wire.

use harness_driver::{Payload, Response};
use harness_evidence::{Claim, Role};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{
    check::Stop,
    scene::{Scene, Seen, Session},
};

/// Where most of the client-server API lies.
pub(super) const V3: &str = "/_matrix/client/v3";

/// Answers that keep somebody out: not logged in, not allowed, or not there for him.
pub(super) const KEPT_OUT: [u16; 3] = [401, 403, 404];

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A segment of a path, percent-encoded.
pub(super) fn encoded(segment: &str) -> String {
    utf8_percent_encode(segment, RESERVED).to_string()
}

/// A path below [`V3`]: its segments, percent-encoded.
pub(super) fn path(segments: &[&str]) -> String {
    let segments = segments
        .iter()
        .map(|segment| format!("/{}", encoded(segment)));
    [V3.to_owned()].into_iter().chain(segments).collect()
}

/// The answer has one of these statuses.
pub(super) fn status(one_of: &[u16]) -> Claim {
    Claim::Status {
        one_of: one_of.to_vec(),
        errcode: Vec::new(),
    }
}

/// The answer has this status and this error code.
pub(super) fn refused(status: u16, errcode: &str) -> Claim {
    Claim::Status {
        one_of: vec![status],
        errcode: vec![errcode.to_owned()],
    }
}

/// The string at a key of an answer that the case cannot go on without.
pub(super) fn text_at(response: &Response, key: &str) -> Result<String, Stop> {
    let found = response
        .body
        .json()
        .and_then(|body| body.get(key)?.as_str());
    found.map(str::to_owned).ok_or_else(|| {
        Stop::target(format!(
            "an answer with status {} has no {key}",
            response.status
        ))
    })
}

/// The string at a JSON pointer of an observation that the case cannot go on without.
pub(super) fn seen_at(seen: &Seen, pointer: &str) -> Result<String, Stop> {
    let found = seen.value.pointer(pointer).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| {
        Stop::target(format!(
            "an answer has nothing at {pointer}: {}",
            seen.value
        ))
    })
}

impl Scene {
    /// The session still works: the honest control before an attack, or the proof that none of it did damage.
    pub(super) fn must_work(
        &mut self,
        role: Role,
        code: &str,
        session: &Session,
    ) -> Result<(), Stop> {
        let seen = self.ask(
            Some(session),
            "GET",
            &path(&["account", "whoami"]),
            Payload::Empty,
        )?;
        self.expect(role, code, &[&seen], status(&[200]));
        Ok(())
    }

    /// A room of the founder's in which the others are; not encrypted, for the bench speaks to the relay alone.
    pub(super) fn plain_room(
        &mut self,
        founder: &Session,
        others: &[&Session],
    ) -> Result<String, Stop> {
        let invite: Vec<_> = others.iter().map(|other| &other.user).collect();
        let body = json!({ "preset": "private_chat", "invite": invite });
        let response = self.raw(
            Some(founder),
            "POST",
            &path(&["createRoom"]),
            Payload::Json(body),
        )?;
        let room = text_at(&response, "room_id")?;
        for other in others {
            let response = self.raw(
                Some(other),
                "POST",
                &path(&["rooms", &room, "join"]),
                Payload::Json(json!({})),
            )?;
            text_at(&response, "room_id")?;
        }
        Ok(room)
    }

    /// Sends a text that occurs nowhere else; returns its event id.
    pub(super) fn plain_text(
        &mut self,
        session: &Session,
        room: &str,
        transaction: &str,
    ) -> Result<String, Stop> {
        let body = self.text("plain");
        let path = send_path(room, transaction);
        let response = self.raw(Some(session), "PUT", &path, Payload::Json(message(&body)))?;
        text_at(&response, "event_id")
    }
}

/// Where a text message is sent.
pub(super) fn send_path(room: &str, transaction: &str) -> String {
    path(&["rooms", room, "send", "m.room.message", transaction])
}

/// The content of a text message.
pub(super) fn message(body: &str) -> Value {
    json!({ "msgtype": "m.text", "body": body })
}
