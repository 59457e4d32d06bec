//! Which beginnings of secrets may be known: a bit each, which spares most positions of a long text the map.

use super::KEY;

/// How many slots there are for each key at least: of other texts at most one position in eight is looked up.
const FOR_EACH: usize = 8;

/// The slots of the first keys; a power of two.
const LEAST: usize = 1 << 16;

/// A bit for each slot, as many as a power of two; keys are spread over them evenly.
pub(super) struct Slots(Vec<u64>);

impl Default for Slots {
    fn default() -> Self {
        Self::of(LEAST)
    }
}

impl Slots {
    /// From now on the key may be known. `keys` are all that are, this one among them: where they are too many for the slots there are more, enough for
    /// twice as many keys.
    pub(super) fn add<'a>(
        &mut self,
        key: [u8; KEY],
        keys: impl ExactSizeIterator<Item = &'a [u8; KEY]>,
    ) {
        let count = keys.len().saturating_mul(FOR_EACH);
        if count <= self.0.len().saturating_mul(64) {
            return self.take(key);
        }
        *self = Self::of(count.saturating_mul(2).next_power_of_two());
        for key in keys {
            self.take(*key);
        }
    }

    /// Whether the key has a slot that was taken. One that was taken by it always is.
    pub(super) fn may_know(&self, key: [u8; KEY]) -> bool {
        let (word, bit) = self.place(key);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn take(&mut self, key: [u8; KEY]) {
        let (word, bit) = self.place(key);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    fn of(slots: usize) -> Self {
        Self(vec![0; slots / 64])
    }

    /// The high bits of a well-mixed key (multiplication by 2^64 divided by the golden ratio): which word, and the bit in it.
    fn place(&self, key: [u8; KEY]) -> (usize, u64) {
        let mixed = u64::from_le_bytes(key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let bits = self.0.len().saturating_mul(64).trailing_zeros();
        let slot = mixed >> (u64::BITS - bits);
        (
            usize::try_from(slot / 64).unwrap_or_default(),
            1 << (slot % 64),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_took_a_slot_is_never_missed() {
        let key = |n: u64| n.wrapping_mul(0x1234_5678_9abc_def1).to_le_bytes();
        let mut slots = Slots::default();
        let mut keys = Vec::new();
        for n in 0..100_000 {
            keys.push(key(n));
            slots.add(key(n), keys.iter());
        }
        assert!(keys.iter().all(|known| slots.may_know(*known)));
        let others = (0..100_000).map(|n| (n << 8 | 0xff_u64).to_be_bytes());
        let taken = others.filter(|other| slots.may_know(*other)).count();
        assert!(taken < 20_000, "{taken}");
    }
}
