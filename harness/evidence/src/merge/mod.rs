//! Parts of one run, carried out apart, become one record that a stranger verifies as any other.
//!
//! Each part is verified first. The merged record holds every transcript, byte for byte, and of each part its plan, its log, its results
//! and the statement that its own key signed: who verifies the whole sees that nothing was added, left out or judged anew.

mod part;
mod whole;

use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

pub(crate) use part::Part;
pub(crate) use whole::Whole;

use crate::recheck::{Demands, recheck};
use crate::{
    Bundle, CaseRecord, FinishedCase, FolderError, Measured, Opening, Plan, Results, RunFolder,
    RunRecord, Shard, Stamp, visible,
};

/// How parts are merged, from outside.
#[derive(Debug)]
pub struct Merging<'a> {
    /// The id of the merged run.
    pub run: &'a str,
    /// Where its folder is made.
    pub root: &'a Path,
    /// Its key and program; the nonce is that of the parts.
    pub opening: Opening,
    /// The command line, for the report.
    pub command: String,
    /// When.
    pub at: Stamp,
}

/// Why parts were not merged.
#[derive(Debug, Error)]
pub enum MergeError {
    /// A part cannot be used.
    #[error("{part}: {reason}")]
    Part {
        /// Its name, as it was given.
        part: String,
        /// Why.
        reason: String,
    },
    /// The parts are not those of one run.
    #[error("not the parts of one run: {0}")]
    Parts(String),
    /// The merged record cannot be written.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// Merges the parts of a run, given by name and in any order. The caller renders and closes the folder.
///
/// # Errors
/// [`MergeError`]; nothing is written unless every part verifies and all belong together.
pub fn merge(
    parts: &[(String, Bundle)],
    merging: Merging<'_>,
) -> Result<(Results, RunFolder), MergeError> {
    let mut read = parts
        .iter()
        .map(|(name, bundle)| verified(bundle).map_err(|reason| unusable(name, &reason)))
        .collect::<Result<Vec<_>, _>>()?;
    let kept: Vec<_> = read
        .iter_mut()
        .map(|part| std::mem::take(&mut part.kept))
        .collect();
    let owners: Vec<_> = read.iter().map(|part| part.shard).zip(parts).collect();
    let whole =
        Whole::of(merging.run, read).map_err(|reason| MergeError::Parts(visible(&reason)))?;
    let opening = Opening {
        nonce: whole.nonce.clone(),
        ..merging.opening
    };
    let at = merging.at;
    let folder = RunFolder::create(merging.root, &whole.plan, opening, Arc::default(), at)?;
    for (path, bytes) in kept.into_iter().flatten() {
        folder.write_text(&path, &bytes)?;
    }
    for case in &whole.cases {
        take_over(&folder, &whole.plan, &owners, case, at)?;
    }
    for (check, names) in &whole.asked {
        folder.asked(check, names, at)?;
    }
    Ok((folded(whole, merging.command), folder))
}

fn unusable(part: &str, reason: &str) -> MergeError {
    MergeError::Part {
        part: visible(part),
        reason: visible(reason),
    }
}

/// A part that is whole and what it says, with all of its transcripts.
fn verified(bundle: &Bundle) -> Result<Part, String> {
    let check = recheck(bundle, &Demands::default());
    if let Some(difference) = check.differences.first() {
        return Err(difference.to_string());
    }
    if check.withheld > 0 {
        let count = check.withheld;
        return Err(format!(
            "an edition without {count} of its transcripts; merge full records"
        ));
    }
    Part::of_bundle(bundle)
}

/// Writes a case with its transcript, as it stands in the part that carried it out.
fn take_over(
    folder: &RunFolder,
    plan: &Plan,
    owners: &[(Shard, &(String, Bundle))],
    case: &CaseRecord,
    at: Stamp,
) -> Result<(), MergeError> {
    let place = plan.checks.iter().position(|check| check.id == case.check);
    let owner = owners
        .iter()
        .find(|(shard, _part)| place.is_some_and(|place| shard.takes(place)));
    let Some((_shard, (name, bundle))) = owner else {
        return Err(MergeError::Parts(format!(
            "nobody's case of {}",
            visible(&case.check)
        )));
    };
    let other = || {
        unusable(
            name,
            &format!(
                "{}: not as this version of the bench writes it",
                case.transcript
            ),
        )
    };
    let transcript = bundle.transcript(&case.transcript).ok_or_else(other)?;
    let finished = FinishedCase {
        check: &case.check,
        flaw: case.flaw.as_deref(),
        transcript: &transcript,
        verdict: case.verdict.clone(),
        milliseconds: case.milliseconds,
    };
    // Another text of the same transcript has another digest.
    if folder.close_case(finished, at)? == *case {
        Ok(())
    } else {
        Err(other())
    }
}

fn folded(whole: Whole, command: String) -> Results {
    Results::fold(RunRecord {
        plan: whole.plan,
        tool: whole.tool,
        opened: whole.opened,
        closed: whole.closed,
        cases: whole.cases,
        asked: whole.asked,
        requirements: whole.requirements,
        deviations: whole.deviations,
        // A part that holds a measurement is refused: a merge would lose it.
        measured: Measured::default(),
        command,
    })
}

#[cfg(test)]
mod tests;
