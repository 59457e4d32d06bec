//! Asks the woven audit about one mutant.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;

use crate::{
    error::Error,
    fate::{Fate, Told},
    mutant::Id,
};

/// How long an audit may take, in seconds; the honest one takes a fourth of it on two busy cores.
const LIMIT: &str = "240";

/// The woven program.
pub(crate) struct Audit {
    program: PathBuf,
}

/// What is read of the audit's results.
#[derive(Deserialize)]
struct Results {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    check: String,
    sha256: String,
    verdict: Verdict,
}

#[derive(Deserialize)]
struct Verdict {
    outcome: String,
}

impl Audit {
    pub(crate) fn new(program: PathBuf) -> Self {
        Self { program }
    }

    /// Every check of the audit, each of which passes on the reference without a mutant.
    ///
    /// # Errors
    ///
    /// If one does not, or the audit cannot be carried out.
    pub(crate) fn checks(&self) -> Result<Vec<String>, Error> {
        let Some(results) = self.run(&[], None, None)? else {
            return Err(Error::NotHonest("it did not come to an end".to_owned()));
        };
        if let Some(case) = results
            .cases
            .iter()
            .find(|case| case.verdict.outcome != "pass")
        {
            return Err(Error::NotHonest(case.check.clone()));
        }
        Ok(results.cases.into_iter().map(|case| case.check).collect())
    }

    /// The mutants that a check comes to on the honest reference, written down in `file` as it goes.
    pub(crate) fn reached(&self, check: &str, file: &Path) -> Result<BTreeSet<Id>, Error> {
        let half = file.with_extension("half");
        if !file.exists() {
            std::fs::write(&half, "").map_err(Error::file(&half))?;
            self.run(&[check], None, Some(&half))?;
            std::fs::rename(&half, file).map_err(Error::file(file))?;
        }
        let text = std::fs::read_to_string(file).map_err(Error::file(file))?;
        Ok(text.lines().filter_map(|line| line.parse().ok()).collect())
    }

    /// What the audit makes of `mutant`, asked by `checks`, those that come to its place.
    pub(crate) fn judge(&self, mutant: Id, checks: &[&str]) -> Result<Told, Error> {
        let told = |fate, check| Told {
            mutant,
            fate,
            check,
        };
        if checks.is_empty() {
            return Ok(told(Fate::NotReached, None));
        }
        let Some(results) = self.run(checks, Some(mutant), None)? else {
            return Ok(told(Fate::TimedOut, None));
        };
        // With `--fail-fast`, what was no longer carried out has no transcript.
        let noticed = |outcome: &dyn Fn(&str) -> bool| {
            let cases = results.cases.iter();
            let carried_out = cases.filter(|case| !case.sha256.is_empty());
            let mut noticed = carried_out.filter(|case| outcome(&case.verdict.outcome));
            noticed.next().map(|case| case.check.clone())
        };
        Ok(if let Some(check) = noticed(&|outcome| outcome == "fail") {
            told(Fate::Failed, Some(check))
        } else if let Some(check) = noticed(&|outcome| outcome != "pass") {
            told(Fate::Disturbed, Some(check))
        } else if results
            .cases
            .iter()
            .all(|case| case.verdict.outcome == "pass")
        {
            told(Fate::Missed, None)
        } else {
            told(Fate::Disturbed, None)
        })
    }

    /// Results of one audit; `None` if it took too long.
    fn run(
        &self,
        checks: &[&str],
        mutant: Option<Id>,
        reached: Option<&Path>,
    ) -> Result<Option<Results>, Error> {
        let folder = tempfile::tempdir().map_err(Error::file("a temporary folder"))?;
        let mut command = Command::new("timeout");
        command
            .args(["--kill-after", "5", LIMIT])
            .arg(&self.program);
        command.args([
            "run",
            "--no-twins",
            "--fail-fast",
            "--seed",
            "1",
            "--format",
            "json",
        ]);
        command.arg("--out").arg(folder.path());
        command.args(checks.iter().flat_map(|check| ["--check", check]));
        if let Some(id) = mutant {
            command.env("MUTANT", id.to_string());
        }
        if let Some(path) = reached {
            command.env("MUTANTS_REACHED", path);
        }
        let output = command.output().map_err(|source| Error::Start {
            program: "timeout",
            source,
        })?;
        if output.status.code() == Some(124) || output.status.code() == Some(137) {
            return Ok(None);
        }
        match serde_json::from_slice(&output.stdout) {
            Ok(results) => Ok(Some(results)),
            // The target could not even be started: that is noticed.
            Err(_) if mutant.is_some() => Ok(Some(Results {
                cases: vec![Case::not_begun()],
            })),
            Err(_) => {
                let words = String::from_utf8_lossy(&output.stderr);
                let words = words.lines().last().unwrap_or_default().to_owned();
                Err(Error::NotHonest(words))
            }
        }
    }
}

impl Case {
    fn not_begun() -> Self {
        Self {
            check: "(the start of the audit)".to_owned(),
            sha256: "none".to_owned(),
            verdict: Verdict {
                outcome: "error".to_owned(),
            },
        }
    }
}
