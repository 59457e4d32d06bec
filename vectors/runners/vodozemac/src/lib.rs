//! What vodozemac alone makes of a test vector, without a stricter border before it.
//!
//! One file a group of operations. An operation calls the library as its documentation shows and
//! adds no check of its own; what the library does not have is unsupported.

mod curve;
mod edwards;
mod input;
mod megolm;
mod olm;
mod stored;
mod verification;

use pruefstand_vectors::{Answer, Case};

use input::Inputs;

/// Name and version of the library, as they stand in `measured`.
#[must_use]
pub fn name() -> String {
    let locked = include_str!("../../../../Cargo.lock")
        .split("name = \"vodozemac\"\nversion = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    format!("vodozemac {}", locked.unwrap_or("of no known version"))
}

/// What the library makes of a case.
#[must_use]
pub fn answer(case: &Case) -> Answer {
    if case.operation == "name" {
        return Answer::taken(name().as_bytes());
    }
    let mut operations = GROUPS.iter().copied().flatten();
    let Some((_, run)) = operations.find(|(name, _)| *name == case.operation) else {
        return Answer::Unsupported;
    };
    match run(Inputs(&case.input)) {
        Some(output) => Answer::taken(&output),
        None => Answer::Refused,
    }
}

/// What an operation puts out, empty if there is no output; `None` if it refuses its inputs.
type Taken = Option<Vec<u8>>;

/// An operation by name.
type Operation = (&'static str, fn(Inputs<'_>) -> Taken);

const GROUPS: &[&[Operation]] = &[
    curve::OPERATIONS,
    edwards::OPERATIONS,
    stored::OPERATIONS,
    verification::OPERATIONS,
    olm::OPERATIONS,
    megolm::OPERATIONS,
];
