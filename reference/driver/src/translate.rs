//! The client's words in the words of the driver protocol.

use harness_driver as protocol;
use harness_driver::{Bytes, Event, Payload, Secret};
use reference_client::{
    Body, CallId, Client, DeviceTrust, DeviceView, FlowView, IdentityState, IdentityView, Item,
    ItemKind, ItemState, Outcome, Refusal, RefusalClass, Request, RoomId, Trust,
    verification::Stage,
};

/// A request; `life` keeps the ids of two lives of an actor apart.
pub(crate) fn request(life: u64, request: Request) -> protocol::Request {
    protocol::Request {
        id: format!("{life}.{}", request.id.0),
        method: request.method.as_str().to_owned(),
        path: request.path,
        token: request.token.map(|token| Secret::new(token.reveal())),
        body: match request.body {
            Body::Empty => Payload::Empty,
            Body::Json(value) => Payload::Json(value),
            Body::Bytes(bytes) => Payload::Raw(Bytes::from(bytes)),
        },
    }
}

/// The good end of a call.
pub(crate) fn done(call: CallId, outcome: Outcome) -> Event {
    let mut event = Event::done(call.0);
    if let Event::Done {
        user,
        device,
        conv,
        message,
        content,
        flow,
        value,
        ..
    } = &mut event
    {
        match outcome {
            Outcome::Finished => {}
            Outcome::LoggedIn(of, with) => {
                *user = Some(of.to_string());
                *device = Some(with.to_string());
            }
            Outcome::Room(room) => *conv = Some(room.to_string()),
            Outcome::Message(id) => *message = Some(id.to_string()),
            Outcome::File {
                content: bytes,
                about,
            } => {
                *content = Some(Bytes::from(bytes));
                *value = Some(about);
            }
            Outcome::Flow(id) => *flow = Some(id.to_string()),
            Outcome::Value(returned) => *value = Some(returned),
        }
    }
    event
}

/// The bad end of a call.
pub(crate) fn refused(call: CallId, refusal: &Refusal) -> Event {
    let class = match refusal.class() {
        RefusalClass::Parse => protocol::RefusalClass::Parse,
        RefusalClass::Version => protocol::RefusalClass::Version,
        RefusalClass::Auth => protocol::RefusalClass::Auth,
        RefusalClass::Mac => protocol::RefusalClass::Mac,
        RefusalClass::UnknownKey => protocol::RefusalClass::UnknownKey,
        RefusalClass::Policy => protocol::RefusalClass::Policy,
        RefusalClass::State => protocol::RefusalClass::State,
        RefusalClass::Limit => protocol::RefusalClass::Limit,
        RefusalClass::Relay => protocol::RefusalClass::Relay,
        RefusalClass::Other => protocol::RefusalClass::Other,
    };
    Event::Refused {
        call: call.0,
        class,
        reason: refusal.code().to_owned(),
        value: refusal.facts(),
    }
}

/// What the user sees of a room.
pub(crate) fn observation(client: &Client, room: &RoomId) -> protocol::Observation {
    protocol::Observation {
        timeline: client.timeline(room).into_iter().map(item).collect(),
        members: client
            .members(room)
            .iter()
            .map(ToString::to_string)
            .collect(),
    }
}

fn item(item: Item) -> protocol::Item {
    protocol::Item {
        message: item.event.to_string(),
        sender: item.sender.to_string(),
        kind: match item.kind {
            ItemKind::Message => protocol::ItemKind::Message,
            ItemKind::File => protocol::ItemKind::File,
            ItemKind::Notice => protocol::ItemKind::Notice,
        },
        body: item.body,
        state: match item.state {
            ItemState::Plain => protocol::ItemState::Plain,
            ItemState::Decrypted => protocol::ItemState::Decrypted,
            ItemState::Undecryptable => protocol::ItemState::Undecryptable,
            ItemState::Rejected => protocol::ItemState::Rejected,
        },
        trust: match item.trust {
            Trust::Verified => protocol::Trust::Verified,
            Trust::Unverified => protocol::Trust::Unverified,
            Trust::Warn => protocol::Trust::Warn,
            Trust::Blocked => protocol::Trust::Blocked,
        },
        reason: item.reason.map(|reason| reason.code().to_owned()),
        facts: item.facts,
    }
}

/// A listed device.
pub(crate) fn device(device: DeviceView) -> protocol::DeviceView {
    protocol::DeviceView {
        device: device.device.to_string(),
        curve25519: device.curve25519,
        ed25519: device.ed25519,
        trust: match device.trust {
            DeviceTrust::Verified => protocol::DeviceTrust::Verified,
            DeviceTrust::Signed => protocol::DeviceTrust::Signed,
            DeviceTrust::Unsigned => protocol::DeviceTrust::Unsigned,
        },
    }
}

/// A shown identity.
pub(crate) fn identity(identity: IdentityView) -> protocol::IdentityView {
    protocol::IdentityView {
        key: identity.key,
        state: match identity.state {
            IdentityState::Unknown => protocol::IdentityState::Unknown,
            IdentityState::Pinned => protocol::IdentityState::Pinned,
            IdentityState::Verified => protocol::IdentityState::Verified,
            IdentityState::Changed => protocol::IdentityState::Changed,
            IdentityState::Violation => protocol::IdentityState::Violation,
        },
    }
}

/// A shown verification.
pub(crate) fn flow(flow: &FlowView) -> protocol::FlowView {
    let (stage, cancelled) = match flow.stage {
        Stage::Requested | Stage::Invited => (protocol::FlowStage::Requested, None),
        Stage::Ready => (protocol::FlowStage::Ready, None),
        Stage::Started => (protocol::FlowStage::Started, None),
        Stage::Comparing => (protocol::FlowStage::Compare, None),
        Stage::Confirmed => (protocol::FlowStage::Confirmed, None),
        Stage::Verified => (protocol::FlowStage::Verified, None),
        Stage::Cancelled(code) => (
            protocol::FlowStage::Cancelled,
            Some(code.as_str().to_owned()),
        ),
    };
    protocol::FlowView {
        flow: flow.flow.to_string(),
        user: flow.user.to_string(),
        device: flow.device.to_string(),
        stage,
        emoji: flow.short_auth.map(|shown| shown.emoji.to_vec()),
        decimals: flow.short_auth.map(|shown| shown.decimals.to_vec()),
        cancelled,
    }
}
