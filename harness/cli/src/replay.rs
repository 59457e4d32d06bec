//! `replay`: one case of a recorded run carried out again, alone.

use std::{io::Write as _, path::Path};

use harness_evidence::{Outcome, Record, Results, Taken, visible};
use harness_suite::Twins;

use crate::{
    args::Replay,
    audit::{Wish, carry_out, target},
    failure::{FAILED, Failure, PASSED},
};

/// Carries out one case of a recorded run alone, with the run's seed, and says whether it comes to the same verdict.
pub(crate) fn replay(replay: &Replay) -> Result<u8, Failure> {
    let recorded = Recorded::read(&replay.bundle, &replay.case)?;
    let target = target(replay.target.as_deref())?;
    if target.sha256 != recorded.manifest {
        return Err(Failure::Usage(
            "the run's target has another manifest; --target names the manifest it had".to_owned(),
        ));
    }
    let mut common = replay.common.clone();
    common.seed = Some(recorded.seed);
    // Beside the runs: `latest` stays the run that somebody has made.
    common.out = common.out.join("replays");
    let wish = Wish {
        twins: if recorded.flaw.is_some() {
            Twins::Own
        } else {
            Twins::None
        },
        only: std::slice::from_ref(&recorded.check),
        profile: None,
        flaw: recorded.seeded.as_deref(),
        fail_fast: false,
        nonce: None,
        shard: None,
        taken: Taken::default(),
        common: &common,
    };
    let again = recorded.verdict_in(&carry_out(&target, wish)?);
    let same = again.as_ref() == Some(&recorded.verdict);
    let word = if same {
        "✓ the same verdict"
    } else {
        "✗ another verdict"
    };
    let told = |verdict: Option<(Outcome, String)>| {
        verdict.map_or_else(
            || "none".to_owned(),
            |(outcome, reason)| format!("{outcome:?} ({})", visible(&reason)),
        )
    };
    let before = recorded.verdict;
    writeln!(
        anstream::stdout(),
        "{word}: recorded {}, now {}",
        told(Some(before)),
        told(again)
    )?;
    Ok(if same { PASSED } else { FAILED })
}

/// A case as a record has it.
struct Recorded {
    check: String,
    flaw: Option<String>,
    seed: u64,
    /// The seeded flaw that the target had on purpose.
    seeded: Option<String>,
    /// SHA-256 of the target's manifest, hex.
    manifest: String,
    verdict: (Outcome, String),
}

impl Recorded {
    /// Finds a case, `<check>` or `<check>/<flaw>`, in a run's folder or archive.
    fn read(path: &Path, case: &str) -> Result<Self, Failure> {
        let results = Record::open(path)?.results;
        let (check, flaw) = match case.split_once('/') {
            Some((check, flaw)) => (check.to_owned(), Some(flaw.to_owned())),
            None => (case.to_owned(), None),
        };
        let mut recorded = Self {
            check,
            flaw,
            seed: results.plan.seed,
            seeded: results.plan.target.flaw.clone(),
            manifest: results.plan.target.manifest.clone(),
            verdict: (Outcome::NotRun, String::new()),
        };
        let verdict = recorded.verdict_in(&results);
        recorded.verdict = verdict.ok_or_else(|| {
            Failure::Usage(format!(
                "no case {:?} was carried out in this run",
                visible(case)
            ))
        })?;
        Ok(recorded)
    }

    /// The verdict on the same case in some results, if it was carried out there.
    fn verdict_in(&self, results: &Results) -> Option<(Outcome, String)> {
        let carried_out = |sha256: &str| !sha256.is_empty();
        match &self.flaw {
            None => results
                .cases
                .iter()
                .find(|case| case.check == self.check && carried_out(&case.sha256))
                .map(|case| (case.verdict.outcome, case.verdict.reason.clone())),
            Some(flaw) => results
                .instrument
                .flaws
                .iter()
                .find(|twin| {
                    twin.check == self.check && twin.flaw == *flaw && carried_out(&twin.sha256)
                })
                .map(|twin| (twin.outcome, twin.reason.clone())),
        }
    }
}
