//! What comes out of the client.

use serde_json::Value;

use crate::{CallId, DeviceId, EventId, FlowId, Refusal, RequestId, RoomId, Secret, UserId};

/// One thing that the outside world must do or know, in order.
#[derive(Debug)]
pub enum Output {
    /// Carry this request to the relay; the answer comes back as `Input::Response`.
    Request(Request),
    /// The call was carried out.
    Done {
        /// Which call.
        call: CallId,
        /// What it returned.
        outcome: Outcome,
    },
    /// The call was not carried out.
    Refused {
        /// Which call.
        call: CallId,
        /// Why.
        refusal: Refusal,
    },
}

/// What a call returned.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing but the fact.
    Finished,
    /// Who is logged in now.
    LoggedIn(UserId, DeviceId),
    /// The new room.
    Room(RoomId),
    /// The new message.
    Message(EventId),
    /// A file, checked.
    File {
        /// Its bytes.
        content: Vec<u8>,
        /// What is to be thought of it: safe name, type, what may be done with it.
        about: Value,
    },
    /// The new verification.
    Flow(FlowId),
    /// What an act returned.
    Value(Value),
}

/// An HTTP request of the Matrix client-server API.
#[derive(Debug)]
pub struct Request {
    /// The core's number, echoed by the response.
    pub id: RequestId,
    /// The method.
    pub method: Method,
    /// Path and query, percent-encoded; the host is the caller's business.
    pub path: String,
    /// Goes out as `Authorization: Bearer`.
    pub token: Option<Secret>,
    /// The body.
    pub body: Body,
}

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Do.
    Post,
    /// Do once.
    Put,
    /// Remove.
    Delete,
}

impl Method {
    /// As HTTP spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// The body of a request.
#[derive(PartialEq)]
pub enum Body {
    /// None.
    Empty,
    /// `application/json`.
    Json(Value),
    /// `application/octet-stream`.
    Bytes(Vec<u8>),
}

impl std::fmt::Debug for Body {
    /// Only the kind: bodies of login and revocation carry passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Empty => "Empty",
            Self::Json(_) => "Json(…)",
            Self::Bytes(_) => "Bytes(…)",
        })
    }
}
