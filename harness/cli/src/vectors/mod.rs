//! `vectors`: test vectors through the reference and through other implementations, side by side.
//!
//! Exit codes: 0 the reference takes what is valid and refuses what is invalid; 1 it does not; 2 it does, but a file or a runner
//! is broken, or an implementation does something else than was measured of it.

mod compared;
mod implementation;
mod print;
mod progress;

use std::io;

use pruefstand_vectors::{Set, Vector, open, serve, sets};

use crate::{
    args::{BuiltIn, Vectors},
    failure::{FAILED, Failure, PASSED, UNDECIDED},
};
use compared::{Column, Compared};
use implementation::Implementation;
use print::Printed;
use progress::Progress;

/// Runs the vectors, or answers one as a runner does.
pub(crate) fn vectors(wish: &Vectors) -> Result<u8, Failure> {
    if let Some(built_in) = wish.answer_as {
        let answer = match built_in {
            BuiltIn::Reference => implementation::answer_as_reference,
            BuiltIn::Vodozemac => runner_vodozemac::answer,
        };
        return serve(io::stdin().lock(), io::stdout().lock(), answer)
            .map_err(|error| Failure::Usage(format!("no case on standard input: {error}")));
    }
    let mut broken = Vec::new();
    let sets = chosen(wish, &mut broken)?;
    let vectors: Vec<&Vector> = sets.iter().flat_map(|set| &set.vectors).collect();
    let columns = columns(wish, &vectors, &mut broken)?;
    let compared = Compared { vectors, columns };
    let printed = Printed {
        compared: &compared,
        broken: &broken,
    };
    printed.write(wish.format)?;
    Ok(match compared.reference_differs() {
        true => FAILED,
        false if printed.is_undecided() => UNDECIDED,
        false => PASSED,
    })
}

/// The sets that are built in, or those of the files that can be read.
fn chosen(wish: &Vectors, broken: &mut Vec<String>) -> Result<Vec<Set>, Failure> {
    if wish.files.is_empty() {
        return Ok(sets()?);
    }
    let mut read = Vec::new();
    for file in &wish.files {
        match open(file) {
            Ok(set) => read.push(set),
            Err(fault) => broken.push(fault.to_string()),
        }
    }
    Ok(read)
}

/// What the reference and every runner that can be asked make of the vectors.
fn columns(
    wish: &Vectors,
    vectors: &[&Vector],
    broken: &mut Vec<String>,
) -> Result<Vec<Column>, Failure> {
    let mut implementations = vec![Implementation::reference()];
    for against in &wish.against {
        match Implementation::named(against, wish.patience)? {
            Ok(implementation) => implementations.push(implementation),
            Err(fault) => broken.push(format!("runner {against} {fault}")),
        }
    }
    let progress = Progress::new(vectors.len() * implementations.len());
    let columns = implementations.iter().map(|implementation| Column {
        name: implementation.name.clone(),
        seen: implementation.see(vectors, &progress),
    });
    let columns = columns.collect();
    progress.finish();
    Ok(columns)
}
