//! `diff`: what changed between two recorded runs.
//!
//! Exit codes: 0 nothing became worse; 1 something fails that did not; 2 something is no longer decided, whatever else changed.

use std::io::Write as _;

use harness_report::Kind;

use crate::{
    args::{Diff, Format},
    audit::language,
    failure::{FAILED, Failure, PASSED, UNDECIDED},
    record::Record,
};

/// Prints the comparison.
pub(crate) fn diff(wish: &Diff) -> Result<u8, Failure> {
    let (old, new) = (Record::open(&wish.old)?, Record::open(&wish.new)?);
    let comparison = harness_report::diff(&old.results, &new.results);
    let text = match wish.format {
        Format::Table => comparison.text(language(wish.lang)),
        Format::Json => comparison.json()?,
    };
    write!(anstream::stdout(), "{text}")?;
    Ok(match comparison.loudest() {
        Some(Kind::Lost) => UNDECIDED,
        Some(Kind::New) => FAILED,
        Some(Kind::Still | Kind::Fixed) | None => PASSED,
    })
}
