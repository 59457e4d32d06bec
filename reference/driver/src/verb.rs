//! The calls that are verbs of the client.

use harness_driver::{Act, Call, DriverError};
use reference_client::{DeviceId, EventId, FlowId, RoomId, Secret, UserId, Verb, VerifyStep};

/// The client's verb and the time of a call.
pub(crate) fn of(call: Call) -> Result<(Verb, u64), DriverError> {
    Ok(match call {
        Call::Login {
            user,
            password,
            device,
            now,
            ..
        } => {
            let password = Secret::new(password.expose());
            (
                Verb::Login {
                    user,
                    password,
                    device: device.map(DeviceId::new),
                },
                now,
            )
        }
        Call::Logout { now, .. } => (Verb::Logout, now),
        Call::Sync { now, .. } => (Verb::Sync, now),
        Call::DeviceRevoke {
            device,
            password,
            now,
            ..
        } => {
            let password = Secret::new(password.expose());
            (
                Verb::RevokeDevice {
                    device: DeviceId::new(device),
                    password,
                },
                now,
            )
        }
        Call::MsgSend {
            conv, body, now, ..
        } => (
            Verb::Send {
                room: RoomId::new(conv),
                body,
            },
            now,
        ),
        Call::Act { act, now, .. } => (Verb::Act(act_of(&act)?), now),
        call => file(call)?,
    })
}

fn file(call: Call) -> Result<(Verb, u64), DriverError> {
    Ok(match call {
        Call::FileSend {
            conv,
            name,
            content,
            now,
            ..
        } => (
            Verb::SendFile {
                room: RoomId::new(conv),
                name,
                content: content.bytes,
            },
            now,
        ),
        Call::FileOpen {
            conv, message, now, ..
        } => (
            Verb::OpenFile {
                room: RoomId::new(conv),
                event: EventId::new(message),
            },
            now,
        ),
        call => conversation(call)?,
    })
}

fn conversation(call: Call) -> Result<(Verb, u64), DriverError> {
    Ok(match call {
        Call::ConvCreate {
            encrypted,
            invite,
            now,
            ..
        } => {
            let invite = invite.into_iter().map(UserId::new).collect();
            (Verb::CreateRoom { encrypted, invite }, now)
        }
        Call::ConvInvite {
            conv, user, now, ..
        } => (
            Verb::Invite {
                room: RoomId::new(conv),
                user: UserId::new(user),
            },
            now,
        ),
        Call::ConvJoin { conv, now, .. } => (
            Verb::Join {
                room: RoomId::new(conv),
            },
            now,
        ),
        Call::ConvLeave { conv, now, .. } => (
            Verb::Leave {
                room: RoomId::new(conv),
            },
            now,
        ),
        Call::ConvRemove {
            conv, user, now, ..
        } => (
            Verb::Remove {
                room: RoomId::new(conv),
                user: UserId::new(user),
            },
            now,
        ),
        call => verification(call)?,
    })
}

fn verification(call: Call) -> Result<(Verb, u64), DriverError> {
    let (flow, step, now) = match call {
        Call::VerifyRequest {
            user, device, now, ..
        } => {
            let (user, device) = (UserId::new(user), DeviceId::new(device));
            return Ok((Verb::RequestVerification { user, device }, now));
        }
        Call::VerifyAccept { flow, now, .. } => (flow, VerifyStep::Accept, now),
        Call::VerifyStart { flow, now, .. } => (flow, VerifyStep::Start, now),
        Call::VerifyConfirm { flow, now, .. } => (flow, VerifyStep::Confirm, now),
        _ => {
            return Err(DriverError::Unsupported {
                feature: "this verb".to_owned(),
            });
        }
    };
    Ok((
        Verb::Verify {
            flow: FlowId::new(flow),
            step,
        },
        now,
    ))
}

/// The client reads acts in the shape of the protocol; one that it does not know is none that it offers.
fn act_of(act: &Act) -> Result<reference_client::Act, DriverError> {
    let read = serde_json::to_value(act).and_then(serde_json::from_value);
    read.map_err(|_unknown| DriverError::Unsupported {
        feature: act.name(),
    })
}
