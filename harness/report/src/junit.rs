//! JUnit XML for CI dashboards.
//!
//! What is not a pass is never `skipped`, which dashboards show as fine; only what does not apply is.

use std::time::Duration;

use harness_evidence::{CaseResult, FlawResult, Outcome, Results, Severity, Shortfall, visible};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::facts::Facts;
use crate::{Language, ReportError};

/// The results as JUnit XML: one suite for the checks on the target, one for the weak twins, one for the run itself.
///
/// # Errors
/// [`ReportError::Junit`].
pub fn junit(results: &Results) -> Result<String, ReportError> {
    let facts = Facts::new(results, Language::En.words());
    let mut report = Report::new(visible(&results.plan.target.name));
    report.add_test_suite(checks(&facts));
    report.add_test_suite(twins(results));
    report.add_test_suite(run(&facts));
    report.to_string().map_err(ReportError::Junit)
}

fn checks(facts: &Facts<'_>) -> TestSuite {
    let plan = &facts.results.plan;
    let mut suite = TestSuite::new("checks");
    for (name, value) in [
        ("note", facts.words.page.not_a_certificate),
        ("run", &plan.run),
        ("seed", &plan.seed.to_string()),
        ("target.name", &plan.target.name),
        ("target.relay", &plan.target.relay),
        ("target.client", &plan.target.client),
        ("target.binding", &plan.target.binding),
        ("target.manifest.sha256", &plan.target.manifest),
        ("tool.version", &facts.results.tool.version),
    ] {
        suite.add_property(Property::new(name, visible(value)));
    }
    for case in &facts.results.cases {
        let mut test = TestCase::new(visible(&case.check), status(facts, case));
        test.set_classname("checks");
        test.set_time(Duration::from_millis(case.milliseconds));
        suite.add_test_case(test);
    }
    suite
}

fn status(facts: &Facts<'_>, case: &CaseResult) -> TestCaseStatus {
    let verdict = &case.verdict;
    let check = facts.check(&case.check);
    let (mut status, kind) = match verdict.outcome {
        Outcome::Pass => return TestCaseStatus::success(),
        Outcome::Fail => {
            let severity = check.map_or(Severity::Must, |check| check.severity);
            let kind = match (&case.deviation, severity) {
                (Some(_), _) => "declared-deviation",
                (None, Severity::Must) => "must",
                (None, Severity::Should) => "should",
                (None, Severity::May) => "may",
            };
            (TestCaseStatus::non_success(NonSuccessKind::Failure), kind)
        }
        Outcome::Inconclusive => (error(), "inconclusive"),
        Outcome::Error => (error(), "harness"),
        Outcome::NotRun => (error(), "not-run"),
        Outcome::NotApplicable => (TestCaseStatus::skipped(), "not-applicable"),
    };
    let replay = match verdict.outcome {
        Outcome::NotApplicable => String::new(),
        _ => facts.replay(&case.check),
    };
    let deviation = case.deviation.as_deref().unwrap_or_default();
    let lines = [
        check.map_or("", |check| &check.purpose),
        &verdict.detail,
        deviation,
        &replay,
    ];
    let lines: Vec<_> = lines
        .into_iter()
        .filter(|line| !line.is_empty())
        .map(visible)
        .collect();
    status
        .set_type(kind)
        .set_message(visible(&verdict.reason))
        .set_description(lines.join("\n"));
    status
}

fn twins(results: &Results) -> TestSuite {
    let mut suite = TestSuite::new("weak twins");
    for flaw in results.instrument.twins() {
        let name = format!("{} / {}", visible(&flaw.check), visible(&flaw.flaw));
        let mut test = TestCase::new(name, twin_status(flaw));
        test.set_classname("twins");
        suite.add_test_case(test);
    }
    suite
}

fn twin_status(flaw: &FlawResult) -> TestCaseStatus {
    if flaw.caught {
        return TestCaseStatus::success();
    }
    let mut status = error();
    status.set_type("twin-missed").set_message(format!(
        "expected a failure for {}, got {:?} {}",
        visible(&flaw.expected),
        flaw.outcome,
        visible(&flaw.reason)
    ));
    status
}

/// What keeps the run from reading as passed and belongs to no single case above.
fn run(facts: &Facts<'_>) -> TestSuite {
    let mut suite = TestSuite::new("run");
    let shown_above = |shortfall: &Shortfall| match shortfall {
        Shortfall::Failed { .. }
        | Shortfall::Declared { .. }
        | Shortfall::NotDecided { .. }
        | Shortfall::TwinMissed { .. } => true,
        Shortfall::BrokenOff {}
        | Shortfall::NothingRan {}
        | Shortfall::CasesDiffer { .. }
        | Shortfall::NoTwin { .. }
        | Shortfall::VariantMisjudged { .. }
        | Shortfall::IcsContradicted { .. }
        | Shortfall::DeviationStale { .. }
        | Shortfall::DeviationExpired { .. }
        | Shortfall::FuzzCrashed { .. }
        | Shortfall::FuzzFaulted { .. } => false,
    };
    let mut complete = TestCase::new("complete", TestCaseStatus::success());
    if !facts.results.complete {
        complete.status = error();
        complete
            .status
            .set_type("incomplete")
            .set_message(facts.completeness());
    }
    suite.add_test_case(complete);
    for shortfall in &facts.results.shortfalls {
        if !shown_above(shortfall) {
            let mut status = error();
            let text = visible(&facts.words.shortfall(shortfall));
            status.set_type("shortfall").set_message(text.as_str());
            suite.add_test_case(TestCase::new(text, status));
        }
    }
    suite
}

fn error() -> TestCaseStatus {
    TestCaseStatus::non_success(NonSuccessKind::Error)
}
