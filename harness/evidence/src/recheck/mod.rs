//! A run's folder checked again by a stranger: no target, no network, no trust in what the folder says of itself.

mod difference;
mod manifest;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use serde::{Deserialize, de::DeserializeOwned};

pub use difference::Difference;

use crate::folder::{
    BROKEN_OFF, CASE_ASKED, CASE_CLOSED, CLOSED, EVENTS, OPENED, PLAN, RESULTS, transcript_path,
};
use crate::{
    Applicability, CaseRecord, Event, JUDGE_VERSION, Overall, Plan, Requirement, Results,
    RunRecord, Transcript, judge, read_chain, sha256_hex,
};

/// The longest JSON file that is read, in bytes.
const FILE_LIMIT: u64 = 256 * 1024 * 1024;

/// What came of checking a folder again.
#[derive(Debug)]
pub struct Recheck {
    /// The run's id; empty if the plan could not be read.
    pub run: String,
    /// How many transcripts were judged again.
    pub judged: usize,
    /// The overall verdict that follows from the folder; `None` if plan or results could not be read.
    pub overall: Option<Overall>,
    /// Everything that is not as the folder says; empty for an authentic and complete run.
    pub differences: Vec<Difference>,
}

/// Verifies the manifest, the chain and completeness, judges every transcript again and folds the results again.
#[must_use]
pub fn recheck(folder: &Path) -> Recheck {
    let mut check = Recheck {
        run: String::new(),
        judged: 0,
        overall: None,
        differences: manifest::differences(folder),
    };
    let events = check.events(folder);
    let Some(plan) = check.read::<Plan>(folder, PLAN) else {
        return check;
    };
    check.run.clone_from(&plan.run);
    check.ends(folder, &events);
    let cases = check.cases(&events);
    for case in &cases {
        check.judge_again(folder, &plan, case);
    }
    check.completeness(&plan, &cases);
    if let Some(results) = check.read::<Results>(folder, RESULTS) {
        check.fold_again(plan, cases, &events, results);
    }
    check
}

/// The body of a `case.asked` event.
#[derive(Deserialize)]
struct Asked {
    check: String,
    asked: BTreeSet<String>,
}

impl Recheck {
    /// Whether the folder is what it says, and complete. Says nothing about the verdict in it.
    #[must_use]
    pub fn is_authentic(&self) -> bool {
        self.differences.is_empty()
    }

    /// Whether the folder is what it says, but of a run that was broken off, so that cases are missing.
    #[must_use]
    pub fn is_broken_off(&self) -> bool {
        let broken_off = |difference| matches!(difference, &Difference::BrokenOff);
        self.differences.iter().any(broken_off) && self.differences.iter().all(Difference::is_gap)
    }

    fn events(&mut self, folder: &Path) -> Vec<Event> {
        let log = File::open(folder.join(EVENTS));
        match log.map(BufReader::new) {
            Ok(log) => read_chain(log).unwrap_or_else(|error| {
                self.differences.push(Difference::ChainBroken(error));
                Vec::new()
            }),
            Err(error) => {
                self.differences.push(Difference::not_read(EVENTS, &error));
                Vec::new()
            }
        }
    }

    /// The first event must name the plan, the last one the results.
    fn ends(&mut self, folder: &Path, events: &[Event]) {
        let broken_off = events.last().is_some_and(|event| event.kind == BROKEN_OFF);
        if broken_off {
            self.differences.push(Difference::BrokenOff);
        }
        let last = if broken_off { BROKEN_OFF } else { CLOSED };
        let ends = [
            (events.first(), OPENED, "plan", PLAN),
            (events.last(), last, "results", RESULTS),
        ];
        for (event, kind, field, file) in ends {
            match event {
                Some(event) if event.kind == kind => {
                    let digest = read_file(folder, file).map(|bytes| sha256_hex(&bytes));
                    let named = event.body.get(field).and_then(|digest| digest.as_str());
                    if digest.is_ok_and(|digest| named != Some(&digest)) {
                        self.differences.push(Difference::DigestDiffers {
                            file: file.to_owned(),
                        });
                    }
                }
                _ => self.differences.push(Difference::EventMissing {
                    kind: kind.to_owned(),
                }),
            }
        }
    }

    fn cases(&mut self, events: &[Event]) -> Vec<CaseRecord> {
        let mut cases = Vec::new();
        for event in events.iter().filter(|event| event.kind == CASE_CLOSED) {
            match serde_json::from_value(event.body.clone()) {
                Ok(case) => cases.push(case),
                Err(error) => self.differences.push(Difference::NotParsed {
                    file: format!("{EVENTS}, event {}", event.n),
                    reason: error.to_string(),
                }),
            }
        }
        cases
    }

