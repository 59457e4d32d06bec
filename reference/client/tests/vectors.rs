//! The client's own code against every test vector.

use pruefstand_vectors::{Outcome, Stage, Vector, sets};
use reference_client::{Conduct, Flaw, run_vector};

/// The ids of the vectors that come out differently than a sound product lets them.
#[expect(
    clippy::unwrap_used,
    reason = "a vector that cannot be run fails the test"
)]
fn wrong(conduct: &Conduct) -> Vec<String> {
    let is_wrong = |vector: &Vector| {
        let got = run_vector(&vector.operation, &vector.input, conduct).unwrap();
        got.accepted != (vector.result == Outcome::Valid)
            || (got.accepted && vector.output.is_some() && got.output != vector.output)
    };
    sets()
        .unwrap()
        .into_iter()
        .flat_map(|set| set.vectors)
        .filter(is_wrong)
        .map(|vector| format!("{} {} {}", vector.class, vector.id, vector.comment))
        .collect()
}

#[test]
fn the_honest_client_takes_exactly_the_valid_vectors() {
    assert_eq!(wrong(&Conduct::honest()), Vec::<String>::new());
}

/// A refusal for the wrong reason, later than the one that the vector is about, shows here.
#[test]
fn no_vector_is_refused_later_than_it_says() {
    let honest = Conduct::honest();
    let is_late = |vector: &Vector| {
        let seen = run_vector(&vector.operation, &vector.input, &honest).unwrap();
        let seen = seen.stage.map(|stage| {
            let name = serde_json::Value::from(stage.to_string());
            serde_json::from_value::<Stage>(name).unwrap()
        });
        seen > vector.stage
    };
    let vectors = sets().unwrap().into_iter().flat_map(|set| set.vectors);
    let late: Vec<String> = vectors.filter(is_late).map(|vector| vector.id).collect();
    assert_eq!(late, Vec::<String>::new());
}

#[test]
fn each_key_twin_fails_the_classes_of_its_rule_and_no_other() {
    let classes = |flaw: Flaw| {
        let mut classes: Vec<String> = wrong(&Conduct::flawed(&[flaw]))
            .iter()
            .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
            .collect();
        classes.dedup();
        classes
    };
    assert_eq!(
        classes(Flaw::AcceptNoncanonicalCurveKey),
        ["VEC-X-04", "VEC-X-05", "VEC-J-09", "WYCHEPROOF-X25519"]
    );
    assert_eq!(
        classes(Flaw::DhNoContributoryCheck),
        ["VEC-X-01", "VEC-X-02", "VEC-J-09", "WYCHEPROOF-X25519"]
    );
}

#[test]
fn what_cannot_be_run_is_no_verdict() {
    let honest = Conduct::honest();
    let mut input = std::collections::BTreeMap::new();
    assert!(run_vector("no-such-operation", &input, &honest).is_err());
    assert!(run_vector("ed25519-key", &input, &honest).is_err());
    for text in ["0", "0g", "AA"] {
        input.insert("public".to_owned(), text.to_owned());
        assert!(run_vector("ed25519-key", &input, &honest).is_err());
    }
}
