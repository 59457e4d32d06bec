//! A run in parts, and what they come to together.

use crate::bench::{Bench, CHECK};

/// Parts of one run, with one seed and with one check only.
fn part<'a>(shard: &'a str, seed: &'a str) -> [&'a str; 7] {
    ["run", "--check", CHECK, "--seed", seed, "--shard", shard]
}

#[test]
fn two_parts_come_to_one_record_that_verifies() {
    let bench = Bench::new();
    for shard in ["1/2", "2/2"] {
        // No part alone reads as passed.
        assert_eq!(bench.run(&part(shard, "5")).code, Some(2));
    }
    let parts = bench.runs();
    let arguments: Vec<_> = std::iter::once("merge")
        .chain(parts.iter().filter_map(|run| run.to_str()))
        .collect();
    // The other checks were deselected.
    let merged = bench.run(&arguments);
    assert_eq!(merged.code, Some(2), "{merged:?}");
    assert_eq!(bench.outcome(CHECK).0, "pass");
    let plan = &bench.results()["plan"];
    assert_eq!(plan["merged"].as_array().map(Vec::len), Some(2));
    assert!(bench.path("reports/latest/report.en.html").exists());
    let verified = bench.run(&["verify", "--rerender"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let bench = Bench::new();
    bench.run(&part("1/2", "5"));
    let first = bench.runs().remove(0);
    bench
        .run(&["merge", first.to_str().unwrap()])
        .is_refused(64, &["part 2/2 is missing", "--shard"]);
    bench
        .run(&["merge", "reports/nothing"])
        .is_refused(64, &["reports/nothing"]);
    let unseeded = bench.run(&["run", "--shard", "1/2"]);
    assert_eq!(unseeded.code, Some(64), "{unseeded:?}");
    assert_eq!(bench.run(&part("3/2", "5")).code, Some(64));
    assert_eq!(bench.runs().len(), 1);
}
