//! JUnit XML has as many test cases of each kind as the results count: what did not run is an error, never skipped.

use harness_evidence::Results;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};

use crate::fixture::results;

/// Of JUnit XML: a test case for every check, and as many of each kind as the results count; what did not run is an error.
pub(super) fn broken(xml: &str, results: &Results) -> Vec<String> {
    let Ok(report) = Report::deserialize_from_str(xml) else {
        return vec!["not JUnit XML".to_owned()];
    };
    let Some(suite) = report.test_suites.first() else {
        return vec!["no suite".to_owned()];
    };
    let [mut fine, mut failed, mut open, mut skipped] = [0; 4];
    for case in &suite.test_cases {
        match &case.status {
            TestCaseStatus::Success { .. } => fine += 1,
            TestCaseStatus::Skipped { .. } => skipped += 1,
            TestCaseStatus::NonSuccess {
                kind: NonSuccessKind::Failure,
                ..
            } => failed += 1,
            TestCaseStatus::NonSuccess {
                kind: NonSuccessKind::Error,
                ..
            } => open += 1,
        }
    }
    let counts = &results.counts;
    let expected_open = counts.inconclusive + counts.error + counts.not_run;
    [
        ("passed", fine, counts.pass),
        ("failed", failed, counts.fail),
        ("errors", open, expected_open),
        ("skipped", skipped, counts.not_applicable),
    ]
    .into_iter()
    .filter(|(_, found, expected)| found != expected)
    .map(|(name, found, expected)| format!("{name}: {found}, not {expected}"))
    .collect()
}

/// Changes the cases of the first suite and sees the invariant tell it.
#[track_caller]
fn breaks(told: &str, defect: impl FnOnce(&mut Vec<TestCase>)) {
    let results = results("harmless");
    let xml = crate::junit(&results).unwrap();
    assert_eq!(broken(&xml, &results), Vec::<String>::new());
    let mut report = Report::deserialize_from_str(&xml).unwrap();
    defect(&mut report.test_suites[0].test_cases);
    let broken = broken(&report.to_string().unwrap(), &results);
    assert!(broken.iter().any(|line| line.contains(told)), "{broken:?}");
}

#[test]
fn every_seeded_defect_is_found() {
    let is = |kind: NonSuccessKind| move |case: &TestCase| matches!(&case.status, TestCaseStatus::NonSuccess { kind: found, .. } if *found == kind);
    breaks("errors", |cases| {
        let case = cases
            .iter_mut()
            .find(|case| is(NonSuccessKind::Error)(case));
        case.unwrap().status = TestCaseStatus::skipped();
    });
    breaks("failed", |cases| {
        let case = cases
            .iter_mut()
            .find(|case| is(NonSuccessKind::Failure)(case));
        case.unwrap().status = TestCaseStatus::success();
    });
    breaks("passed", Vec::clear);
    breaks("skipped", |cases| {
        cases.push(TestCase::new("forged", TestCaseStatus::skipped()));
    });
    assert_eq!(
        broken("<testsuites", &results("harmless")),
        ["not JUnit XML"]
    );
}
