//! The string that two people compare.

use sha2::{Digest as _, Sha256};

use super::{Party, agreement::Agreement};
use crate::{Conduct, Flaw};

/// Who sent the start event.
#[derive(Clone, Copy)]
pub(crate) enum Starter {
    Own,
    Peer,
}

/// Seven emoji (42 bits) and three decimals (39 bits) made of the same six bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortAuth {
    /// Indices 0 to 63 into the emoji table of the specification.
    pub emoji: [u8; 7],
    /// Numbers from 1000 to 9191.
    pub decimals: [u16; 3],
}

impl ShortAuth {
    /// Cuts six bytes into groups of six and of thirteen bits, first bit first (VEC-S-02).
    #[must_use]
    pub fn new(bytes: [u8; 6]) -> Self {
        let bits = bytes
            .iter()
            .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        let group = |shift: u32, mask: u16| {
            let low = u16::try_from(bits >> shift & u64::from(mask));
            low.unwrap_or_default()
        };
        Self {
            emoji: [42, 36, 30, 24, 18, 12, 6]
                .map(|shift| u8::try_from(group(shift, 0x3f)).unwrap_or_default()),
            decimals: [35, 22, 9].map(|shift| 1000 + group(shift, 0x1fff)),
        }
    }
}

impl Agreement {
    /// The string over secret, ids and both ephemeral keys: whoever puts his own key on the way changes it (ATK-VER-01).
    pub(crate) fn short_auth(
        &self,
        starter: Starter,
        (own, peer): (&Party, &Party),
        transaction: &str,
        conduct: &Conduct,
    ) -> ShortAuth {
        let with_keys = !conduct.has(Flaw::SasInfoWithoutKeys);
        let side = |party: &Party, key: &str| match with_keys {
            true => [party.user(), party.device(), key].join("|"),
            false => [party.user(), party.device()].join("|"),
        };
        let (own, peer) = (side(own, &self.own_key), side(peer, &self.peer_key));
        let (first, second) = match starter {
            Starter::Own => (own, peer),
            Starter::Peer => (peer, own),
        };
        let info = ["MATRIX_KEY_VERIFICATION_SAS", &first, &second, transaction].join("|");
        ShortAuth::new(match with_keys {
            true => self.derive(&info),
            // nothing of either key: two exchanges with a man in the middle show the same
            false => short_hash(&info),
        })
    }
}

/// Six bytes of a hash of public text. Only in the twin `sas-info-without-keys`.
fn short_hash(text: &str) -> [u8; 6] {
    let digest = Sha256::digest(text);
    digest.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use vodozemac::sas::Sas;

    use super::*;

    #[test]
    fn all_bits_count_and_no_group_overflows() {
        assert_eq!(ShortAuth::new([0; 6]).emoji, [0; 7]);
        assert_eq!(ShortAuth::new([0; 6]).decimals, [1000; 3]);
        assert_eq!(ShortAuth::new([0xff; 6]).emoji, [63; 7]);
        assert_eq!(ShortAuth::new([0xff; 6]).decimals, [9191; 3]);
        for bit in 0..42_u32 {
            let bytes = (1_u64 << (47 - bit)).to_be_bytes();
            let emoji = ShortAuth::new(bytes[2..].try_into().unwrap()).emoji;
            let at = usize::try_from(bit / 6).unwrap();
            assert_eq!(emoji[at], 32 >> (bit % 6), "bit {bit}");
            assert_eq!(emoji.iter().filter(|index| **index != 0).count(), 1);
        }
    }

    #[test]
    fn the_groups_are_those_of_vodozemac() {
        for _ in 0..50 {
            let (one, other) = (Sas::new(), Sas::new());
            let other_key = other.public_key();
            let bytes = one.diffie_hellman(other_key).unwrap().bytes("info");
            let short = ShortAuth::new(*bytes.as_bytes());
            assert_eq!(short.emoji, bytes.emoji_indices());
            let (first, second, third) = bytes.decimals();
            assert_eq!(short.decimals, [first, second, third]);
        }
    }
}
