//! The committed files are what the generator writes, and have the shape of the schema.

#[path = "../generate/mod.rs"]
mod generate;

use std::{collections::BTreeSet, fs, io, path::Path};

use pruefstand_vectors::{Measured, Outcome, sets};
use serde_json::Value;

fn read(path: &str) -> io::Result<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

#[test]
fn data_is_what_the_generator_writes() {
    for (name, file) in generate::files() {
        let committed = read(&format!("data/{name}.json")).unwrap();
        assert!(committed == file.text(), "generate {name}.json anew");
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
    let gaps = |class: &str| {
        sets.iter()
            .flat_map(|set| &set.vectors)
            .filter(|vector| vector.class == class && vector.result == Outcome::Invalid)
            .filter(|vector| vector.measured.values().any(|got| *got == Measured::Valid))
            .count()
    };
    assert_eq!(gaps("VEC-X-01") + gaps("VEC-X-02") + gaps("VEC-X-03"), 0);
    assert!(gaps("VEC-X-04") > 0, "bit 255");
    assert!(gaps("VEC-X-05") > 0, "u + p");
    assert!(gaps("VEC-X-08") > 0, "padding");
    assert!(gaps("VEC-E-03") > 0, "small-order keys parse");
    assert_eq!(gaps("VEC-E-01") + gaps("VEC-E-02") + gaps("VEC-E-07"), 0);
}
