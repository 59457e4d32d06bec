//! The committed files are what the generator writes, and have the shape of the schema.

#[path = "../generate/mod.rs"]
mod generate;

use std::{collections::BTreeSet, fs, io, path::Path};

use pruefstand_vectors::{Case, Measured, Outcome, sets};
use serde_json::Value;

fn read(path: &str) -> io::Result<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

#[test]
fn data_is_what_the_generator_writes() {
    let known = generate::Measurements::known();
    for (name, file) in generate::files() {
        let committed = read(&format!("data/{name}.json")).unwrap();
        assert!(committed == file.text(&known), "generate {name}.json anew");
    }
}

#[test]
fn data_has_the_shape_of_the_schema() {
    let schema: Value = serde_json::from_str(&read("schema.json").unwrap()).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for (name, _) in generate::files() {
        let data: Value =
            serde_json::from_str(&read(&format!("data/{name}.json")).unwrap()).unwrap();
        let faults: Vec<String> = schema
            .iter_errors(&data)
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

#[test]
fn every_file_is_loaded_and_every_id_is_unique() {
    let sets = sets().unwrap();
    let loaded: Vec<&str> = sets.iter().map(|set| set.name.as_str()).collect();
    let written: Vec<&str> = generate::files().iter().map(|(name, _)| *name).collect();
    assert_eq!(loaded, written);
    let vectors = || sets.iter().flat_map(|set| &set.vectors);
    let ids: BTreeSet<&str> = vectors().map(|vector| vector.id.as_str()).collect();
    assert_eq!(ids.len(), vectors().count());
}

/// The library's own gaps, as the catalogue of vectors has measured them.
#[test]
fn measurements_show_the_gaps_that_the_border_closes() {
    let sets = sets().unwrap();
    let gaps = |class: &str, library: &str| {
        sets.iter()
            .flat_map(|set| &set.vectors)
            .filter(|vector| vector.class == class && vector.result == Outcome::Invalid)
            .flat_map(|vector| &vector.measured)
            .filter(|(name, got)| name.starts_with(library) && **got == Measured::Valid)
            .count()
    };
    let small = |library| ["VEC-X-01", "VEC-X-02", "VEC-X-03"].map(|class| gaps(class, library));
    assert_eq!(small("vodozemac"), [0; 3]);
    assert!(
        small("libolm").iter().all(|gaps| *gaps > 0),
        "no check of the secret"
    );
    for library in ["vodozemac", "libolm"] {
        assert!(gaps("VEC-X-04", library) > 0, "{library}: bit 255");
        assert!(gaps("VEC-X-05", library) > 0, "{library}: u + p");
    }
    assert!(gaps("VEC-X-08", "vodozemac") > 0, "padding");
    assert!(gaps("VEC-E-03", "vodozemac") > 0, "small-order keys parse");
    for class in ["VEC-E-01", "VEC-E-02", "VEC-E-07"] {
        assert_eq!(gaps(class, "vodozemac"), 0, "{class}");
    }
}

#[test]
fn vodozemac_does_what_is_measured_of_it() {
    let vectors = sets().unwrap().into_iter().flat_map(|set| set.vectors);
    let changed: Vec<String> = vectors
        .filter(|vector| {
            let now = runner_vodozemac::answer(&Case::of(vector)).measured();
            vector.measured.get(&runner_vodozemac::name()) != Some(&now)
        })
        .map(|vector| vector.id)
        .collect();
    assert_eq!(changed, Vec::<String>::new(), "run vectors/measure");
}
