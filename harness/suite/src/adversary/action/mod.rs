//! The adversary's vocabulary.

mod apply;

use serde_json::{Map, Value};

/// A free change of a JSON value; tells whether it changed anything.
type Rewrite = Box<dyn FnMut(&mut Value) -> bool + Send>;

/// A free change of raw bytes; tells whether it changed anything.
type RewriteBytes = Box<dyn FnMut(&mut Vec<u8>) -> bool + Send>;

/// What a rule does.
pub enum Action {
    /// Lose it.
    Drop,
    /// Keep it back until it is released.
    Hold,
    /// Deliver it so many sync answers later.
    Delay {
        /// How many answers pass without it.
        answers: usize,
    },
    /// Let it pass and keep a copy, to replay it later.
    Copy,
    /// Deliver it twice.
    Duplicate,
    /// Deliver the events of a list in reverse order. `pointer` names the list.
    Reorder {
        /// RFC 6901.
        pointer: String,
    },
    /// Flip one bit in the middle of the base64 text or of the raw bytes at `pointer`.
    Flip {
        /// RFC 6901.
        pointer: String,
    },
    /// Cut the base64 text at `pointer` to its first half.
    Truncate {
        /// RFC 6901.
        pointer: String,
    },
    /// Name another sender on the envelope.
    SwapSender {
        /// The user id.
        sender: String,
    },
    /// Serve these key objects for a user instead of the real ones: devices and cross-signing keys by map name.
    SubstituteKeys {
        /// The user.
        user: String,
        /// Devices by id; absent leaves the real ones.
        devices: Option<Map<String, Value>>,
        /// Cross-signing keys by map name (`master_keys`, …); `null` removes the key.
        identity: Map<String, Value>,
    },
    /// List one more device for a user.
    InjectDevice {
        /// The user.
        user: String,
        /// The device id of the slot.
        device: String,
        /// The device keys.
        keys: Value,
    },
    /// Leave a device of a user out.
    HideDevice {
        /// The user.
        user: String,
        /// The device.
        device: String,
    },
    /// Take signatures off a user's keys: those by key ids for which the list has an entry; all if it is empty.
    StripSignature {
        /// The user.
        user: String,
        /// Key ids, such as `ed25519:DEVICE`.
        by: Vec<String>,
    },
    /// Add a member to a room, by an event of the adversary's making at the end of the list at `pointer`.
    InjectMember {
        /// RFC 6901 of the list of events.
        pointer: String,
        /// The membership event.
        event: Value,
    },
    /// Answer every claim with the one-time key that was handed out first.
    ReuseOtk {
        /// The first answer, once it was seen.
        first: Option<Value>,
    },
    /// Hand out no one-time key of a user, as if all were used up.
    ExhaustOtk {
        /// The user.
        user: String,
    },
    /// Put an older or weaker value in the place of one that was negotiated.
    Downgrade {
        /// RFC 6901; it must be there.
        pointer: String,
        /// What stands there afterwards.
        to: Value,
    },
    /// Give every answer as it was the first time.
    RollbackView {
        /// The first answer, once it was seen.
        first: Option<Value>,
    },
    /// Leave everything out of the list at `pointer` but its last `newest` entries.
    WithholdHistory {
        /// RFC 6901 of the list.
        pointer: String,
        /// How many entries stay.
        newest: usize,
    },
    /// Keep it from the client for ever, as a relay that pretends it does not exist.
    Withhold,
    /// Answer with this HTTP status.
    Status(u16),
    /// Answer with this HTTP status and this JSON.
    Answer(u16, Value),
    /// Answer with these bytes.
    Garbage(Vec<u8>),
    /// Any other change, in the words of the check; the name stands in the record.
    Rewrite(&'static str, Rewrite),
    /// Any other change of the bytes of a body, as [`Action::Rewrite`]. JSON is written out first and handed on as bytes, so that
    /// texts can be delivered that no JSON value is; it comes after all other rules.
    RewriteBytes(&'static str, RewriteBytes),
}

impl Action {
    /// Shorthand for [`Action::Rewrite`].
    #[must_use]
    pub fn rewrite(
        name: &'static str,
        change: impl FnMut(&mut Value) -> bool + Send + 'static,
    ) -> Self {
        Self::Rewrite(name, Box::new(change))
    }

    /// Shorthand for [`Action::RewriteBytes`].
    #[must_use]
    pub fn rewrite_bytes(
        name: &'static str,
        change: impl FnMut(&mut Vec<u8>) -> bool + Send + 'static,
    ) -> Self {
        Self::RewriteBytes(name, Box::new(change))
    }

    /// The word in the record.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Hold => "hold",
            Self::Delay { .. } => "delay",
            Self::Copy => "copy",
            Self::Duplicate => "duplicate",
            Self::Reorder { .. } => "reorder",
            Self::Flip { .. } => "flip",
            Self::Truncate { .. } => "truncate",
            Self::SwapSender { .. } => "swap_sender",
            Self::SubstituteKeys { .. } => "substitute_keys",
            Self::InjectDevice { .. } => "inject_device",
            Self::HideDevice { .. } => "hide_device",
            Self::StripSignature { .. } => "strip_signature",
            Self::InjectMember { .. } => "inject_member",
            Self::ReuseOtk { .. } => "reuse_otk",
            Self::ExhaustOtk { .. } => "exhaust_otk",
            Self::Downgrade { .. } => "downgrade",
            Self::RollbackView { .. } => "rollback_view",
            Self::WithholdHistory { .. } => "withhold_history",
            Self::Withhold => "withhold",
            Self::Status(_) => "status",
            Self::Answer(..) => "answer",
            Self::Garbage(_) => "garbage",
            Self::Rewrite(name, _) | Self::RewriteBytes(name, _) => name,
        }
    }
}
