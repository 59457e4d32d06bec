//! `report`: a run's reports and exports rendered again, from its record alone.

use std::{fs, io::Write as _};

use harness_evidence::{Edition, Record};
use harness_report::{Language, LintState, lints};

use crate::{
    args::Report,
    failure::{Failure, PASSED},
};

/// Writes every rendering into a new folder.
pub(crate) fn report(wish: &Report) -> Result<u8, Failure> {
    let record = Record::open(&wish.bundle)?;
    let earlier = wish.earlier.iter().map(|path| Record::open(path));
    let earlier: Vec<_> = earlier
        .map(|record| record.map(|record| record.results))
        .collect::<Result<_, _>>()?;
    let read = |path: &str| record.transcript(path, Edition::Full);
    let fail = |path: &std::path::Path, reason| Failure::File {
        path: path.to_owned(),
        reason,
    };
    let rendered = harness_report::renderings(&record.results, &read, &earlier)?;
    fs::create_dir(&wish.out).map_err(|reason| fail(&wish.out, reason))?;
    for (name, text) in rendered {
        let path = wish.out.join(&name);
        let folder = path.parent().unwrap_or(&wish.out);
        fs::create_dir_all(folder).map_err(|reason| fail(folder, reason))?;
        fs::write(&path, text).map_err(|reason| fail(&path, reason))?;
        writeln!(anstream::stdout(), "{}", path.display())?;
    }
    lint(&record)?;
    Ok(PASSED)
}

/// What an auditor would send back, and what only a person can say.
fn lint(record: &Record) -> Result<(), Failure> {
    let mut output = anstream::stdout();
    let language = Language::En;
    for lint in lints(&record.results) {
        let rule = lint.rule.in_language(language);
        match &lint.state {
            LintState::Clear => {}
            LintState::Broken(places) => {
                for place in places {
                    let place = place.in_language(language);
                    writeln!(output, "✗ lint {}, {rule}: {place}", lint.number)?;
                }
            }
            LintState::Undecided(lacking) => {
                let lacking = lacking.in_language(language);
                writeln!(output, "○ lint {}, {rule}: {lacking}", lint.number)?;
            }
        }
    }
    Ok(())
}
