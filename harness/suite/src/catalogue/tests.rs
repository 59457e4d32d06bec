use std::collections::BTreeMap;

use harness_evidence::{Depth, Profile, Severity, Switch, TestKind, Witness};

use super::{edition::digest_of, *};

const ROW: &str = r#"
[[requirement]]
id = "E2E-01"
level = "MUST"
gravity = "critical"
en = "text"
de = "Text"
sources = ["project demand"]
test = ["relay"]
witness = "wire"
profiles = ["core"]
gap = "No check can. Closes it: a check."
"#;

fn load(requirements: &str) -> Result<Catalogue, CatalogueError> {
    load::load(&Texts {
        editions: "edition = []",
        requirements: &[requirements],
        attacks: &["attack = []"],
    })
}

/// The complaint about one row that differs from a good one.
fn complaint(from: &str, to: &str) -> CatalogueError {
    assert!(ROW.contains(from), "{from}");
    load(&ROW.replace(from, to)).unwrap_err()
}

#[test]
fn the_embedded_catalogue_is_whole() {
    let catalogue = Catalogue::embedded().unwrap();
    assert_eq!(catalogue.requirements().count(), 110);
    assert_eq!(catalogue.attacks().count(), 176);
    let row = catalogue.requirement("E2E-08").unwrap();
    assert_eq!((row.level, row.gravity), (Severity::Must, Gravity::High));
    assert!(catalogue.attack("ATK-LNK-04").is_some());
    assert!(catalogue.requirement("E2E-99").is_none());
}

#[test]
fn the_rows_add_up_as_the_profiles_say() {
    let catalogue = Catalogue::embedded().unwrap();
    let count =
        |test: &dyn Fn(&&Requirement) -> bool| catalogue.requirements().filter(test).count();
    assert_eq!(count(&|row| row.level == Severity::Must), 100);
    let gravities = [
        (Gravity::Critical, 27),
        (Gravity::High, 56),
        (Gravity::Medium, 25),
        (Gravity::Low, 2),
    ];
    for (gravity, rows) in gravities {
        assert_eq!(count(&|row| row.gravity == gravity), rows, "{gravity:?}");
    }
    assert_eq!(count(&|row| row.profiles.contains(&Profile::Core)), 80);
    assert_eq!(count(&|row| row.profiles.contains(&Profile::Strict)), 110);
    for row in catalogue.requirements() {
        let from_outside = [
            TestKind::Relay,
            TestKind::Client,
            TestKind::Adversary,
            TestKind::Fuzz,
        ];
        let is_core =
            row.gravity >= Gravity::High && from_outside.iter().any(|kind| row.test.contains(kind));
        assert_eq!(is_core, row.profiles.contains(&Profile::Core), "{}", row.id);
        let of_relay = row.test.contains(&TestKind::Relay);
        assert_eq!(
            of_relay,
            row.profiles.contains(&Profile::Relay),
            "{}",
            row.id
        );
    }
}

#[test]
fn a_row_says_how_deep_its_clauses_want_it_looked_at() {
    let catalogue = Catalogue::embedded().unwrap();
    let depth = |id: &str| catalogue.requirement(id).unwrap().depth;
    // TR-03161-3 O.Arch_7, the complete documentation of the interface, is EXAMINE; TR-03161-1 O.Arch_9 is CHECK.
    assert_eq!(depth("CLO-02"), Some(Depth::Examine));
    assert_eq!(depth("UPD-07"), Some(Depth::Check));
    assert_eq!(depth("TLS-03"), None);
}

#[test]
fn rows_that_contradict_the_rules_are_refused() {
    assert!(load(ROW).is_ok());
    let row = || "E2E-01".to_owned();
    assert_eq!(
        load(&ROW.repeat(2)).unwrap_err(),
        CatalogueError::Twice(row())
    );
    for (from, to) in [
        ("\"text\"", "\" \""),
        ("\"Text\"", "\"\""),
        ("[\"project demand\"]", "[]"),
        ("[\"relay\"]", "[]"),
    ] {
        assert_eq!(complaint(from, to), CatalogueError::Empty(row()));
    }
    assert_eq!(
        complaint("Text", "text"),
        CatalogueError::OneLanguage(row())
    );
    for (from, to) in [
        ("MUST", "MUSS"),
        ("gravity", "weight"),
        ("wire", "rumour"),
        ("core", "all"),
    ] {
        let error = complaint(from, to);
        assert!(matches!(error, CatalogueError::Malformed(_)), "{error}");
    }
}

#[test]
fn a_source_carries_its_certainty_unless_it_is_our_own() {
    assert!(load(&ROW.replace("demand", "addition")).is_ok());
    assert!(load(&ROW.replace("project demand", "MASVS 2.1 CRYPTO-1 [W]")).is_ok());
    let error = complaint("project demand", "MASVS 2.1 CRYPTO-1");
    assert!(matches!(error, CatalogueError::Unmarked { .. }), "{error}");
}

#[test]
fn a_row_says_nothing_that_only_an_accredited_body_may_say() {
    for word in ["Certified", "zertifiziert", "TR-konform", "compliant"] {
        let error = complaint("\"text\"", &format!("\"is {word}\""));
        assert!(matches!(error, CatalogueError::Forbidden { .. }), "{error}");
        let error = complaint("No check can", &format!("It is {word}"));
        assert!(matches!(error, CatalogueError::Forbidden { .. }), "{error}");
    }
}

