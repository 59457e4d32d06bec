//! Evidence checked again by a stranger: no target, no network, no trust in what it says of itself.

mod cases;
mod demands;
mod difference;
mod manifest;
mod signatures;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, de::DeserializeOwned};

pub use demands::Demands;
pub use difference::Difference;

use crate::folder::{BROKEN_OFF, CASE_ASKED, CASE_CLOSED, CLOSED, EVENTS, OPENED, PLAN, RESULTS};
use crate::{
    Bundle, CaseRecord, Chain, Event, JUDGE_VERSION, Measured, Overall, Plan, ReadError,
    Requirement, Results, RunRecord, read_chain, sha256_hex,
};

/// What came of checking evidence again.
#[derive(Debug)]
pub struct Recheck {
    /// The run's id; empty if the plan could not be read.
    pub run: String,
    /// How many transcripts were judged again.
    pub judged: usize,
    /// How many transcripts this edition leaves out, so that their verdicts stand unjudged.
    pub withheld: usize,
    /// The ids of the keys that signed the run's statement.
    pub signed_by: Vec<String>,
    /// The results, if they could be read.
    pub results: Option<Results>,
    /// The overall verdict that follows from the folder; `None` if plan or results could not be read.
    pub overall: Option<Overall>,
    /// Everything that is not as the folder says; empty for an authentic and complete run.
    pub differences: Vec<Difference>,
}

/// Verifies manifests, chain, completeness and signatures, judges every transcript again, folds the results again, and compares with what
/// the reader demands.
#[must_use]
pub fn recheck(bundle: &Bundle, demands: &Demands) -> Recheck {
    let mut files = manifest::check(bundle);
    let mut check = Recheck {
        run: String::new(),
        judged: 0,
        withheld: files.withheld.len(),
        signed_by: Vec::new(),
        results: None,
        overall: None,
        differences: std::mem::take(&mut files.differences),
    };
    let chain = check.chain(bundle);
    let (plan, results) = (bundle.read(PLAN), bundle.read(RESULTS));
    let digests = [&plan, &results].map(|read| read.as_ref().ok().map(|bytes| sha256_hex(bytes)));
    let Some(plan) = check.parsed::<Plan>(PLAN, plan) else {
        return check;
    };
    check.run.clone_from(&plan.run);
    check.ends(&digests, &chain.events);
    let cases = check.cases(&chain.events);
    for case in &cases {
        check.judge_again(bundle, &plan, case, &files.withheld);
    }
    check.completeness(&plan, &cases);
    if let Some(results) = check.parsed::<Results>(RESULTS, results) {
        let measured = check.measured(bundle, &files.all);
        check.fold_again(plan, cases, &chain.events, (&results, measured));
        check.signatures(bundle, &chain, &results, &files, demands);
        check.meets(demands, &results, &chain.events);
        check.results = Some(results);
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
    /// Whether the evidence is what it says, complete, and what was demanded. Says nothing about the verdict in it.
    #[must_use]
    pub fn is_authentic(&self) -> bool {
        self.differences.is_empty()
    }

    /// Whether the evidence is what it says, but of a run that was broken off, so that cases are missing.
    #[must_use]
    pub fn is_broken_off(&self) -> bool {
        let broken_off = |difference| matches!(difference, &Difference::BrokenOff);
        self.differences.iter().any(broken_off) && self.differences.iter().all(Difference::is_gap)
    }

    fn chain(&mut self, bundle: &Bundle) -> Chain {
        match bundle.read(EVENTS) {
            Ok(log) => read_chain(log.as_slice()).unwrap_or_else(|error| {
                self.differences.push(Difference::ChainBroken(error));
                Chain::default()
            }),
            Err(error) => {
                self.differences.push(Difference::not_read(EVENTS, &error));
                Chain::default()
            }
        }
    }

    /// The first event must name the plan, the last one the results, by the digests of what was read.
    fn ends(&mut self, [plan, results]: &[Option<String>; 2], events: &[Event]) {
        let broken_off = events.last().is_some_and(|event| event.kind == BROKEN_OFF);
        if broken_off {
            self.differences.push(Difference::BrokenOff);
        }
        let last = if broken_off { BROKEN_OFF } else { CLOSED };
        let ends = [
            (events.first(), OPENED, "plan", PLAN, plan),
            (events.last(), last, "results", RESULTS, results),
        ];
        for (event, kind, field, file, digest) in ends {
            match event {
                Some(event) if event.kind == kind => {
                    let named = event.body.get(field).and_then(|digest| digest.as_str());
                    if digest.is_some() && named != digest.as_deref() {
                        self.differences.push(Difference::OtherThanLogged {
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

    /// What was measured beside the checks, read as strictly as when it was taken.
    fn measured(&mut self, bundle: &Bundle, files: &[String]) -> Measured {
        let (measured, faults) = Measured::of_record(bundle, files);
        self.differences.extend(faults.into_iter().map(Into::into));
        measured
    }

    fn fold_again(
        &mut self,
        plan: Plan,
        cases: Vec<CaseRecord>,
        events: &[Event],
        (recorded, measured): (&Results, Measured),
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
            measured,
            command: recorded.command.clone(),
        });
        self.overall = Some(folded.overall);
        for part in differing_parts(&folded, recorded) {
            self.differences.push(Difference::ResultsDiffer {
                part: part.to_owned(),
            });
        }
    }

    /// What was read of a file, understood.
    fn parsed<T: DeserializeOwned>(
        &mut self,
        file: &str,
        read: Result<Vec<u8>, ReadError>,
    ) -> Option<T> {
        let read = read.map_err(|error| Difference::not_read(file, &error));
        let parsed = read.and_then(|bytes| {
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
        ("measured", folded.measured == recorded.measured),
    ]
    .into_iter()
    .filter_map(|(part, same)| (!same).then_some(part))
    .collect()
}

#[cfg(test)]
mod tests;
