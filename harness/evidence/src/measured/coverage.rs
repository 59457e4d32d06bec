//! `coverage.jsonl`: how the coverage of each target grew, a point a line.

use serde::{Deserialize, Serialize};

use super::campaign::Campaign;

/// The most points in a file.
const POINTS_LIMIT: usize = 20_000;

/// The most points of a target that results keep; a line is not seen more finely.
const SHOWN_LIMIT: usize = 64;

/// What was covered after so many executions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoveragePoint {
    /// The target's name.
    pub target: String,
    /// Executions so far.
    pub executions: u64,
    /// Edges.
    pub edges: u64,
    /// Features.
    pub features: u64,
    /// Seconds since its fuzzer was started.
    pub second: u64,
}

/// Reads the points of a campaign; of each target they only grow, and end where the campaign says.
pub(super) fn parse(text: &[u8], campaign: &Campaign) -> Result<Vec<CoveragePoint>, String> {
    let text = std::str::from_utf8(text).map_err(|error| error.to_string())?;
    if text.lines().count() > POINTS_LIMIT {
        return Err(format!("more than {POINTS_LIMIT} points"));
    }
    let mut points: Vec<CoveragePoint> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let fail = |reason: &str| format!("line {}: {reason}", n + 1);
        let point: CoveragePoint =
            serde_json::from_str(line).map_err(|error| fail(&error.to_string()))?;
        let before = points.iter().rfind(|one| one.target == point.target);
        if before.is_some_and(|before| !grows(before, &point)) {
            return Err(fail("less than before"));
        }
        let Some(target) = campaign.target(&point.target) else {
            return Err(fail("no target of the campaign"));
        };
        if point.executions > target.executions || point.edges > target.end.edges {
            return Err(fail("more than the campaign says"));
        }
        points.push(point);
    }
    Ok(points)
}

fn grows(before: &CoveragePoint, after: &CoveragePoint) -> bool {
    before.executions <= after.executions
        && before.edges <= after.edges
        && before.features <= after.features
        && before.second <= after.second
}

/// At most so many points of each target that a line can be drawn: first and last, and evenly between.
pub(super) fn thinned(points: &[CoveragePoint], campaign: &Campaign) -> Vec<CoveragePoint> {
    let of_target = |name: &str| -> Vec<_> {
        let own = points.iter().filter(|one| one.target == name);
        own.collect()
    };
    let targets = campaign.targets.iter().map(|one| of_target(&one.name));
    targets
        .flat_map(|own| {
            let last = own.len().saturating_sub(1);
            let step = last.div_ceil(SHOWN_LIMIT - 1).max(1);
            let kept = own.into_iter().enumerate();
            kept.filter(move |(n, _)| n % step == 0 || *n == last)
                .map(|(_, point)| point.clone())
        })
        .collect()
}
