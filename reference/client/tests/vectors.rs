//! The client's own code against every test vector.

use pruefstand_vectors::{OPTIONAL, Outcome, Stage, Vector, sets};
use reference_client::{Conduct, Flaw, VectorResult, run_vector, vector_operations};

/// What the client makes of a vector; nothing if it has no such thing.
#[expect(
    clippy::unwrap_used,
    reason = "a vector that cannot be run fails the test"
)]
fn run(vector: &Vector, conduct: &Conduct) -> Option<VectorResult> {
    let is_there = !vector.is_optional();
    is_there.then(|| run_vector(&vector.operation, &vector.input, conduct).unwrap())
}

/// The ids of the vectors that come out differently than a sound product lets them.
#[expect(clippy::unwrap_used, reason = "a malformed set fails the test")]
fn wrong(conduct: &Conduct, is_asked: impl Fn(&Vector) -> bool) -> Vec<String> {
    let is_wrong = |vector: &Vector| {
        let Some(got) = run(vector, conduct) else {
            return false;
        };
        got.accepted != (vector.result == Outcome::Valid)
            || (got.accepted && vector.output.is_some() && got.output != vector.output)
    };
    sets()
        .unwrap()
        .into_iter()
        .flat_map(|set| set.vectors)
        .filter(|vector| is_asked(vector) && is_wrong(vector))
        .map(|vector| format!("{} {} {}", vector.class, vector.id, vector.comment))
        .collect()
}

#[test]
fn the_honest_client_takes_exactly_the_valid_vectors() {
    assert_eq!(wrong(&Conduct::honest(), |_| true), Vec::<String>::new());
}

/// A refusal for the wrong reason, later than the one that the vector is about, shows here.
#[test]
fn no_vector_is_refused_later_than_it_says() {
    let honest = Conduct::honest();
    let is_late = |vector: &Vector| {
        let seen = run(vector, &honest).and_then(|seen| seen.stage);
        let seen = seen.map(|stage| {
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
    // What stands above messages and keys has twins of its own, below.
    let is_below = |vector: &Vector| {
        let above = ["VEC-A", "VEC-B", "VEC-J", "VEC-S"];
        !above.iter().any(|group| vector.class.starts_with(group))
    };
    let classes = |flaw: Flaw| {
        let wrong = wrong(&Conduct::flawed(&[flaw]), is_below);
        let classes = wrong.iter().filter_map(|line| line.split_once(' '));
        let mut classes: Vec<String> = classes.map(|(class, _)| class.to_owned()).collect();
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
        "VEC-X-04 VEC-X-05 VEC-X-06 VEC-X-09 VEC-O-16 VEC-P-04 VEC-P-11 WYCHEPROOF-X25519",
    ),
    (
        Flaw::DhNoContributoryCheck,
        "VEC-X-01 VEC-X-02 VEC-X-06 VEC-P-11 WYCHEPROOF-X25519",
    ),
    (
        Flaw::AcceptSmallOrderSigningKey,
        "VEC-E-03 VEC-E-05 VEC-E-09 VEC-K-07",
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

/// The twins of the suite's checks on sets, each beside a class that it must get wrong.
#[test]
fn every_twin_gets_a_class_of_its_rule_wrong() {
    let twins = [
        (Flaw::CanonjsonDupKey, "VEC-J-01"),
        (Flaw::JsonFirstKeyWins, "VEC-J-01"),
        (Flaw::MissingSignatureMeansOk, "VEC-J-06"),
        (Flaw::DeviceKeysSlotNotChecked, "VEC-J-07"),
        (Flaw::XsignUsageNotChecked, "VEC-J-08"),
        (Flaw::OlmNoSenderCheck, "VEC-J-10"),
        (Flaw::SenderDeviceKeysNoSignature, "VEC-J-10"),
        (Flaw::AttUseBeforeCheck, "VEC-A-01"),
        (Flaw::AttHashOptional, "VEC-A-02"),
        (Flaw::KdfFloorMissing, "VEC-B-01"),
        (Flaw::BackupKeyUnsignedOk, "VEC-B-06"),
        (Flaw::SasInfoWithoutKeys, "VEC-S-01"),
        (Flaw::SasSkipCommitment, "VEC-S-03"),
        (Flaw::SasIgnoreMacResult, "VEC-S-04"),
        (Flaw::SasEmptyMacOk, "VEC-S-05"),
        (Flaw::DhNoContributoryCheck, "VEC-S-06"),
        (Flaw::SasAcceptLegacy, "VEC-S-07"),
    ];
    for (flaw, class) in twins {
        let wrong = wrong(&Conduct::flawed(&[flaw]), |vector| vector.class == class);
        assert!(!wrong.is_empty(), "{flaw:?} {class}");
    }
}

#[test]
fn what_the_client_does_not_have_is_known_and_has_vectors() {
    for operation in OPTIONAL {
        assert!(vector_operations().all(|known| known != operation));
        let sets = sets().unwrap();
        let mut all = sets.iter().flat_map(|set| &set.vectors);
        assert!(
            all.any(|vector| vector.operation == operation),
            "{operation}"
        );
    }
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
