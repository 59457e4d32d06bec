//! The head of a sealed store: what all its records are together.

use super::SealError;

/// Records that one key may seal with random nonces (NIST SP 800-38D section 8.3).
const MAX_SEALED: u64 = 1 << 32;

/// Bytes of a head.
const LENGTH: usize = 48;

/// What the store is as a whole; sealed and written with every commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Counts commits; it never falls.
    pub(super) generation: u64,
    /// Records that the key has sealed.
    sealed: u64,
    /// The sum of the shares of all records.
    sum: Sum,
}

/// A sum of keyed hashes modulo 2^256.
///
/// Nobody without the key can leave out, put back or exchange a record and keep the sum (the multiset hash of Clarke et al.,
/// ASIACRYPT 2003), and a commit costs what it changes, not what the store holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum(pub(super) [u8; 32]);

impl Sum {
    pub(super) fn add(&mut self, share: Self) {
        let mut carry = 0_u16;
        for (byte, more) in self.0.iter_mut().zip(share.0) {
            let total = u16::from(*byte) + u16::from(more) + carry;
            let [low, high] = total.to_le_bytes();
            *byte = low;
            carry = u16::from(high);
        }
    }

    pub(super) fn take(&mut self, share: Self) {
        let mut negated = Self(share.0.map(|byte| !byte));
        let mut one = [0; 32];
        if let Some(first) = one.first_mut() {
            *first = 1;
        }
        negated.add(Self(one));
        self.add(negated);
    }
}

impl Head {
    /// The head of a store without records, after the last generation that the device remembers.
    pub(super) fn first(last: u64) -> Self {
        Self {
            generation: last + 1,
            ..Self::default()
        }
    }

    /// The head of the next commit; it is sealed too.
    pub(super) fn next(&self) -> Self {
        Self {
            generation: self.generation + 1,
            sealed: self.sealed + 1,
            sum: self.sum,
        }
    }

    /// The head after a record was sealed.
    pub(super) fn put(&mut self, share: Sum) -> Result<(), SealError> {
        if self.sealed >= MAX_SEALED {
            return Err(SealError::KeyUsedUp(self.sealed));
        }
        self.sealed += 1;
        self.sum.add(share);
        Ok(())
    }

    /// The head after a record was removed.
    pub(super) fn remove(&mut self, share: Sum) {
        self.sum.take(share);
    }

    /// Whether these are the shares of all records.
    pub(super) fn is_of(&self, shares: impl Iterator<Item = Sum>) -> bool {
        let mut sum = Sum::default();
        shares.for_each(|share| sum.add(share));
        sum == self.sum
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.generation.to_be_bytes());
        bytes.extend(self.sealed.to_be_bytes());
        bytes.extend(self.sum.0);
        bytes
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (generation, rest) = bytes.split_first_chunk()?;
        let (sealed, sum) = rest.split_first_chunk()?;
        Some(Self {
            generation: u64::from_be_bytes(*generation),
            sealed: u64::from_be_bytes(*sealed),
            sum: Sum(sum.try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_and_taken_leaves_nothing() {
        let mut sum = Sum([0xff; 32]);
        let before = sum;
        for share in [Sum([1; 32]), Sum([0xff; 32]), Sum::default()] {
            sum.add(share);
        }
        for share in [Sum([0xff; 32]), Sum::default(), Sum([1; 32])] {
            sum.take(share);
        }
        assert_eq!(sum, before);
    }

    #[test]
    fn a_head_comes_back_from_its_bytes() {
        let mut head = Head {
            generation: 7,
            ..Head::default()
        };
        head.put(Sum([9; 32])).unwrap();
        assert_eq!(Head::parse(&head.bytes()), Some(head));
        assert_eq!(Head::parse(&[0; 47]), None);
    }

    #[test]
    fn a_key_seals_only_so_much() {
        let mut head = Head {
            sealed: MAX_SEALED,
            ..Head::default()
        };
        assert_eq!(
            head.put(Sum::default()),
            Err(SealError::KeyUsedUp(MAX_SEALED))
        );
    }
}
