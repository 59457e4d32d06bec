//! `merge`: the parts of one run become one record.

use std::path::Path;

use harness_evidence::{Bundle, Merging, merge as put_together, visible};
use harness_suite::Finished;

use crate::{
    args::Merge,
    audit::{command_line, exit_code, opening, program, report, run_id},
    clock,
    failure::Failure,
};

/// Verifies the parts, puts them together and reports on the whole.
pub(crate) fn merge(wish: &Merge) -> Result<u8, Failure> {
    let parts = wish.parts.iter().map(|path| opened(path));
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    let at = clock::now();
    let merging = Merging {
        run: &run_id(at.wall_ms, u64::from(std::process::id())),
        root: &wish.out,
        opening: opening(&program()?, None)?,
        command: command_line(),
        at,
    };
    let (results, folder) = put_together(&parts, merging)?;
    let results = report(Finished { results, folder }, wish.format, wish.lang)?;
    Ok(exit_code(&results))
}

fn opened(path: &Path) -> Result<(String, Bundle), Failure> {
    let name = path.display().to_string();
    match Bundle::open(path) {
        Ok(bundle) => Ok((name, bundle)),
        Err(error) => {
            let told = format!("{}: {}", visible(&name), visible(&error.to_string()));
            Err(Failure::Usage(told))
        }
    }
}