    /// What the honest cases of a matrix came by.
    fn asked(&mut self, events: &[Event]) -> BTreeMap<String, BTreeSet<String>> {
        let mut all = BTreeMap::new();
        for event in events.iter().filter(|event| event.kind == CASE_ASKED) {
            match serde_json::from_value::<Asked>(event.body.clone()) {
                Ok(Asked { check, asked }) => {
                    all.insert(check, asked);
                }
                Err(error) => self.differences.push(Difference::NotParsed {
                    file: format!("{EVENTS}, event {}", event.n),
                    reason: error.to_string(),
                }),
            }
        }
        all
    }

    fn judge_again(&mut self, folder: &Path, plan: &Plan, case: &CaseRecord) {
        // the path follows from the ids; what the record names is not opened
        let path = transcript_path(&case.check, case.flaw.as_deref());
        let Some(path) = path.ok().filter(|path| *path == case.transcript) else {
            self.differences.push(Difference::StrangeCase {
                check: case.check.clone(),
            });
            return;
        };
        let Some(transcript) = self.read::<Transcript>(folder, &path) else {
            return;
        };
        let digest = read_file(folder, &path).map(|bytes| sha256_hex(&bytes));
        if !digest.is_ok_and(|digest| digest == case.sha256) {
            self.differences
                .push(Difference::DigestDiffers { file: path.clone() });
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
    fn completeness(&mut self, plan: &Plan, cases: &[CaseRecord]) {
        for check in &plan.checks {
            let planned = check.applicability == Applicability::Planned;
            let twins = check.twins.iter().map(|twin| Some(twin.flaw.as_str()));
            for flaw in std::iter::once(None).chain(twins) {
                let got = cases
                    .iter()
                    .filter(|case| case.check == check.id && case.flaw.as_deref() == flaw)
                    .count();
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
        for case in cases {
            if !plan.checks.iter().any(|check| check.id == case.check) {
                self.differences.push(Difference::StrangeCase {
                    check: case.check.clone(),
                });
            }
        }
    }

    fn fold_again(
        &mut self,
        plan: Plan,
        cases: Vec<CaseRecord>,
        events: &[Event],
        recorded: Results,
    ) {
        if recorded.tool.judge != JUDGE_VERSION {
            self.differences.push(Difference::OtherJudge {
                got: recorded.tool.judge,
                here: JUDGE_VERSION,
            });
        }
        let wall = |event: Option<&Event>| event.map(|event| event.wall.clone());
        let is_closed = events.last().filter(|event| event.kind == CLOSED);
        let folded = Results::fold(RunRecord {
            plan,
            cases,
            asked: self.asked(events),
            tool: recorded.tool.clone(),
            opened: wall(events.first()).unwrap_or_default(),
            closed: is_closed.and(recorded.closed.clone()),
            requirements: recorded.requirements.iter().map(Requirement::of).collect(),
            deviations: recorded.deviations.clone(),
            command: recorded.command.clone(),
        });
        self.overall = Some(folded.overall);
        for part in differing_parts(&folded, &recorded) {
            self.differences.push(Difference::ResultsDiffer {
                part: part.to_owned(),
            });
        }
    }

    fn read<T: DeserializeOwned>(&mut self, folder: &Path, file: &str) -> Option<T> {
        let parsed = read_file(folder, file).and_then(|bytes| {
            serde_json::from_slice(&bytes).map_err(|error| Difference::NotParsed {
                file: file.to_owned(),
                reason: error.to_string(),
            })
        });
        parsed
            .map_err(|difference| self.differences.push(difference))
            .ok()
    }
}

fn read_file(folder: &Path, file: &str) -> Result<Vec<u8>, Difference> {
    let mut bytes = Vec::new();
    File::open(folder.join(file))
        .and_then(|opened| opened.take(FILE_LIMIT + 1).read_to_end(&mut bytes))
        .map_err(|error| Difference::not_read(file, &error))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= FILE_LIMIT) {
        Ok(bytes)
    } else {
        Err(Difference::TooLong {
            file: file.to_owned(),
            limit: FILE_LIMIT,
        })
    }
}

fn differing_parts(folded: &Results, recorded: &Results) -> Vec<&'static str> {
    [
        ("plan", folded.plan == recorded.plan),
        ("opened", folded.opened == recorded.opened),
        ("closed", folded.closed == recorded.closed),
        ("complete", folded.complete == recorded.complete),
        ("overall", folded.overall == recorded.overall),
        ("shortfalls", folded.shortfalls == recorded.shortfalls),
        ("counts", folded.counts == recorded.counts),
        ("cases", folded.cases == recorded.cases),
        ("requirements", folded.requirements == recorded.requirements),
        ("instrument", folded.instrument == recorded.instrument),
    ]
    .into_iter()
    .filter_map(|(part, same)| (!same).then_some(part))
    .collect()
}

#[cfg(test)]
mod tests;