#[test]
fn a_protection_excuses_nothing() {
    let needs = |switch: &str| format!("profiles = [\"core\"]\nneeds = [\"{switch}\"]");
    for switch in Switch::ALL {
        let row = ROW.replace("profiles = [\"core\"]", &needs(switch.name()));
        assert_eq!(load(&row).is_err(), switch.is_protection(), "{switch:?}");
    }
    let error = complaint("profiles = [\"core\"]", &needs("verification"));
    let expected = CatalogueError::ExcusedByItsProtection {
        row: "E2E-01".to_owned(),
        switch: "verification",
    };
    assert_eq!(error, expected);
}

#[test]
fn a_depth_comes_from_a_clause_that_has_one() {
    let with = ROW.replace("project demand", "TR-03161-1 O.Data_1 [V]");
    assert_eq!(
        load(&with).unwrap_err(),
        CatalogueError::Depth("E2E-01".to_owned())
    );
    assert!(load(&with.replace("witness", "depth = \"check\"\nwitness")).is_ok());
}

#[test]
fn a_row_has_a_check_that_sees_enough_or_an_argued_gap() {
    let coverage = |row: &str| lint::coverage(&load(row).unwrap(), &[]);
    assert_eq!(coverage(ROW), Ok(()));
    let uncovered = Err(CatalogueError::Uncovered("E2E-01".to_owned()));
    assert_eq!(coverage(&ROW.replace("gap", "# gap")), uncovered);
    assert_eq!(coverage(&ROW.replace("Closes it: ", "")), uncovered);
    let check = crate::checks::all()
        .into_iter()
        .find(|check| check.requirements == ["E2E-05"] && check.witness == Witness::Driver)
        .unwrap();
    let row = ROW.replace("E2E-01", "E2E-05");
    let catalogue = load(&row).unwrap();
    assert_eq!(
        lint::coverage(&catalogue, &[check]),
        Err(CatalogueError::Unwitnessed("E2E-05".to_owned()))
    );
    let catalogue = load(&row.replace("wire", "driver")).unwrap();
    assert_eq!(lint::coverage(&catalogue, &[check]), Ok(()));
    let unrequired = lint::coverage(&load(ROW).unwrap(), &[check]);
    assert!(matches!(unrequired, Err(CatalogueError::Unrequired { .. })));
}

#[test]
fn every_row_stands_in_an_edition_as_it_is() {
    let catalogue = Catalogue::embedded().unwrap();
    let missing: String = catalogue
        .unrecorded()
        .iter()
        .map(|(id, digest)| format!("\n{id} = \"{digest}\""))
        .collect();
    let rows: BTreeMap<String, String> = catalogue
        .requirements()
        .map(|row| (row.id.clone(), row.digest()))
        .collect();
    let all = rows.iter().map(|(id, digest)| (&**id, &**digest)).collect();
    assert!(
        missing.is_empty(),
        "add an edition to catalogue/editions.toml that says why, with digest = \"{}\" and [edition.rows]{missing}",
        digest_of(&all)
    );
}

#[test]
fn an_edition_is_sealed_by_the_digest_of_its_rows() {
    let catalogue = Catalogue::embedded().unwrap();
    let editions = catalogue.editions();
    for edition in editions {
        assert!(!edition.note.trim().is_empty(), "{}", edition.name);
    }
    assert_eq!(Edition::rows_after(&editions[..1]).len(), 83);
    assert_eq!(catalogue.edition(), "2026-11-27");
    let digest = &editions[1].digest;
    let altered = EMBEDDED.editions.replace(digest, &"0".repeat(64));
    let texts = Texts {
        editions: &altered,
        ..EMBEDDED
    };
    let error = load::load(&texts).unwrap_err();
    assert_eq!(error, CatalogueError::Edition("2026-11-27".to_owned()));
}

#[test]
fn a_changed_new_or_lost_row_is_noticed_and_a_changed_gap_is_not() {
    let mut catalogue = load(ROW).unwrap();
    let digest = catalogue.requirement("E2E-01").unwrap().digest();
    assert_eq!(catalogue.unrecorded().len(), 1);
    catalogue.editions = vec![Edition {
        name: "1".to_owned(),
        note: "first".to_owned(),
        digest: String::new(),
        rows: BTreeMap::from([("E2E-01".to_owned(), digest)]),
    }];
    assert_eq!(catalogue.unrecorded(), BTreeMap::new());
    let mut other = load(&ROW.replace("No check", "Nothing")).unwrap();
    other.editions = catalogue.editions.clone();
    assert_eq!(other.unrecorded(), BTreeMap::new());
    for (from, to) in [("\"wire\"", "\"store\""), ("\"text\"", "\"words\"")] {
        let mut other = load(&ROW.replace(from, to)).unwrap();
        other.editions = catalogue.editions.clone();
        assert!(other.unrecorded().contains_key("E2E-01"), "{to}");
    }
    let mut lost = load("requirement = []").unwrap();
    lost.editions = catalogue.editions.clone();
    assert!(lost.unrecorded().contains_key("E2E-01"));
}

#[test]
fn every_check_names_attacks_of_the_catalogue() {
    let catalogue = Catalogue::embedded().unwrap();
    for check in crate::checks::all() {
        for id in check.attacks {
            assert!(catalogue.attack(id).is_some(), "{} names {id}", check.id);
        }
    }
}

#[test]
fn an_attack_has_a_check_or_a_reason_and_not_both() {
    let checks = crate::checks::all();
    for attack in Catalogue::embedded().unwrap().attacks() {
        let is_done = checks
            .iter()
            .any(|check| check.attacks.contains(&&*attack.id));
        assert_ne!(
            is_done,
            attack.later.is_some() || attack.gap.is_some(),
            "{}",
            attack.id
        );
    }
}
