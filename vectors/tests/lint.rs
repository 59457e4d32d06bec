//! What a set needs to be a fair test, class by class.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use pruefstand_vectors::{Outcome, Vector, sets};

#[test]
fn every_class_has_a_valid_and_an_invalid_vector() {
    let mut seen: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut without_output = BTreeSet::new();
    for vector in sets().unwrap().into_iter().flat_map(|set| set.vectors) {
        if vector.output.is_none() {
            without_output.insert(vector.class.clone());
        }
        let (valid, invalid) = seen.entry(vector.class).or_default();
        match vector.result {
            Outcome::Valid => *valid += 1,
            Outcome::Invalid => *invalid += 1,
        }
    }
    for (class, (valid, invalid)) in seen {
        assert!(
            valid > 0,
            "{class}: a product that refuses everything passes"
        );
        // A function that refuses nothing is pinned down by what it puts out; none of ours is one.
        let is_function = !class.starts_with("VEC-") && !without_output.contains(&class);
        assert!(
            invalid > 0 || is_function,
            "{class}: a product that takes everything passes"
        );
    }
}

/// What the catalogue of vectors asks of Olm and Megolm, class by class.
#[test]
fn the_sets_of_olm_and_megolm_have_every_class_of_the_catalogue() {
    let sets = sets().unwrap();
    for (group, classes) in [("O", 18), ("P", 11), ("M", 13), ("K", 12)] {
        let wanted: BTreeSet<String> = (1..=classes)
            .map(|number| format!("VEC-{group}-{number:02}"))
            .collect();
        let name = format!("vec-{}", group.to_lowercase());
        let set = sets.iter().find(|set| set.name == name);
        let vectors = set.map(|set| &set.vectors).into_iter().flatten();
        let made: BTreeSet<String> = vectors.map(|vector| vector.class.clone()).collect();
        assert_eq!(made, wanted);
    }
}

/// A twin of another class would differ in more than the mutation.
#[test]
fn every_twin_stands_in_the_class_of_its_vector() {
    for set in sets().unwrap() {
        let class = |number: u32| {
            let vector = set.vectors.iter().find(|vector| vector.number == number);
            vector.map(|vector| vector.class.as_str())
        };
        for vector in set.vectors.iter().filter(|vector| vector.twin.is_some()) {
            let twin = vector.twin.and_then(class);
            assert_eq!(twin, Some(vector.class.as_str()), "{}", vector.id);
        }
    }
}

#[test]
fn every_vector_of_ours_has_a_flag_and_every_flag_a_vector() {
    for set in sets().unwrap() {
        let used: BTreeSet<&String> = set
            .vectors
            .iter()
            .flat_map(|vector| &vector.flags)
            .collect();
        let explained: BTreeSet<&String> = set.notes.keys().collect();
        assert_eq!(used, explained, "{}", set.name);
        let is_ours = set.name.starts_with("vec-");
        let is_bare = |vector: &&Vector| is_ours && vector.flags.is_empty();
        let bare = set.vectors.iter().find(is_bare);
        assert_eq!(bare.map(|vector| &vector.id), None);
    }
}

#[test]
fn every_comment_is_said_once_a_class_and_operation() {
    for set in sets()
        .unwrap()
        .iter()
        .filter(|set| set.name.starts_with("vec-"))
    {
        let mut said = BTreeSet::new();
        for vector in &set.vectors {
            let is_new = said.insert((&vector.class, &vector.operation, &vector.comment));
            assert!(is_new || vector.result == Outcome::Valid, "{}", vector.id);
        }
    }
}

/// Only what the classes of the catalogue say: `VEC-X-04`; sets of others have a class of their own.
#[test]
fn every_class_is_one_of_the_catalogue() {
    for set in sets().unwrap() {
        let group = set.name.strip_prefix("vec-").map(str::to_uppercase);
        for vector in &set.vectors {
            match &group {
                Some(group) => assert!(vector.class.starts_with(&format!("VEC-{group}-"))),
                None => assert_eq!(vector.class, set.name.to_uppercase()),
            }
        }
    }
}

#[test]
fn every_vector_is_measured_by_the_same_implementations() {
    let sets = sets().unwrap();
    let vectors = || sets.iter().flat_map(|set| &set.vectors);
    let all: BTreeSet<&String> = vectors()
        .flat_map(|vector| vector.measured.keys())
        .collect();
    assert!(all.len() >= 2, "{all:?}");
    for vector in vectors() {
        let by: BTreeSet<&String> = vector.measured.keys().collect();
        assert_eq!(by, all, "{}: run vectors/measure", vector.id);
    }
}

#[test]
fn the_readme_names_every_operation_and_every_set() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let rows = readme.lines().filter(|line| line.starts_with("| `"));
    let names: BTreeSet<&str> = rows
        .filter_map(|row| row.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    for set in sets().unwrap() {
        assert!(names.contains(set.name.as_str()), "{}", set.name);
        for vector in &set.vectors {
            let operation = vector.operation.as_str();
            assert!(names.contains(operation), "{operation} of {}", vector.id);
        }
    }
}
