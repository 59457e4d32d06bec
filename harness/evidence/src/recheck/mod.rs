//! Evidence checked again by a stranger: no target, no network, no trust in what it says of itself.

mod cases;
mod demands;
mod difference;
mod manifest;
mod parts;
mod signatures;

use serde::de::DeserializeOwned;

pub use demands::Demands;
pub use difference::Difference;

use crate::folder::{BROKEN_OFF, CLOSED, EVENTS, OPENED, PLAN, RESULTS};
use crate::logged::Logged;
use crate::{
    Bundle, Chain, Event, JUDGE_VERSION, Measured, Overall, Plan, ReadError, Results, RunRecord,
    read_chain, sha256_hex,
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
    let (mut logged, faults) = Logged::read(&chain.events);
    check.differences.extend(faults);
    for case in &logged.cases {
        check.judge_again(bundle, &plan, case, &files.withheld);
    }
    check.completeness(&plan, &logged.cases);
    let whole = check.parts(bundle, &plan, &chain, &mut logged);
    if let Some(results) = check.parsed::<Results>(RESULTS, results) {
        let measured = check.measured(bundle, &files.all);
        check.fold_again(plan, logged, measured, &results);
        check.signatures(bundle, &chain, &results, &files, demands);
        if let Some(whole) = whole {
            check.results_of_parts(&whole, &results);
        }
        check.meets(demands, &results, &chain.events);
        check.results = Some(results);
    }
    check
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

    /// Whether the evidence is what it says, and lacks only what the reader demands of it.
    #[must_use]
    pub fn is_only_undemanded(&self) -> bool {
        !self.is_authentic() && self.differences.iter().all(Difference::is_demand)
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

    /// What was measured beside the checks, read as strictly as when it was taken.
    fn measured(&mut self, bundle: &Bundle, files: &[String]) -> Measured {
        let (measured, faults) = Measured::of_record(bundle, files);
        self.differences.extend(faults.into_iter().map(Into::into));
        measured
    }

    fn fold_again(&mut self, plan: Plan, logged: Logged, measured: Measured, recorded: &Results) {
        if recorded.tool.judge != JUDGE_VERSION {
            self.differences.push(Difference::OtherJudge {
                got: recorded.tool.judge,
                here: JUDGE_VERSION,
            });
        }
        let folded = Results::fold(RunRecord {
            plan,
            cases: logged.cases,
            asked: logged.asked,
            tool: recorded.tool.clone(),
            opened: logged.opened,
            closed: recorded.closed.clone().filter(|_| logged.ended),
            requirements: recorded.rows(),
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
