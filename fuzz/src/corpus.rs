//! A corpus as an ordinary test: every input as it is, and changed in ways that are the same in every run.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a part of tests; what it prints is shown when one fails"
)]

use std::{fs, path::Path};

/// Runs a target on the inputs of its corpus, and on each with so many changes. What ran last is printed, and shown if the target fails.
pub(crate) fn replay(target: &str, changes: u64, run: impl Fn(&[u8])) {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut corpora = above.map(|root| root.join("fuzz/corpus").join(target));
    let corpus = corpora.find(|corpus| corpus.is_dir()).unwrap();
    let mut files: Vec<_> = fs::read_dir(corpus)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "the corpus is missing");
    let inputs: Vec<_> = files.iter().map(|file| fs::read(file).unwrap()).collect();
    for (n, input) in inputs.iter().enumerate() {
        println!("{}", files[n].display());
        run(input);
        for change in 0..changes {
            println!("{} with change {change}", files[n].display());
            let mut dice = Dice((u64::try_from(n).unwrap() << 32) | change);
            let other = &inputs[dice.below(inputs.len())];
            run(&changed(input, other, &mut dice));
        }
    }
}

/// An input with a byte flipped, a part doubled or left out, or a part of another input inside.
fn changed(input: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=dice.below(3) {
        let (from, to) = dice.range(bytes.len());
        match dice.below(4) {
            0 if from < bytes.len() => bytes[from] ^= 1 << dice.below(8),
            1 => drop(bytes.drain(from..to)),
            2 => bytes.extend_from_within(from..to),
            _ => {
                let (begin, end) = dice.range(other.len());
                drop(bytes.splice(from..to, other[begin..end].iter().copied()));
            }
        }
    }
    bytes
}

/// `SplitMix64` (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let drawn = (mixed ^ (mixed >> 31)) % u64::try_from(limit.max(1)).unwrap();
        usize::try_from(drawn).unwrap()
    }

    /// Two places in this order.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let (one, other) = (self.below(length + 1), self.below(length + 1));
        (one.min(other), one.max(other))
    }
}
