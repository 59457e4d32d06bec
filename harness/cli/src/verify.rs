//! `verify`: is a run's folder what it says, and do the verdicts follow from the transcripts?

use std::io::Write as _;

use harness_evidence::{recheck, visible};

use crate::{
    args::Verify,
    failure::{FAILED, Failure, PASSED, UNDECIDED},
};

/// Checks manifest, chain and completeness, and judges every transcript again.
pub(crate) fn verify(verify: &Verify) -> Result<u8, Failure> {
    if !verify.folder.is_dir() {
        return Err(Failure::Usage(format!(
            "{} is no folder of a run; `pruefstand run` makes one",
            verify.folder.display()
        )));
    }
    let recheck = recheck(&verify.folder);
    let mut output = anstream::stdout();
    for difference in &recheck.differences {
        writeln!(output, "✗ {}", visible(&difference.to_string()))?;
    }
    let overall = recheck
        .overall
        .map_or_else(|| "none".to_owned(), |overall| format!("{overall:?}"));
    let (word, code) = if recheck.is_authentic() {
        ("✓ consistent", PASSED)
    } else if recheck.is_broken_off() {
        ("○ consistent, but incomplete", UNDECIDED)
    } else {
        ("✗ not consistent", FAILED)
    };
    writeln!(
        output,
        "{word}: run {}, {} transcripts judged again",
        visible(&recheck.run),
        recheck.judged
    )?;
    writeln!(output, "overall verdict in the record: {overall}")?;
    Ok(code)
}
