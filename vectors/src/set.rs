//! Sets and vectors as the bench sees them.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{
    Error,
    file::{File, Test},
};

/// The vectors of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Name of the file without its ending.
    pub name: String,
    /// Where the vectors come from, and their licence.
    pub source: String,
    /// What the flags mean.
    pub notes: BTreeMap<String, String>,
    /// The vectors, in the order of the file.
    pub vectors: Vec<Vector>,
}

/// One operation, its inputs and what a sound product makes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    /// Stable id: name of the set and number in it, such as `vec-x/17`.
    pub id: String,
    /// Class in the catalogue of vectors, such as `VEC-X-04`.
    pub class: String,
    /// What the vector is about.
    pub comment: String,
    /// Keys of [`Set::notes`].
    pub flags: Vec<String>,
    /// Name of the operation, as in the table of this crate.
    pub operation: String,
    /// Inputs in hex, by name.
    pub input: BTreeMap<String, String>,
    /// What a sound product makes of the inputs.
    pub result: Outcome,
    /// What it puts out, in hex, if the operation has an output and the result is valid.
    pub output: Option<String>,
    /// What libraries without a stricter border make of the inputs, by name and version.
    pub measured: BTreeMap<String, Outcome>,
}

/// Whether an input is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It must be taken.
    Valid,
    /// It must be refused.
    Invalid,
}

pub(crate) fn load(name: &'static str, text: &str) -> Result<Set, Error> {
    let file: File =
        serde_json::from_str(text).map_err(|reason| Error::Malformed { set: name, reason })?;
    let vectors: Vec<Vector> = file
        .test_groups
        .into_iter()
        .flat_map(|group| {
            let vector = move |test| Vector::new(name, &group.class, &group.operation, test);
            group.tests.into_iter().map(vector)
        })
        .collect();
    if vectors.len() != file.number_of_tests {
        return Err(Error::WrongCount {
            set: name,
            got: vectors.len(),
            said: file.number_of_tests,
        });
    }
    for vector in &vectors {
        let is_unknown = |flag: &&String| !file.notes.contains_key(*flag);
        if let Some(flag) = vector.flags.iter().find(is_unknown) {
            return Err(Error::UnknownFlag {
                id: vector.id.clone(),
                flag: flag.clone(),
            });
        }
    }
    Ok(Set {
        name: name.to_owned(),
        source: file.source,
        notes: file.notes,
        vectors,
    })
}

impl Vector {
    fn new(set: &str, class: &str, operation: &str, test: Test) -> Self {
        Self {
            id: format!("{set}/{}", test.tc_id),
            class: class.to_owned(),
            comment: test.comment,
            flags: test.flags,
            operation: operation.to_owned(),
            input: test.input,
            result: test.result,
            output: test.output,
            measured: test.measured,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(change: impl FnOnce(&str) -> String) -> Result<Set, Error> {
        let text = r#"{"algorithm":"a","schema":"s","source":"t","numberOfTests":1,
            "notes":{"F":"n"},"testGroups":[{"class":"VEC-X-01","operation":"x25519","tests":[
            {"tcId":7,"comment":"c","flags":["F"],"input":{"public":"00"},"result":"invalid",
             "measured":{}}]}]}"#;
        load("set", &change(text))
    }

    #[test]
    fn a_file_is_read() {
        let set = file(str::to_owned).unwrap();
        assert_eq!(set.vectors[0].id, "set/7");
        assert_eq!(set.vectors[0].result, Outcome::Invalid);
    }

    #[test]
    fn what_the_schema_does_not_know_is_refused() {
        let refused = |from: &str, to: &str| file(|text| text.replace(from, to)).is_err();
        assert!(refused(r#""tcId""#, r#""more":1,"tcId""#));
        assert!(refused(r#""class""#, r#""more":1,"class""#));
        assert!(refused(r#""invalid""#, r#""acceptable""#));
        assert!(refused(r#"["F"]"#, r#"["G"]"#));
        assert!(refused(r#""numberOfTests":1"#, r#""numberOfTests":2"#));
    }
}
