use super::*;

const ROW: &str = r#"
[[requirement]]
id = "E2E-01"
level = "MUST"
gravity = "critical"
en = "text"
de = "Text"
sources = ["project demand"]
"#;

fn load(requirements: &str) -> Result<Catalogue, CatalogueError> {
    load::load(
        &format!("edition = \"1\"\n{requirements}"),
        "attack = []",
        "attack = []",
    )
}

#[test]
fn the_embedded_catalogue_is_whole() {
    let catalogue = Catalogue::embedded().unwrap();
    assert!(catalogue.requirements().count() >= 73);
    assert_eq!(catalogue.attacks().count(), 176);
    let row = catalogue.requirement("E2E-08").unwrap();
    assert_eq!((row.level, row.gravity), (Severity::Must, Gravity::High));
    assert!(catalogue.attack("ATK-LNK-04").is_some());
    assert!(catalogue.requirement("E2E-99").is_none());
}

#[test]
fn a_source_carries_its_certainty_unless_it_is_our_own() {
    for row in Catalogue::embedded().unwrap().requirements() {
        for source in &row.sources {
            let marked = ["[V]", "[W]", "[M]"]
                .iter()
                .any(|mark| source.ends_with(mark));
            assert!(
                marked || matches!(source.as_str(), "project demand" | "project addition"),
                "{}: {source}",
                row.id
            );
        }
    }
}

#[test]
fn rows_that_contradict_the_rules_are_refused() {
    assert!(load(ROW).is_ok());
    assert_eq!(
        load(&ROW.repeat(2)).unwrap_err(),
        CatalogueError::Twice("E2E-01".to_owned())
    );
    assert_eq!(
        load(&ROW.replace("\"text\"", "\" \"")).unwrap_err(),
        CatalogueError::Empty("E2E-01".to_owned())
    );
    assert!(matches!(
        load(&ROW.replace("MUST", "MUSS")),
        Err(CatalogueError::Malformed(_))
    ));
    assert!(matches!(
        load(&ROW.replace("gravity", "weight")),
        Err(CatalogueError::Malformed(_))
    ));
}

#[test]
fn every_check_names_rows_of_the_catalogue() {
    let catalogue = Catalogue::embedded().unwrap();
    for check in crate::checks::all() {
        for id in check.requirements {
            assert!(
                catalogue.requirement(id).is_some(),
                "{} names {id}",
                check.id
            );
        }
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
