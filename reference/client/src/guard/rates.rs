//! How often the look-alike rule misses and how often it annoys, measured over generated names.
//!
//! The names are made from a fixed seed. What is asserted are the rules: what is the same to the eye is always
//! found. The rates are printed (`cargo test -p reference-client rates -- --nocapture`) and not asserted.

use std::collections::BTreeMap;

use super::name::looks;

const FIRST: [&str; 24] = [
    "Anna", "Bernd", "Claudia", "Dieter", "Elif", "Frank", "Günther", "Heike", "Ilse", "Jürgen",
    "Katrin", "Lukas", "Mehmet", "Nina", "Olaf", "Petra", "Ralf", "Sabine", "Tobias", "Ulrike",
    "Volker", "Wiebke", "Yasemin", "Zoë",
];
const LAST: [&str; 24] = [
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Meyer",
    "Wagner",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Groß",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Schröder",
    "Neumann",
    "Schwarz",
    "Yılmaz",
    "Kowalski",
    "Nguyen",
    "Özdemir",
    "Lindström",
];

/// Letters that look like another, of the confusables table of UTS 39.
const TWINS: [(char, char); 10] = [
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('o', 'о'),
    ('p', 'р'),
    ('x', 'х'),
    ('y', 'у'),
    ('i', 'і'),
    ('s', 'ѕ'),
    ('j', 'ј'),
];

/// `SplitMix64`: the corpus is the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    fn name(&mut self) -> String {
        format!(
            "{} {}",
            FIRST[self.below(FIRST.len())],
            LAST[self.below(LAST.len())]
        )
    }

    /// The name with one letter that has a twin replaced by it, if there is one.
    fn twin(&mut self, name: &str) -> Option<String> {
        let letters: Vec<char> = name.chars().collect();
        let twin = |letter: char| {
            TWINS
                .iter()
                .find(|(of, _)| *of == letter)
                .map(|(_, twin)| *twin)
        };
        let places: Vec<usize> = (0..letters.len())
            .filter(|&at| twin(letters[at]).is_some())
            .collect();
        let at = *places.get(self.below(places.len().max(1)))?;
        let swapped = letters.iter().enumerate();
        Some(
            swapped
                .map(|(here, &letter)| {
                    if here == at {
                        twin(letter).unwrap()
                    } else {
                        letter
                    }
                })
                .collect(),
        )
    }

    /// The name with one letter doubled, left out, or swapped with its neighbour.
    fn typo(&mut self, name: &str) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        let at = 1 + self.below(letters.len() - 2);
        match self.below(3) {
            0 => letters.insert(at, letters[at]),
            1 => drop(letters.remove(at)),
            _ => letters.swap(at, at + 1),
        }
        letters.into_iter().collect()
    }
}

fn alike(one: &str, other: &str) -> bool {
    !looks(one).is_disjoint(&looks(other))
}

#[test]
#[expect(clippy::print_stdout, reason = "the rates are what is measured")]
fn what_is_the_same_to_the_eye_is_always_found_and_the_rates_are_known() {
    let mut dice = Dice(2026);
    let mut missed: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for _ in 0..2_000 {
        let name = dice.name();
        for (kind, variant) in variants(&mut dice, &name) {
            let Some(variant) = variant else { continue };
            let (all, lost) = missed.entry(kind).or_default();
            *all += 1;
            *lost += usize::from(!alike(&name, &variant));
        }
    }
    let (pairs, false_alarms) = false_alarms();
    for (kind, (all, lost)) in &missed {
        println!("missed {kind}: {lost} of {all}");
    }
    println!("false alarms between different people: {false_alarms} of {pairs}");
    for kind in [
        "same name",
        "twin letter",
        "hidden letter",
        "other case",
        "other order",
        "no umlauts",
    ] {
        assert_eq!(missed[kind].1, 0, "{kind}");
    }
    assert_eq!(false_alarms, 0);
}

/// Pairs of different people, and how many of them are taken for each other.
fn false_alarms() -> (usize, usize) {
    let people: Vec<String> = FIRST
        .iter()
        .flat_map(|first| LAST.map(|last| format!("{first} {last}")))
        .collect();
    let (mut pairs, mut false_alarms) = (0_usize, 0_usize);
    for (at, one) in people.iter().enumerate() {
        for other in people.iter().skip(at + 1).step_by(17) {
            pairs += 1;
            false_alarms += usize::from(alike(one, other));
        }
    }
    (pairs, false_alarms)
}

/// The name as somebody else might write it, by what he does to it.
fn variants(dice: &mut Dice, name: &str) -> [(&'static str, Option<String>); 7] {
    let (first, last) = name.split_once(' ').unwrap();
    let mut at = dice.below(name.chars().count());
    let mut hidden: String = name.to_owned();
    while !hidden.is_char_boundary(at) {
        at -= 1;
    }
    hidden.insert(at, '\u{200b}');
    let transcribed = name
        .replace('ü', "ue")
        .replace('ö', "oe")
        .replace('ß', "ss")
        .replace('Ö', "Oe");
    [
        ("same name", Some(name.to_owned())),
        ("twin letter", dice.twin(name)),
        ("hidden letter", Some(hidden)),
        (
            "other case",
            Some(name.to_uppercase().replace("SS", "ß")).filter(|_| !name.contains(['ı', 'ß'])),
        ),
        ("other order", Some(format!("{last}, {first}"))),
        ("no umlauts", Some(transcribed)),
        (
            "typing error",
            Some(dice.typo(name)).filter(|typo| *typo != *name),
        ),
    ]
}
