//! One case as most classes write it: a verdict, and a flag that says why.

use pruefstand_vectors::Stage;
use serde_json::Value;

use super::draft::Draft;

/// Taken, or refused: where at the latest, and the flag that says why.
pub(super) type Verdict = Result<(), (Stage, &'static str)>;

/// A case; the twin of a refused one is the last one before it that is taken.
pub(super) fn case(comment: &str, verdict: Verdict, input: &[(&'static str, &[u8])]) -> Draft {
    match verdict {
        Ok(()) => Draft::valid(comment, input).flag("Valid"),
        Err((stage, flag)) => Draft::invalid(stage, comment, input).flag(flag),
    }
}

/// Takes a member out of an object.
pub(super) fn remove(object: &mut Value, member: &str) {
    object.as_object_mut().expect("an object").remove(member);
}
