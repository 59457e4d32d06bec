//! What a product shows to its user, as data.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A conversation as one actor's user sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    /// The timeline, oldest first.
    pub timeline: Vec<Item>,
    /// The user ids that are shown as members, sorted.
    pub members: Vec<String>,
}

/// One entry of a timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// The message's handle (Matrix: the event id).
    pub message: String,
    /// The user who is shown as the sender.
    pub sender: String,
    /// What it is.
    pub kind: ItemKind,
    /// The text that is shown; for a file its name. Absent if no content is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// How the content came to be known.
    pub state: ItemState,
    /// The trust that is shown beside it.
    pub trust: Trust,
    /// The product's reason code for a state or trust that is not the best one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What else is shown beside it, such as `edited`; each act documents the facts that it brings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Value>,
}

/// What a timeline entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// A text.
    Message,
    /// A file.
    File,
    /// Something that the product says by itself, such as a change of members.
    Notice,
}

/// How the content of an entry came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// It arrived in clear text.
    Plain,
    /// It was decrypted and every check held.
    Decrypted,
    /// It could not be decrypted; no content is shown.
    Undecryptable,
    /// It was refused; if content is shown at all, `trust` warns.
    Rejected,
}

/// The trust that a product shows beside an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// From a device of a verified identity.
    Verified,
    /// Authentic, from an identity that nobody verified.
    Unverified,
    /// Shown with a warning.
    Warn,
    /// Content withheld.
    Blocked,
}

/// A device of a user as an actor's product lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeviceView {
    /// The device id.
    pub device: String,
    /// Its Curve25519 identity key, unpadded base64.
    pub curve25519: String,
    /// Its Ed25519 signing key, unpadded base64.
    pub ed25519: String,
    /// What the product thinks of it.
    pub trust: DeviceTrust,
}

/// What a product thinks of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceTrust {
    /// Signed by the owner's identity, and that identity is verified.
    Verified,
    /// Signed by the owner's identity.
    Signed,
    /// Not signed by the owner; gets no keys.
    Unsigned,
}

/// The identity of a user as an actor's product knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct IdentityView {
    /// The public master key in use, unpadded base64; absent if none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The state of the identity.
    pub state: IdentityState,
}

/// The state of an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityState {
    /// None is known.
    Unknown,
    /// Pinned on first use.
    Pinned,
    /// Verified by the user.
    Verified,
    /// It changed and the user has not accepted the change.
    Changed,
    /// It was verified and then changed.
    Violation,
}

/// An interactive verification as an actor's user sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FlowView {
    /// The flow's handle (Matrix: the transaction id).
    pub flow: String,
    /// The other user.
    pub user: String,
    /// The other device.
    pub device: String,
    /// How far it is.
    pub stage: FlowStage,
    /// The seven emoji as indices 0 to 63, once they are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<Vec<u8>>,
    /// The three decimals, once they are shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<Vec<u16>>,
    /// The code of the cancellation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<String>,
}

/// How far an interactive verification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowStage {
    /// One side asked.
    Requested,
    /// Both sides are ready.
    Ready,
    /// The method runs, nothing is shown yet.
    Started,
    /// The short authentication string is shown and waits for the user.
    Compare,
    /// The user confirmed; the other side's proof is awaited.
    Confirmed,
    /// The product tells its user that the other side is verified.
    Verified,
    /// It ended without success.
    Cancelled,
}
