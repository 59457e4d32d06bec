//! A campaign of the fuzzers in the report: a section of its own where there is one, and nothing where there is none.

use harness_evidence::{Campaign, Measured, Outcome, Overall, Results};
use harness_report::{Language, LintState, html, lints, print};

use crate::campaign::fuzzed;
use crate::fixture::{passed, record};
use crate::hostile::{everything, is_clean};

type Edit = fn(&mut Campaign);

fn results(measured: Measured) -> Results {
    let mut record = record("harmless");
    record.measured = measured;
    Results::fold(record)
}

fn page(results: &Results, language: Language) -> String {
    html(results, &|_| None, language).unwrap()
}

fn lint_17(results: &Results) -> LintState {
    let lint = lints(results).into_iter().find(|lint| lint.number == 17);
    lint.unwrap().state
}

#[test]
fn the_section_has_every_target_its_figures_and_its_crashes() {
    let page = page(&results(fuzzed("harmless")), Language::En);
    let (_, section) = page.split_once("<section id=\"fuzzing\"").unwrap();
    let (section, _) = section.split_once("</section>").unwrap();
    for told in [
        "<code>bundle</code></th><td><span class=\"mark pass\"><span aria-hidden=\"true\">✓</span> clean",
        "<code>relay_request</code></th><td><span class=\"mark open\"",
        "<code>wire</code></th><td><span class=\"mark fail\"",
        "<td>1,200,000</td><td>19</td><td>400 → 1,000</td>",
        "12 → 12 inputs, 4,000 bytes",
        "<td>1,250,400</td><td>57</td>",
        "cfg(fuzzing) is not set",
        "does not read as passed",
        "src/wire.rs:7: not held harmless",
    ] {
        assert!(section.contains(told), "{told}");
    }
    assert!(section.contains(&"c0".repeat(32)) && section.contains(&"5d".repeat(32)));
    assert_eq!(section.matches("<circle").count(), 1, "one crash is marked");
    assert_eq!(
        section.matches("<svg").count(),
        2,
        "nothing was seen of the third"
    );
    assert!(page.contains("<a href=\"#fuzzing\">"));
}

#[test]
fn the_line_of_a_target_rises_in_steps_to_what_was_covered() {
    let page = page(&results(fuzzed("harmless")), Language::De);
    let (_, line) = page.split_once("wire</code></figcaption>").unwrap();
    let (_, line) = line.split_once("class=\"step\" d=\"").unwrap();
    let (line, _) = line.split_once('"').unwrap();
    assert_eq!(line, "M52 122.0H71.1V78.0H245.8V12.0H295.2");
}

#[test]
fn without_a_campaign_there_is_no_section() {
    for language in [Language::De, Language::En] {
        let page = page(&results(Measured::default()), language);
        assert!(!page.contains("fuzzing\""));
    }
}

#[test]
fn what_a_campaign_says_steers_nothing() {
    let tags = |page: &str| page.matches('<').count();
    let harmless = tags(&page(&results(fuzzed("harmless")), Language::De));
    // Every third one: the page as a whole meets all of them elsewhere.
    for said in everything().step_by(3) {
        let page = page(&results(fuzzed(&said)), Language::De);
        assert!(is_clean(&page), "{said:?}");
        assert_eq!(tags(&page), harmless, "{said:?}");
    }
}

#[test]
fn a_crash_keeps_a_good_run_from_reading_as_passed_and_changes_no_check() {
    let mut good = passed();
    assert_eq!(good.overall, Overall::Passed);
    let mut record = record("fine");
    record.measured = fuzzed("fine");
    let results = Results::fold(record);
    assert!(page(&results, Language::En).contains("Fuzzing made the target wire crash with 1"));
    good.measured = fuzzed("fine");
    let outcomes = |of: &Results| -> Vec<Outcome> {
        let cases = of.cases.iter();
        cases.map(|case| case.verdict.outcome).collect()
    };
    let mut without = crate::fixture::record("fine");
    without.measured = Measured::default();
    assert_eq!(outcomes(&results), outcomes(&Results::fold(without)));
}

#[test]
fn the_report_for_print_has_the_same_rows() {
    let data = |measured| {
        print(&results(measured), &|_| None, Language::De)
            .unwrap()
            .data
    };
    let with = data(fuzzed("harmless"));
    assert_eq!(with["fuzzing"]["rows"][2]["executions"], "1.200.000");
    assert_eq!(with["fuzzing"]["is_crashed"], true);
    assert!(data(Measured::default())["fuzzing"].is_null());
}

#[test]
fn lint_17_is_clear_only_with_every_figure() {
    let whole = results(fuzzed("harmless"));
    assert_eq!(lint_17(&whole), LintState::Clear);
    let edits: [(&str, Edit); 4] = [
        ("sanitizers", |c| c.build.sanitizer.clear()),
        ("compiler", |c| c.toolchain.clear()),
        ("its time", |c| c.seconds = 0),
        ("bundle: clean without", |c| {
            c.targets[0].corpus_after.inputs = 0
        }),
    ];
    for (told, edit) in edits {
        let mut results = whole.clone();
        edit(&mut results.measured.fuzz.as_mut().unwrap().campaign);
        let LintState::Broken(places) = lint_17(&results) else {
            panic!("lint 17 did not notice: {told}");
        };
        assert!(
            places[0].en.contains(told) && places[0].de != places[0].en,
            "{places:?}"
        );
    }
}
