//! Benign variants of the client: every rule is kept, and what the rules leave open is done otherwise.

use reference_conduct::Named;

/// One liberty that another sound client might take. No check of a bench may turn red on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// Publishes at most half of its one-time keys in one request.
    KeysInHalves,
    /// Asks for the devices of one user a request.
    QueriesOneByOne,
    /// Claims the one-time key of one device a request.
    ClaimsOneByOne,
    /// Shares a room key with one device a request.
    RoomKeysOneByOne,
    /// Shares a room key in the opposite order of devices.
    RoomKeysBackwards,
    /// Writes the JSON inside a room message with white space.
    PlaintextSpaced,
    /// Changes the room key after twenty messages.
    RotatesEarly,
    /// Pads files to the next power of two.
    FilesPaddedMore,
    // - pairs: a check is left out, and another one comes to the same
    /// Does not compare the chunks of a file as they come: nothing is released before the hash of the whole was compared.
    FileByWholeHashAlone,
    /// Does not refuse an old first message because its channel is there: its one-time key is gone, and what used a fallback key is
    /// remembered.
    FirstMessageByKeyAlone,
}

impl Variant {
    /// Every variant, once.
    pub const ALL: [Self; 10] = [
        Self::KeysInHalves,
        Self::QueriesOneByOne,
        Self::ClaimsOneByOne,
        Self::RoomKeysOneByOne,
        Self::RoomKeysBackwards,
        Self::PlaintextSpaced,
        Self::RotatesEarly,
        Self::FilesPaddedMore,
        Self::FileByWholeHashAlone,
        Self::FirstMessageByKeyAlone,
    ];

    /// The variant called `name`, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.name() == name)
    }
}

impl Named for Variant {
    fn name(self) -> &'static str {
        match self {
            Self::KeysInHalves => "keys-in-halves",
            Self::QueriesOneByOne => "queries-one-by-one",
            Self::ClaimsOneByOne => "claims-one-by-one",
            Self::RoomKeysOneByOne => "room-keys-one-by-one",
            Self::RoomKeysBackwards => "room-keys-backwards",
            Self::PlaintextSpaced => "plaintext-spaced",
            Self::RotatesEarly => "rotates-early",
            Self::FilesPaddedMore => "files-padded-more",
            Self::FileByWholeHashAlone => "file-by-whole-hash-alone",
            Self::FirstMessageByKeyAlone => "first-message-by-key-alone",
        }
    }
}
