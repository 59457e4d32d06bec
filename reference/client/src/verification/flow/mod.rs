//! One verification between two devices, as a state machine.

mod act;
mod receive;
mod stage;
#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::{
    CancelCode, Party, ShortAuth, VerifiedKeys,
    agreement::{Agreement, Ephemeral},
    content, event,
};
use crate::Conduct;
pub(crate) use receive::check_commitment;
pub use stage::{FlowError, Message, Stage};

/// A flow that nobody finished after ten minutes is dead (Matrix specification, "Error handling").
const LIFETIME_MS: u64 = 10 * 60 * 1000;

/// How far a request may come from the future: clocks differ.
const MAX_AHEAD_MS: u64 = 5 * 60 * 1000;

/// Longest transaction id.
const MAX_TRANSACTION: usize = 255;

/// One verification, bound to two devices, their keys and a transaction id.
pub struct Flow {
    own: Party,
    peer: Party,
    transaction: String,
    /// When the flow began, in milliseconds since the epoch.
    began: u64,
    conduct: Conduct,
    phase: Phase,
}

enum Phase {
    Requested,
    Invited,
    Ready,
    /// We sent this start event.
    Started {
        start: Value,
    },
    /// We started and sent our key after this commitment had come.
    Committed {
        ephemeral: Ephemeral,
        start: Value,
        commitment: String,
    },
    /// The other side started; we sent our commitment.
    Accepted {
        ephemeral: Ephemeral,
    },
    Agreed(Agreed),
    Verified(VerifiedKeys),
    Cancelled(CancelCode),
}

/// Keys are exchanged, people compare.
struct Agreed {
    agreement: Agreement,
    short_auth: ShortAuth,
    is_confirmed: bool,
    /// What the other side has proved so far.
    proven: Option<VerifiedKeys>,
}

impl Flow {
    /// Asks `peer` to verify: the flow and the request to send.
    ///
    /// # Errors
    /// If both sides are the same device.
    pub fn request(
        own: Party,
        peer: Party,
        transaction: &str,
        now: u64,
        conduct: &Conduct,
    ) -> Result<(Self, Message), FlowError> {
        let flow = Self {
            phase: Phase::Requested,
            ..Self::new(own, peer, transaction, now, conduct)?
        };
        let request = json!({
            "from_device": flow.own.device(),
            "methods": [content::METHOD],
            "timestamp": now,
        });
        let request = flow.message(event::REQUEST, request);
        Ok((flow, request))
    }

    /// The flow of a request that came from `peer`'s device.
    ///
    /// # Errors
    /// If the request is malformed, not fresh, of another device, or without our method.
    pub fn invited(
        own: Party,
        peer: Party,
        request: &Value,
        now: u64,
        conduct: &Conduct,
    ) -> Result<Self, FlowError> {
        let request: content::Request = content::read(request).or(Err(FlowError::Malformed))?;
        if request.from_device != peer.device() {
            return Err(FlowError::OtherDevice);
        }
        if !offers_method(&request.methods) {
            return Err(FlowError::NoCommonMethod);
        }
        let at = request.timestamp;
        if at > now.saturating_add(MAX_AHEAD_MS) || is_expired(at, now) {
            return Err(FlowError::NotFresh { at });
        }
        let transaction = &request.transaction_id;
        Self::new(own, peer, transaction, now, conduct)
    }

    /// How far the flow is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.phase {
            Phase::Requested => Stage::Requested,
            Phase::Invited => Stage::Invited,
            Phase::Ready => Stage::Ready,
            Phase::Started { .. } | Phase::Committed { .. } | Phase::Accepted { .. } => {
                Stage::Started
            }
            Phase::Agreed(agreed) if agreed.is_confirmed => Stage::Confirmed,
            Phase::Agreed(_) => Stage::Comparing,
            Phase::Verified(_) => Stage::Verified,
            Phase::Cancelled(code) => Stage::Cancelled(*code),
        }
    }

    /// What to show, from [`Stage::Comparing`] until the flow ends.
    #[must_use]
    pub fn short_auth(&self) -> Option<ShortAuth> {
        match &self.phase {
            Phase::Agreed(agreed) => Some(agreed.short_auth),
            _ => None,
        }
    }

    /// The keys that the other side has proved, once our user has confirmed too.
    #[must_use]
    pub fn verified(&self) -> Option<VerifiedKeys> {
        match &self.phase {
            Phase::Verified(keys) => Some(*keys),
            _ => None,
        }
    }

    /// The other side.
    #[must_use]
    pub fn peer(&self) -> &Party {
        &self.peer
    }

    /// The transaction id.
    #[must_use]
    pub fn transaction(&self) -> &str {
        &self.transaction
    }

    fn new(
        own: Party,
        peer: Party,
        transaction: &str,
        now: u64,
        conduct: &Conduct,
    ) -> Result<Self, FlowError> {
        if own.rank() == peer.rank() {
            return Err(FlowError::SameDevice);
        }
        if transaction.is_empty() || transaction.len() > MAX_TRANSACTION {
            return Err(FlowError::Malformed);
        }
        Ok(Self {
            own,
            peer,
            transaction: transaction.to_owned(),
            began: now,
            conduct: conduct.clone(),
            phase: Phase::Invited,
        })
    }

    fn message(&self, kind: &'static str, mut content: Value) -> Message {
        if let Value::Object(members) = &mut content {
            members.insert(
                "transaction_id".to_owned(),
                self.transaction.as_str().into(),
            );
        }
        Message { kind, content }
    }

    fn end(&mut self, code: CancelCode) -> Message {
        self.phase = Phase::Cancelled(code);
        let cancel = json!({"code": code.as_str(), "reason": code.as_str()});
        self.message(event::CANCEL, cancel)
    }

    fn has_ended(&self) -> bool {
        matches!(self.phase, Phase::Verified(_) | Phase::Cancelled(_))
    }

    fn not_now(&self) -> FlowError {
        FlowError::NotNow {
            stage: self.stage(),
        }
    }
}

fn offers_method(methods: &[String]) -> bool {
    methods.iter().any(|method| method == content::METHOD)
}

fn is_expired(began: u64, now: u64) -> bool {
    now.saturating_sub(began) > LIFETIME_MS
}
