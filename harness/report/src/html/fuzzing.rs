//! What the fuzzers did: a row a target, and how its coverage grew.

use harness_evidence::{
    Campaign, CoveragePoint, Covered, Crash, FuzzTarget, FuzzVerdict, Fuzzed, Results,
};
use serde::Serialize;

use super::axis::Axis;
use super::mark::Mark;
use crate::words::{Words, fill};

/// A drawing's inner area, in its units, and the room for labels.
const WIDTH: f64 = 280.0;
const HEIGHT: f64 = 110.0;
const LEFT: f64 = 52.0;
const TOP: f64 = 12.0;

pub(super) struct Fuzzing<'a> {
    /// With what and how long.
    pub(super) built: String,
    pub(super) is_crashed: bool,
    pub(super) rows: Vec<Row<'a>>,
    pub(super) executions: String,
    pub(super) cpu: String,
    pub(super) crash_count: String,
    pub(super) crashes: &'a [Crash],
    pub(super) growths: Vec<Growth<'a>>,
}

/// A target.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    #[serde(flatten)]
    pub(super) mark: Mark,
    /// Why the fuzzer did not come to its end; empty if it did.
    pub(super) fault: &'a str,
    pub(super) executions: String,
    pub(super) cpu: String,
    pub(super) coverage: String,
    pub(super) corpus: String,
    pub(super) digest: &'a str,
    pub(super) sanitizer: &'a str,
    pub(super) crashes: String,
}

/// How the coverage of a target grew.
pub(super) struct Growth<'a> {
    pub(super) name: &'a str,
    /// Coverage at the end.
    pub(super) covered: String,
    pub(super) executions: String,
    /// The step line.
    pub(super) path: String,
    /// Where a power of ten stands.
    pub(super) grid: Vec<String>,
    /// The first and the last of them in digits.
    pub(super) first: String,
    pub(super) last: String,
    /// Where a crash was found.
    pub(super) crashes: Vec<(String, String)>,
}

impl<'a> Fuzzing<'a> {
    /// `None` without a campaign.
    pub(super) fn of(results: &'a Results, words: &'static Words) -> Option<Self> {
        let Fuzzed {
            campaign,
            coverage,
            crashes,
        } = results.measured.fuzz.as_ref()?;
        let rows = campaign.targets.iter();
        let growths = campaign.targets.iter().filter_map(|target| {
            let points = coverage.iter().filter(|one| one.target == target.name);
            let crashes = crashes.iter().filter(|one| one.repro.target == target.name);
            growth(
                target,
                &points.collect::<Vec<_>>(),
                &crashes.collect::<Vec<_>>(),
                words,
            )
        });
        Some(Self {
            built: built(campaign, words),
            is_crashed: campaign.sum.crashes > 0,
            rows: rows.map(|target| row(campaign, target, words)).collect(),
            executions: words.count(campaign.sum.executions),
            cpu: words.count(campaign.sum.cpu_ms / 1000),
            crash_count: words.count(campaign.sum.crashes),
            crashes,
            growths: growths.collect(),
        })
    }
}

fn built(campaign: &Campaign, words: &Words) -> String {
    let [unset, set] = words.fuzzing.cfg;
    let (build, limits) = (&campaign.build, &campaign.limits);
    fill(
        words.fuzzing.built,
        &[
            ("seconds", &words.count(campaign.seconds)),
            ("jobs", &words.count(campaign.jobs)),
            ("seed", &campaign.seed.to_string()),
            ("toolchain", &campaign.toolchain),
            ("profile", &build.profile),
            ("flags", &build.flags.join(" ")),
            ("cfg", if build.cfg_fuzzing { set } else { unset }),
            ("max_len", &words.count(limits.max_len)),
            ("rss", &words.count(limits.rss_mib)),
            ("timeout", &words.count(limits.timeout_s)),
            ("command", &campaign.command),
        ],
    )
}

fn row<'a>(campaign: &'a Campaign, target: &'a FuzzTarget, words: &'static Words) -> Row<'a> {
    let [clean, incomplete, crashed] = words.fuzzing.verdicts;
    let (class, symbol, word) = match target.verdict {
        FuzzVerdict::Clean => ("pass", "✓", clean),
        FuzzVerdict::Incomplete => ("open", "○", incomplete),
        FuzzVerdict::Crashed => ("fail", "✗", crashed),
    };
    let edges = |covered: &Covered| words.count(covered.edges);
    let corpus = &target.corpus_after;
    Row {
        name: &target.name,
        mark: Mark {
            symbol,
            word,
            class,
        },
        fault: &target.fault,
        executions: words.count(target.executions),
        cpu: words.count(target.cpu_ms / 1000),
        coverage: format!("{} → {}", edges(&target.start), edges(&target.end)),
        corpus: fill(
            words.fuzzing.inputs,
            &[
                ("before", &words.count(target.corpus_before.inputs)),
                ("after", &words.count(corpus.inputs)),
                ("bytes", &words.count(corpus.bytes)),
            ],
        ),
        digest: &corpus.sha256,
        sanitizer: &campaign.build.sanitizer,
        crashes: words.count(target.crashes.len()),
    }
}

/// `None` for a target of which nothing was seen.
fn growth<'a>(
    target: &'a FuzzTarget,
    points: &[&CoveragePoint],
    crashes: &[&Crash],
    words: &Words,
) -> Option<Growth<'a>> {
    let axis = Axis::over(points.first()?.executions, target.executions);
    let x_of = |executions: u64| format!("{:.1}", LEFT + axis.part(executions) * WIDTH);
    let y_of = |edges: u64| {
        let part = edges as f64 / target.end.edges.max(1) as f64;
        format!("{:.1}", TOP + HEIGHT - HEIGHT * part)
    };
    let mut path = format!("M{LEFT} {}", y_of(0));
    for point in points {
        path += &format!("H{}V{}", x_of(point.executions), y_of(point.edges));
    }
    path += &format!("H{}", x_of(target.executions));
    let decades = axis.decades();
    let end = |value: Option<&u64>| words.count(value.copied().unwrap_or_default());
    let found = |crash: &&Crash| {
        let executions = crash.repro.executions;
        let before = points.iter().rfind(|one| one.executions <= executions);
        let edges = before.map_or(0, |one| one.edges);
        (x_of(executions), y_of(edges))
    };
    Some(Growth {
        name: &target.name,
        covered: words.count(target.end.edges),
        executions: words.count(target.executions),
        path,
        grid: decades.iter().map(|value| x_of(*value)).collect(),
        first: end(decades.first()),
        last: end(decades.last()),
        crashes: crashes.iter().map(found).collect(),
    })
}
