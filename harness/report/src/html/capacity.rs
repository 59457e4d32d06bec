//! How many messages a second a relay took: its steps, the knee, and a longer time at half of it.

use harness_evidence::{
    Artefact, Capacity as Statement, LATE_US, LoadAverage, LoadStep, Placement, RelayCapacity,
    Results, Soak,
};

use super::mark::Mark;
use crate::words::{Words, fill};

/// A drawing's inner area, in its units, and the room for labels.
const WIDTH: f64 = 330.0;
const HEIGHT: f64 = 150.0;
const LEFT: f64 = 64.0;
const TOP: f64 = 28.0;

pub(super) struct Capacity<'a> {
    /// On what machine, how and when.
    pub(super) stated: String,
    pub(super) relays: Vec<Relay<'a>>,
}

/// A relay.
pub(super) struct Relay<'a> {
    pub(super) name: &'a str,
    /// Its product and version, as it says.
    pub(super) product: String,
    pub(super) artefacts: &'a [Artefact],
    pub(super) rows: Vec<Row>,
    /// Where the knee lies, or that there is none.
    pub(super) knee: String,
    pub(super) is_open: bool,
    pub(super) drawing: Drawing,
    pub(super) soak: Option<Soaked>,
}

/// A rate.
pub(super) struct Row {
    /// Its place in the soak.
    pub(super) part: String,
    pub(super) offered: String,
    pub(super) achieved: String,
    pub(super) p50: String,
    pub(super) p99: String,
    pub(super) most: String,
    pub(super) cpu: String,
    pub(super) memory: String,
    pub(super) mark: Mark,
}

/// A longer time at one rate.
pub(super) struct Soaked {
    pub(super) note: String,
    pub(super) rows: Vec<Row>,
}

/// The achieved rate over the offered one; both axes have the same end.
pub(super) struct Drawing {
    pub(super) most: String,
    pub(super) path: String,
    pub(super) knee: Option<(String, String)>,
}

impl<'a> Capacity<'a> {
    /// `None` without a capacity statement.
    pub(super) fn of(results: &'a Results, words: &'static Words) -> Option<Self> {
        let statement = results.measured.capacity.as_ref()?;
        let relays = statement.relays.iter();
        Some(Self {
            stated: stated(statement, words),
            relays: relays.map(|one| relay(one, words)).collect(),
        })
    }
}

fn stated(statement: &Statement, words: &Words) -> String {
    let machine = &statement.machine;
    let unknown = || words.labels.unknown.to_owned();
    let count = |number: Option<u64>| number.map_or_else(unknown, |number| words.count(number));
    let average = |average: Option<LoadAverage>| {
        average.map_or_else(unknown, |average| {
            let numbers = [
                average.one_minute,
                average.five_minutes,
                average.fifteen_minutes,
            ];
            numbers.map(|one| words.fraction(one, 2)).join(" / ")
        })
    };
    let Placement::SameMachine = statement.placement;
    fill(
        words.capacity.stated,
        &[
            ("cores", &count(machine.cores)),
            ("model", &machine.model.clone().unwrap_or_else(unknown)),
            ("memory", &count(machine.memory.map(|bytes| bytes >> 20))),
            ("placement", words.capacity.same_machine),
            ("before", &average(statement.load_before)),
            ("after", &average(statement.load_after)),
            ("seconds", &words.count(statement.seconds)),
            ("opened", &words.moment(&statement.opened)),
            ("closed", &words.moment(&statement.closed)),
            ("tool", &statement.tool),
            ("command", &statement.command),
        ],
    )
}

fn relay<'a>(one: &'a RelayCapacity, words: &'static Words) -> Relay<'a> {
    let version = one.version.as_deref().unwrap_or(words.labels.unknown);
    let knee = one.knee_per_second.map(|knee| {
        let late = words.count(LATE_US / 1000);
        let values = [("knee", &*words.count(knee)), ("late", &late)];
        fill(words.capacity.knee, &values)
    });
    Relay {
        name: &one.name,
        product: format!("{} {version}", one.product),
        artefacts: &one.artefacts,
        rows: rows(&one.steps, words),
        knee: knee.unwrap_or_else(|| words.capacity.no_knee.to_owned()),
        is_open: one.steps.last().is_some_and(|last| last.kept_up),
        drawing: drawing(one, words),
        soak: one.soak.as_ref().map(|soak| soaked(soak, words)),
    }
}

fn soaked(soak: &Soak, words: &'static Words) -> Soaked {
    let rate = soak.parts.first().map_or(0, |part| part.offered_per_second);
    let values = [
        ("rate", &*words.count(rate)),
        ("seconds", &words.count(soak.seconds)),
    ];
    Soaked {
        note: fill(words.capacity.soak_note, &values),
        rows: rows(&soak.parts, words),
    }
}

fn rows(steps: &[LoadStep], words: &'static Words) -> Vec<Row> {
    let none = || "–".to_owned();
    let ms = |micros: u64| words.fraction(micros / 100, 1);
    let row = |(n, step): (usize, &LoadStep)| {
        let latency = step.latency.as_ref();
        let (class, symbol, word) = if step.kept_up {
            ("pass", "✓", words.capacity.yes)
        } else {
            ("open", "○", words.capacity.no)
        };
        Row {
            part: words.count(n + 1),
            offered: words.count(step.offered_per_second),
            achieved: words.count(step.achieved_per_second),
            p50: latency.map_or_else(none, |latency| ms(latency.p50_us)),
            p99: latency.map_or_else(none, |latency| ms(latency.p99_us)),
            most: latency.map_or_else(none, |latency| ms(latency.max_us)),
            cpu: step
                .cpu_us_per_message
                .map_or_else(none, |cpu| words.count(cpu)),
            memory: words.fraction(step.memory.saturating_mul(10) >> 20, 1),
            mark: Mark {
                symbol,
                word,
                class,
            },
        }
    };
    steps.iter().enumerate().map(row).collect()
}

fn drawing(one: &RelayCapacity, words: &Words) -> Drawing {
    let rates = one.steps.iter();
    let rates = rates.map(|step| (step.offered_per_second, step.achieved_per_second));
    let most = rates.clone().map(|(x, y)| x.max(y)).max().unwrap_or(1);
    let part = |rate: u64| rate as f64 / most.max(1) as f64;
    let place = |(offered, achieved): (u64, u64)| {
        let x = LEFT + WIDTH * part(offered);
        let y = TOP + HEIGHT - HEIGHT * part(achieved);
        (format!("{x:.1}"), format!("{y:.1}"))
    };
    let mut path = format!("M{LEFT} {}", TOP + HEIGHT);
    for (x, y) in rates.clone().map(place) {
        path += &format!("L{x} {y}");
    }
    let mut rates = rates;
    let knee = rates.find(|(offered, _)| Some(*offered) == one.knee_per_second);
    Drawing {
        most: words.count(most),
        path,
        knee: knee.map(place),
    }
}
