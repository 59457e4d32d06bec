//! The client's own code against every test vector.

use pruefstand_vectors::{Outcome, Stage, Vector, sets};
use reference_client::{Conduct, Flaw, run_vector};

/// The ids of the vectors that come out differently than a sound product lets them.
fn wrong(conduct: &Conduct) -> Vec<String> {
    wrong_of(conduct, |_| true)
}

#[expect(
    clippy::unwrap_used,
    reason = "a vector that cannot be run fails the test"
)]
fn wrong_of(conduct: &Conduct, is_run: impl Fn(&Vector) -> bool) -> Vec<String> {
    let is_wrong = |vector: &Vector| {
        let got = run_vector(&vector.operation, &vector.input, conduct).unwrap();
        got.accepted != (vector.result == Outcome::Valid)
            || (got.accepted && vector.output.is_some() && got.output != vector.output)
    };
    sets()
        .unwrap()
        .into_iter()
        .flat_map(|set| set.vectors)
        .filter(is_run)
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

/// Each flaw, and every class in which it makes the client differ from what is sound.
#[test]
fn each_twin_fails_the_classes_of_its_rule_and_no_other() {
    let classes = |flaw: Flaw| {
        // Five thousand keys for each vector of VEC-P-09 take their time, and no flaw is about their number.
        let is_run = |vector: &Vector| vector.class != "VEC-P-09";
        let mut classes: Vec<String> = wrong_of(&Conduct::flawed(&[flaw]), is_run)
            .iter()
            .filter_map(|line| Some(line.split_once(' ')?.0.to_owned()))
            .collect();
        classes.dedup();
        classes.join(" ")
    };
    let seen = TWINS.map(|(flaw, _)| (flaw, classes(flaw)));
    let expected = TWINS.map(|(flaw, classes)| (flaw, classes.to_owned()));
    assert_eq!(seen, expected);
}

const TWINS: [(Flaw, &str); 15] = [
    (
        Flaw::AcceptNoncanonicalCurveKey,
        "VEC-X-04 VEC-X-05 VEC-X-06 VEC-O-16 VEC-P-04 VEC-P-11 WYCHEPROOF-X25519",
    ),
    (
        Flaw::DhNoContributoryCheck,
        "VEC-X-01 VEC-X-02 VEC-X-06 VEC-P-11 WYCHEPROOF-X25519",
    ),
    (
        Flaw::AcceptSmallOrderSigningKey,
        "VEC-E-03 VEC-E-05 VEC-K-07",
    ),
    (
        Flaw::AcceptNoncanonicalWire,
        "VEC-O-04 VEC-O-05 VEC-O-06 VEC-O-07 VEC-O-08 VEC-P-07 VEC-M-04 VEC-M-05 VEC-M-06 VEC-M-12 VEC-K-02 VEC-K-03",
    ),
    (Flaw::CommitBeforeAuth, "VEC-O-18"),
    (Flaw::PrekeyReplayOk, "VEC-P-03"),
    (Flaw::OtkRemovedBeforeDecrypt, "VEC-P-01"),
    (Flaw::FallbackNeverRotated, "VEC-P-03"),
    (Flaw::MegolmSkipSignature, "VEC-M-01"),
    (Flaw::MegolmSenderNotBound, "VEC-M-11"),
    (Flaw::NoReplayIndex, "VEC-M-09 VEC-M-10"),
    (Flaw::ReplayKeyIsCiphertextHash, "VEC-M-09"),
    (Flaw::NoRoomBinding, "VEC-M-11"),
    (Flaw::JsonFirstKeyWins, "VEC-M-13"),
    (Flaw::ImportOverwritesSession, "VEC-K-04 VEC-K-05 VEC-K-06"),
];

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
