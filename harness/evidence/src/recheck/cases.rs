//! Every case judged again from its transcript, and the plan carried out.

use std::collections::{BTreeMap, BTreeSet};

use super::{Difference, Recheck};
use crate::bag;
use crate::folder::transcript_path;
use crate::{Applicability, Bundle, CaseRecord, Plan, Transcript, judge, sha256_hex};

impl Recheck {
    /// Judges a case again, unless this edition leaves its transcript out under the digest that the log names.
    pub(super) fn judge_again(
        &mut self,
        bundle: &Bundle,
        plan: &Plan,
        case: &CaseRecord,
        withheld: &BTreeMap<String, String>,
    ) {
        // The path follows from the ids; what the record names is not opened.
        let path = transcript_path(&case.check, case.flaw.as_deref());
        let Some(path) = path.ok().filter(|path| *path == case.transcript) else {
            self.differences.push(Difference::StrangeCase {
                check: case.check.clone(),
            });
            return;
        };
        let path = bag::in_payload(&path);
        let other = Difference::OtherThanLogged { file: path.clone() };
        if let Some(sha256) = withheld.get(&path) {
            if *sha256 != case.sha256 {
                self.differences.push(other);
            }
            return;
        }
        let Some(transcript) = self.read::<Transcript>(bundle, &path) else {
            return;
        };
        let digest = bundle.read(&path).map(|bytes| sha256_hex(&bytes));
        if !digest.is_ok_and(|digest| digest == case.sha256) {
            self.differences.push(other);
        }
        let Some(check) = plan.checks.iter().find(|check| check.id == case.check) else {
            return;
        };
        let verdict = judge(&transcript, check.witness);
        self.judged += 1;
        if verdict != case.verdict {
            self.differences.push(Difference::VerdictDiffers {
                file: path,
                recorded: case.verdict.outcome,
                recorded_reason: case.verdict.reason.clone(),
                judged: verdict.outcome,
                judged_reason: verdict.reason,
            });
        }
    }

    /// Every planned check was carried out on the target once, and nothing twice.
    ///
    /// A twin that did not run is no difference: the results say so, and do not read as passed.
    pub(super) fn completeness(&mut self, plan: &Plan, cases: &[CaseRecord]) {
        let mut carried_out = BTreeMap::<_, usize>::new();
        for case in cases {
            *carried_out
                .entry((case.check.as_str(), case.flaw.as_deref()))
                .or_default() += 1;
        }
        for check in &plan.checks {
            let planned = check.applicability == Applicability::Planned;
            let twins = check.twins.iter().map(|twin| Some(twin.flaw.as_str()));
            for flaw in std::iter::once(None).chain(twins) {
                let got = carried_out.get(&(check.id.as_str(), flaw)).copied();
                let got = got.unwrap_or(0);
                let fits = match flaw {
                    None => got == usize::from(planned),
                    Some(_) => got <= 1,
                };
                if !fits {
                    self.differences.push(Difference::NotAsPlanned {
                        check: check.id.clone(),
                        flaw: flaw.map(ToOwned::to_owned),
                        got,
                    });
                }
            }
        }
        let known: BTreeSet<_> = plan.checks.iter().map(|check| check.id.as_str()).collect();
        for case in cases
            .iter()
            .filter(|case| !known.contains(case.check.as_str()))
        {
            self.differences.push(Difference::StrangeCase {
                check: case.check.clone(),
            });
        }
    }
}
