//! Benign variants of the relay: every rule is kept, and what the rules leave open is done otherwise.

use reference_conduct::Named;

/// One liberty that another sound relay might take. No check of a bench may turn red on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Variant {
    /// Hands out two to-device messages an answer.
    ToDeviceInPairs,
    /// Lists a user's devices in the opposite order.
    DevicesBackwards,
    /// Says things in its answers to sync that no client knows.
    SyncSaysMore,
    /// Does not look at the length that a body says it has: what comes is counted.
    LengthByCountAlone,
}

impl Variant {
    /// Every variant, once.
    pub const ALL: [Self; 4] = [
        Self::ToDeviceInPairs,
        Self::DevicesBackwards,
        Self::SyncSaysMore,
        Self::LengthByCountAlone,
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
            Self::ToDeviceInPairs => "relay-to-device-in-pairs",
            Self::DevicesBackwards => "relay-devices-backwards",
            Self::SyncSaysMore => "relay-sync-says-more",
            Self::LengthByCountAlone => "relay-length-by-count-alone",
        }
    }
}
