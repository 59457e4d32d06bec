//! Twins of the reference: weak ones with a seeded flaw, benign ones that only do otherwise what the rules leave open.

use std::path::Path;

use crate::check::{Seeded, Side};

/// A benign variant of the reference. No check may turn red on it: one that does tests a habit, not a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Where it sits.
    pub side: Side,
    /// Its name in the reference.
    pub name: &'static str,
}

/// Every benign variant: other batch sizes, other orders, other shapes of what no rule fixes, and pairs, in which one check is left out
/// and another one comes to the same.
pub const VARIANTS: [Variant; 14] = [
    client("keys-in-halves"),
    client("queries-one-by-one"),
    client("claims-one-by-one"),
    client("room-keys-one-by-one"),
    client("room-keys-backwards"),
    client("plaintext-spaced"),
    client("rotates-early"),
    client("files-padded-more"),
    client("file-by-whole-hash-alone"),
    client("first-message-by-key-alone"),
    relay("relay-to-device-in-pairs"),
    relay("relay-devices-backwards"),
    relay("relay-sync-says-more"),
    relay("relay-length-by-count-alone"),
];

const fn client(name: &'static str) -> Variant {
    let side = Side::Client;
    Variant { side, name }
}

const fn relay(name: &'static str) -> Variant {
    let side = Side::Relay;
    Variant { side, name }
}

/// What makes a twin differ from the reference.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Twin {
    /// A seeded flaw.
    Weak(Seeded),
    /// A benign variant.
    Benign(Variant),
}

impl Twin {
    /// The name of the flaw or variant.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Weak(seeded) => seeded.flaw,
            Self::Benign(variant) => variant.name,
        }
    }

    /// Where it differs.
    pub(crate) fn side(self) -> Side {
        match self {
            Self::Weak(seeded) => seeded.side,
            Self::Benign(variant) => variant.side,
        }
    }
}

/// What the client or the relay of a case is told beside the command of its manifest: how it differs, if it does on this side, and
/// where it writes down which flaws and variants it was asked for.
pub(super) fn told(twin: Option<Twin>, side: Side, asked: Option<&Path>) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(twin) = twin.filter(|twin| twin.side() == side) {
        let option = match twin {
            Twin::Weak(_) => "--flaw",
            Twin::Benign(_) => "--variant",
        };
        told.extend([option.to_owned(), twin.name().to_owned()]);
    }
    if let Some(path) = asked {
        told.extend(["--asked".to_owned(), path.to_string_lossy().into_owned()]);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_told_only_of_its_own_side() {
        let weak = Some(Twin::Weak(Seeded::relay("relay-no-lock", "open")));
        assert_eq!(told(weak, Side::Relay, None), ["--flaw", "relay-no-lock"]);
        assert!(told(weak, Side::Client, None).is_empty());
        let benign = VARIANTS.first().map(|variant| Twin::Benign(*variant));
        assert_eq!(
            told(benign, Side::Client, Some(Path::new("asked"))),
            ["--variant", "keys-in-halves", "--asked", "asked"]
        );
    }

    #[test]
    fn no_variant_is_named_like_a_flaw() {
        for variant in VARIANTS {
            assert!(
                crate::run::flaws()
                    .iter()
                    .all(|flaw| flaw.flaw != variant.name)
            );
        }
    }
}
