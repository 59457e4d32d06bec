//! Test vectors, run through the same functions that the product uses.
//!
//! One file a group of operations. An operation reads its inputs and calls the border; it keeps no
//! state and knows no rule of its own.

mod attachment;
mod backup;
mod curve;
mod edwards;
mod input;
mod json;
mod megolm;
mod olm;
mod refusal;
mod sas;
mod session_key;
mod signed;
mod symmetric;

use std::collections::BTreeMap;

use thiserror::Error;

use crate::Conduct;
use input::Inputs;
pub use refusal::VectorStage;
use refusal::{Stop, Taken};

/// What the product made of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorResult {
    /// Whether the input was taken.
    pub accepted: bool,
    /// The output in hex, if the operation has one and the input was taken.
    pub output: Option<String>,
    /// Where the input was refused, if it was.
    pub stage: Option<VectorStage>,
}

/// Why a vector could not be run; this says nothing about its result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VectorError {
    /// The product has no such operation.
    #[error("vector operation {operation:?} is unknown")]
    UnknownOperation {
        /// Its name.
        operation: String,
    },
    /// An input of the operation is missing.
    #[error("vector has no input {name:?}")]
    MissingInput {
        /// Its name.
        name: &'static str,
    },
    /// An input is not lower-case hex.
    #[error("vector input {name:?} is not hex")]
    NotHex {
        /// Its name.
        name: &'static str,
    },
    /// An input of our own making, such as a private key, that does not have the form of its
    /// operation; no product takes those from outside.
    #[error("vector input {name:?} does not fit its operation")]
    Unfit {
        /// Its name.
        name: &'static str,
    },
}

/// Runs one vector: `input` holds hex strings by name, `operation` is one of
/// [`vector_operations`].
///
/// # Errors
/// If the operation is unknown or its inputs are not there in hex.
pub fn run_vector(
    operation: &str,
    input: &BTreeMap<String, String>,
    conduct: &Conduct,
) -> Result<VectorResult, VectorError> {
    let mut operations = GROUPS.iter().copied().flatten();
    let (_, run) = operations
        .find(|(name, _)| *name == operation)
        .ok_or_else(|| VectorError::UnknownOperation {
            operation: operation.to_owned(),
        })?;
    match run(Inputs(input), conduct) {
        Ok(output) => Ok(VectorResult {
            accepted: true,
            output: output.map(|bytes| input::to_hex(&bytes)),
            stage: None,
        }),
        Err(Stop::Refused(stage)) => Ok(VectorResult {
            accepted: false,
            output: None,
            stage: Some(stage),
        }),
        Err(Stop::NotRun(error)) => Err(error),
    }
}

/// The operations that [`run_vector`] knows.
pub fn vector_operations() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().copied().flatten().map(|(name, _)| *name)
}

/// An operation by name: takes the inputs, or stops where it refuses them.
type Operation = (&'static str, fn(Inputs<'_>, &Conduct) -> Taken);

const GROUPS: &[&[Operation]] = &[
    curve::OPERATIONS,
    edwards::OPERATIONS,
    signed::OPERATIONS,
    json::OPERATIONS,
    attachment::OPERATIONS,
    sas::OPERATIONS,
    backup::OPERATIONS,
    symmetric::OPERATIONS,
    olm::OPERATIONS,
    megolm::OPERATIONS,
    session_key::OPERATIONS,
];
