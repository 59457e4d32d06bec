//! A capacity statement in the report: a section of its own where there is one, and nothing where there is none.

use harness_evidence::{Capacity, Measured, Outcome, Results};
use harness_report::{Language, LintState, html, lints};

use crate::fixture::record;
use crate::hostile::{everything, is_clean};
use crate::statement::capacity;

fn results(capacity: Capacity) -> Results {
    let mut record = record("harmless");
    record.measured.capacity = Some(capacity);
    Results::fold(record)
}

fn page(results: &Results, language: Language) -> String {
    html(results, &|_| None, language).unwrap()
}

fn section(page: &str) -> &str {
    let (_, section) = page.split_once("<section id=\"capacity\"").unwrap();
    section.split_once("</section>").unwrap().0
}

#[test]
fn the_section_says_how_where_and_what_was_measured() {
    assert_eq!(capacity("harmless").contradiction(), None);
    let page = page(&results(capacity("harmless")), Language::En);
    let section = section(&page);
    for told in [
        "The load is open-loop",
        "The machine was shared",
        "Hardware: 2 cores, A processor harmless, 8,192 MiB of memory",
        "on the same machine, over the loopback interface",
        "11.08 / 0.07 / 1.00 before, not stated after",
        "2 s a step",
        "Knee at 2,000 messages a second",
        "later than after 100 ms",
        "<tr><th scope=\"row\">2,000</th><td>2,000</td><td>1.2</td><td>9.0</td><td>450.0</td><td>125</td><td>50.0</td>",
        "there is no knee",
        "<tr><th scope=\"row\">7</th><td>0</td><td>–</td><td>–</td><td>–</td><td>–</td><td>50.0</td>",
        "<h3>another: unknown not stated</h3>",
        "1,000 messages a second, half of the knee, for 20 s",
        "<tr><th scope=\"row\">10</th><td>1,000</td>",
    ] {
        assert!(section.contains(told), "{told}");
    }
    assert!(section.contains(&"ab".repeat(32)));
    assert!(page.contains("<a href=\"#capacity\">"));
}

#[test]
fn the_section_is_german_in_the_german_report() {
    let page = page(&results(capacity("harmless")), Language::De);
    let section = section(&page);
    for told in [
        "Die Last kommt in offener Schleife",
        "Die Maschine war geteilt",
        "Knie bei 2.000 Nachrichten je Sekunde",
        "Es gibt kein Knie",
        "<td>450,0</td>",
        "Dauerlast",
    ] {
        assert!(section.contains(told), "{told}");
    }
}

#[test]
fn the_line_ends_at_the_last_rate_and_the_knee_is_marked() {
    let page = page(&results(capacity("harmless")), Language::De);
    let section = section(&page);
    let (_, line) = section.split_once("class=\"step\" d=\"").unwrap();
    let (line, _) = line.split_once('"').unwrap();
    assert_eq!(line, "M64 178L174.0 128.0L284.0 78.0L394.0 53.0");
    let knee = "<line class=\"marked\" x1=\"284.0\" y1=\"78.0\" x2=\"284.0\" y2=\"178\"/>";
    assert!(section.contains(knee), "{section}");
    assert_eq!(section.matches("<circle").count(), 1, "one has no knee");
}

#[test]
fn a_ramp_that_ended_too_early_says_so() {
    let told = "the knee may lie higher";
    let mut capacity = capacity("harmless");
    assert!(!page(&results(capacity.clone()), Language::En).contains(told));
    capacity.relays[0].steps.truncate(2);
    assert!(page(&results(capacity), Language::En).contains(told));
}

#[test]
fn a_statement_changes_no_verdict_and_without_one_there_is_no_section() {
    let mut without = record("harmless");
    without.measured = Measured::default();
    let (with, without) = (results(capacity("harmless")), Results::fold(without));
    for language in [Language::De, Language::En] {
        assert!(!page(&without, language).contains("capacity\""));
    }
    let outcomes = |of: &Results| -> Vec<Outcome> {
        let cases = of.cases.iter();
        cases.map(|case| case.verdict.outcome).collect()
    };
    assert_eq!(outcomes(&with), outcomes(&without));
    assert_eq!(with.overall, without.overall);
    assert_eq!(with.shortfalls, without.shortfalls);
}

#[test]
fn what_a_statement_says_steers_nothing() {
    let tags = |page: &str| page.matches('<').count();
    let harmless = tags(&page(&results(capacity("harmless")), Language::De));
    // Every third one: the page as a whole meets all of them elsewhere.
    for said in everything().step_by(3) {
        let page = page(&results(capacity(&said)), Language::De);
        assert!(is_clean(&page), "{said:?}");
        assert_eq!(tags(&page), harmless, "{said:?}");
    }
}

#[test]
fn lint_18_is_clear_only_with_the_hardware() {
    let lint = |capacity: Capacity| {
        let mut lint = lints(&results(capacity)).into_iter();
        lint.find(|lint| lint.number == 18).unwrap().state
    };
    assert_eq!(lint(capacity("harmless")), LintState::Clear);
    let mut silent = capacity("harmless");
    silent.machine.model = None;
    let LintState::Broken(places) = lint(silent) else {
        panic!("lint 18 did not notice");
    };
    assert!(places[0].en.contains("hardware") && places[0].de != places[0].en);
}
