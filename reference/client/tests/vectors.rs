//! The client's own code against every test vector.

use pruefstand_vectors::{Outcome, Stage, Vector, sets};
use reference_client::{Conduct, Flaw, VectorResult, run_vector, vector_operations};

/// Operations on things that the client does not have.
const NOT_THERE: [&str; 6] = [
    "qr-verification",
    "qr-login-check-code",
    "megolm-backup-v1",
    "secret-storage-passphrase",
    "olm-pickle",
    "dehydrated-device",
];

/// What the client makes of a vector; nothing if it has no such thing.
#[expect(
    clippy::unwrap_used,
    reason = "a vector that cannot be run fails the test"
)]
fn run(vector: &Vector, conduct: &Conduct) -> Option<VectorResult> {
    let is_there = !NOT_THERE.contains(&vector.operation.as_str());
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

#[test]
fn each_key_twin_fails_the_classes_of_its_rule_and_no_other() {
    let is_key = |vector: &Vector| {
        let class = &vector.class;
        class.starts_with("VEC-X") || class.starts_with("WYCHEPROOF")
    };
    let classes = |flaw: Flaw| {
        let wrong = wrong(&Conduct::flawed(&[flaw]), is_key);
        let classes = wrong.iter().filter_map(|line| line.split_once(' '));
        let mut classes: Vec<String> = classes.map(|(class, _)| class.to_owned()).collect();
        classes.dedup();
        classes
    };
    assert_eq!(
        classes(Flaw::AcceptNoncanonicalCurveKey),
        ["VEC-X-04", "VEC-X-05", "VEC-X-06", "WYCHEPROOF-X25519"]
    );
    assert_eq!(
        classes(Flaw::DhNoContributoryCheck),
        ["VEC-X-01", "VEC-X-02", "VEC-X-06", "WYCHEPROOF-X25519"]
    );
    assert_eq!(
        classes(Flaw::AcceptSmallOrderSigningKey),
        ["VEC-E-03", "VEC-E-05"]
    );
}

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
    for operation in NOT_THERE {
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
