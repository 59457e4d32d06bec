//! What implementations make of the vectors.

use std::{collections::BTreeMap, path::Path};

use pruefstand_vectors::{Measured, Vector, open};

use super::files;

/// By operation and inputs, then by name and version, what implementations do.
#[derive(Default)]
pub(crate) struct Measurements(BTreeMap<Key, BTreeMap<String, Measured>>);

type Key = (String, BTreeMap<String, String>);

impl Measurements {
    /// What stands in `data/` now: a vector that stays as it is keeps what was measured of it.
    pub(crate) fn known() -> Self {
        let mut known = Self::default();
        for (name, _) in files() {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("data/{name}.json"));
            // A file that is new, or of an older shape, has nothing to keep.
            let vectors = open(&path).map(|set| set.vectors).unwrap_or_default();
            for vector in &vectors {
                for (implementation, measured) in &vector.measured {
                    known.add(vector, implementation, *measured);
                }
            }
        }
        known
    }

    /// Adds what an implementation makes of a vector.
    pub(crate) fn add(&mut self, vector: &Vector, implementation: &str, measured: Measured) {
        let key = (vector.operation.clone(), vector.input.clone());
        let of_vector = self.0.entry(key).or_default();
        of_vector.insert(implementation.to_owned(), measured);
    }

    pub(super) fn of(&self, key: &Key) -> BTreeMap<String, Measured> {
        self.0.get(key).cloned().unwrap_or_default()
    }
}
