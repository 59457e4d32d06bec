//! How long the checks took, as an empirical distribution: no mean alone, tails with their uncertainty.

use harness_evidence::Results;
use serde::Serialize;

use super::axis::Axis;
use super::resample::{self, RESAMPLES};
use crate::words::{Words, fill};

/// The drawing's inner area, in its units.
const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 220.0;
/// Room for the labels of the axes.
const LEFT: f64 = 56.0;
const TOP: f64 = 26.0;

/// The marked parts of the distribution, per mille.
const MARKED: [usize; 3] = [500, 950, 990];

pub(super) struct Latency {
    pub(super) note: String,
    /// The step line.
    pub(super) path: String,
    pub(super) ticks: Vec<Tick>,
    pub(super) shares: Vec<Share>,
    pub(super) marks: Vec<Marked>,
}

/// A labelled line across the time axis.
pub(super) struct Tick {
    pub(super) x: String,
    pub(super) label: String,
}

/// A labelled line across the axis of shares.
pub(super) struct Share {
    pub(super) y: String,
    pub(super) label: &'static str,
}

/// A marked point of the distribution.
#[derive(Serialize)]
pub(super) struct Marked {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) name: String,
    pub(super) value: String,
    /// From and to, with 95 % confidence; empty for the maximum, of which a sample tells nothing.
    pub(super) interval: String,
}

impl Latency {
    /// Of the cases that were carried out; `None` without any.
    pub(super) fn of(results: &Results, words: &'static Words) -> Option<Self> {
        let cases = results.cases.iter().filter(|case| !case.sha256.is_empty());
        let mut samples: Vec<_> = cases.map(|case| case.milliseconds).collect();
        samples.sort_unstable();
        let (least, most) = (*samples.first()?, *samples.last()?);
        let axis = Axis::over(least, most);
        let note = [
            ("count", words.count(samples.len())),
            ("resamples", words.count(RESAMPLES)),
        ];
        let note = note.each_ref().map(|(name, value)| (*name, value.as_str()));
        Some(Self {
            note: fill(words.latency.note, &note),
            path: path(&samples, &axis),
            ticks: ticks(&axis, words),
            shares: ["0", "25", "50", "75", "100"]
                .into_iter()
                .zip([0, 250, 500, 750, 1000])
                .map(|(label, part)| Share {
                    y: y_of(part, 1000),
                    label,
                })
                .collect(),
            marks: marks(&samples, &axis, results.plan.seed, words),
        })
    }
}

/// Where a duration stands; what takes less than a millisecond stands at the left end.
fn x_of(axis: &Axis, milliseconds: u64) -> String {
    format!("{:.1}", LEFT + axis.part(milliseconds) * WIDTH)
}

fn ticks(axis: &Axis, words: &Words) -> Vec<Tick> {
    let values = axis.values().into_iter();
    let ticks = values.map(|value| Tick {
        x: x_of(axis, value),
        label: words.count(value),
    });
    ticks.collect()
}

fn y_of(part: usize, whole: usize) -> String {
    format!("{:.1}", TOP + HEIGHT - HEIGHT * part as f64 / whole as f64)
}

/// One step for each different duration.
fn path(samples: &[u64], axis: &Axis) -> String {
    let mut path = format!("M{LEFT} {}", y_of(0, 1));
    for (position, pair) in samples
        .iter()
        .zip(samples.iter().skip(1).map(Some).chain([None]))
        .enumerate()
    {
        let (value, next) = pair;
        if next != Some(value) {
            path += &format!(
                "H{}V{}",
                x_of(axis, *value),
                y_of(position + 1, samples.len())
            );
        }
    }
    path + &format!("H{}", LEFT + WIDTH)
}

fn marks(samples: &[u64], axis: &Axis, seed: u64, words: &'static Words) -> Vec<Marked> {
    let unit = words.labels.milliseconds;
    let intervals = resample::intervals(samples, &MARKED, seed);
    let mut marks: Vec<_> = MARKED
        .into_iter()
        .zip(intervals)
        .map(|(permille, (low, high))| {
            let value = resample::quantile(samples, permille);
            Marked {
                x: x_of(axis, value),
                y: y_of(permille, 1000),
                name: format!("p{}", permille / 10),
                value: format!("{} {unit}", words.count(value)),
                interval: format!("{}–{} {unit}", words.count(low), words.count(high)),
            }
        })
        .collect();
    let most = resample::quantile(samples, 1000);
    marks.push(Marked {
        x: x_of(axis, most),
        y: y_of(1, 1),
        name: words.latency.most.to_owned(),
        value: format!("{} {unit}", words.count(most)),
        interval: String::new(),
    });
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_has_a_step_for_each_different_duration_and_ends_at_the_top() {
        let samples = [10, 10, 100, 1000];
        let path = path(&samples, &Axis::over(10, 1000));
        assert_eq!(path, "M56 246.0H56.0V136.0H376.0V81.0H696.0V26.0H696");
    }
}
