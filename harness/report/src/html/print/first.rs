//! What the first page says.

use serde::Serialize;

use super::requirement::Shares;
use crate::html::list::List;
use crate::html::page::Page;

#[derive(Serialize)]
pub(super) struct First<'a> {
    verdict: Verdict,
    levels: Vec<Shares<'a>>,
    completeness: String,
    is_complete: bool,
    period: String,
    worst: Vec<Worst<'a>>,
    more_failures: Option<String>,
    not_tested: List,
    quality: String,
    missed: List,
    reasons: List,
}

#[derive(Serialize)]
struct Verdict {
    class: &'static str,
    symbol: &'static str,
    heading: &'static str,
    sentence: String,
}

/// A finding, in the order of the failures.
#[derive(Serialize)]
struct Worst<'a> {
    check: &'a str,
    purpose: &'a str,
    is_declared: bool,
}

impl<'a> First<'a> {
    pub(super) fn of(page: &'a Page<'a>) -> Self {
        let worst = page.worst().iter().map(|failure| Worst {
            check: &failure.case.check,
            purpose: page.purpose(&failure.case.check),
            is_declared: failure.case.deviation.is_some(),
        });
        Self {
            verdict: Verdict {
                class: page.overall_class(),
                symbol: page.facts.symbol(),
                heading: page.facts.heading(),
                sentence: page.facts.sentence(),
            },
            levels: page
                .levels
                .iter()
                .map(|bar| Shares::of(page, bar))
                .collect(),
            completeness: page.facts.completeness(),
            is_complete: page.r.complete,
            period: page.facts.period(),
            worst: worst.collect(),
            more_failures: page.more_failures(),
            not_tested: page.not_tested(),
            quality: page.facts.quality(),
            missed: page.missed(),
            reasons: page.reasons(),
        }
    }
}
