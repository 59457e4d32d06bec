//! Sets and vectors as the bench sees them.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::{
    Error, Measured, Note, OPTIONAL, Outcome, Stage, VectorFault,
    file::{File, Numbered, Test},
    rule,
};

/// The vectors of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Name of the file without its ending.
    pub name: String,
    /// Where the vectors come from, and their licence.
    pub source: String,
    /// What the flags mean.
    pub notes: BTreeMap<String, Note>,
    /// The vectors, in the order of the file.
    pub vectors: Vec<Vector>,
}

/// One operation, its inputs and what a sound product makes of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    /// Stable id: name of the set and number in it, such as `vec-x/17`.
    pub id: String,
    /// Number in the set.
    pub number: u32,
    /// Class in the catalogue of vectors, such as `VEC-X-04`.
    pub class: String,
    /// What the vector is about.
    pub comment: String,
    /// Keys of [`Set::notes`].
    pub flags: Vec<String>,
    /// Name of the operation, as in `README.md`.
    pub operation: String,
    /// Inputs in hex, by name: those of the group and those of the test.
    pub input: BTreeMap<String, String>,
    /// What a sound product makes of the inputs.
    pub result: Outcome,
    /// Where an invalid vector must fail at the latest.
    pub stage: Option<Stage>,
    /// Number of the valid vector that differs from an invalid one only in what makes it invalid.
    pub twin: Option<u32>,
    /// What it puts out, in hex, if the operation has an output and the result is valid.
    pub output: Option<String>,
    /// What implementations make of the inputs, by name and version.
    pub measured: BTreeMap<String, Measured>,
}

/// Reads the text of a file in the shape of `schema.json`.
///
/// # Errors
/// If the text has another shape or breaks a rule of the format.
pub fn parse(name: &str, text: &str) -> Result<Set, Error> {
    let file: File<'_> = serde_json::from_str(text).map_err(|reason| Error::Malformed {
        set: name.to_owned(),
        reason,
    })?;
    let mut vectors = Vec::new();
    for (place, group) in file.test_groups.iter().enumerate() {
        for (at, test) in group.tests.iter().enumerate() {
            let read = read(test).map_err(|reason| Error::MalformedVector {
                id: match serde_json::from_str::<Numbered>(test.get()) {
                    Ok(Numbered { tc_id }) => format!("{name}/{tc_id}"),
                    Err(_) => format!("{} of group {} of {name}", at + 1, place + 1),
                },
                reason,
            })?;
            let mut vector = Vector::new(name, &group.class, &group.operation, read);
            vector.add(&group.input)?;
            vectors.push(vector);
        }
    }
    if vectors.len() != file.number_of_tests {
        return Err(Error::WrongCount {
            set: name.to_owned(),
            got: vectors.len(),
            said: file.number_of_tests,
        });
    }
    rule::check(&file.notes, &vectors)?;
    Ok(Set {
        name: name.to_owned(),
        source: file.source,
        notes: file.notes,
        vectors,
    })
}

fn read(test: &RawValue) -> Result<Test, serde_json::Error> {
    serde_json::from_str(test.get())
}

impl Vector {
    /// Whether a messenger need not have what this is about.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        OPTIONAL.contains(&self.operation.as_str())
    }

    fn new(set: &str, class: &str, operation: &str, test: Test) -> Self {
        Self {
            id: format!("{set}/{}", test.tc_id),
            number: test.tc_id,
            class: class.to_owned(),
            comment: test.comment,
            flags: test.flags,
            operation: operation.to_owned(),
            input: test.input,
            result: test.result,
            stage: test.stage,
            twin: test.twin,
            output: test.output,
            measured: test.measured,
        }
    }

    /// Adds what the group gives to all its vectors.
    fn add(&mut self, shared: &BTreeMap<String, String>) -> Result<(), Error> {
        for (name, hex) in shared {
            if self.input.insert(name.clone(), hex.clone()).is_some() {
                return Err(self.fault(VectorFault::InputTwice { name: name.clone() }));
            }
        }
        Ok(())
    }

    pub(crate) fn fault(&self, fault: VectorFault) -> Error {
        Error::Vector {
            id: self.id.clone(),
            fault,
        }
    }
}
