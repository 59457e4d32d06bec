//! The HTML report.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use harness_evidence::{MergedShard, Results};
use harness_report::{Language, html};
use sha2::{Digest as _, Sha256};

use crate::fixture::{passed, record, results, transcript};

fn page(language: Language) -> String {
    html(
        &results("quietly"),
        &|path| transcript(path, "quietly"),
        language,
    )
    .unwrap()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = text.split_once(from).unwrap();
    rest.split_once(to).unwrap().0
}

/// The page without its style sheet and script, a tag a line.
fn body(page: &str) -> String {
    let style = between(page, "<style>", "</style>");
    let script = between(page, "<script>", "</script>");
    page.replace(style, "")
        .replace(script, "")
        .replace("><", ">\n<")
}

#[test]
fn the_german_report_is_as_it_was() {
    insta::assert_snapshot!("report.de", body(&page(Language::De)));
}

#[test]
fn the_english_report_is_as_it_was() {
    insta::assert_snapshot!("report.en", body(&page(Language::En)));
}

#[test]
fn a_part_and_a_merged_run_say_what_they_are() {
    for (shard, merged, words) in [
        ("2/3".parse().ok(), 0, "seed 4711, part 2/3 of a run"),
        (None, 3, "seed 4711, merged of 3 parts"),
    ] {
        let mut record = record("quietly");
        record.plan.shard = shard;
        let part = MergedShard {
            shard: "1/3".parse().unwrap(),
            run: "part".to_owned(),
            manifest: "77".repeat(32),
        };
        record.plan.merged = vec![part; merged];
        let page = html(&Results::fold(record), &|_path| None, Language::En).unwrap();
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn the_first_words_say_what_it_is_not() {
    for (language, words) in [
        (
            Language::De,
            "Kein Zertifikat, keine Zulassung, kein BSI-Siegel",
        ),
        (Language::En, "No certificate, no approval, no BSI seal"),
    ] {
        let page = page(language);
        let text = between(&page, "<body>", "</h1>");
        assert!(text.trim_start().starts_with("<header>\n<p class=\"not\">"));
        assert!(text.contains(words));
    }
}

#[test]
fn the_policy_allows_our_style_sheet_and_our_script_and_nothing_else() {
    let page = page(Language::En);
    let hash = |tag: &str| {
        let text = between(&page, &format!("<{tag}>"), &format!("</{tag}>"));
        STANDARD.encode(Sha256::digest(text))
    };
    let (style, script) = (hash("style"), hash("script"));
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\">");
    assert_eq!(
        policy.replace("&#39;", "'"),
        format!(
            "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
        )
    );
}

#[test]
fn the_report_needs_nothing_else() {
    let page = page(Language::De);
    for foreign in [
        "http://", "https://", "src=", "@import", "<link", " style=", "file:", "onclick",
    ] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert!(between(&page, "<script>", "</script>").len() < 5_000);
}

#[test]
fn every_link_leads_somewhere() {
    let page = page(Language::De);
    let links: Vec<_> = page
        .split("href=\"#")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect();
    assert!(links.len() > 20);
    for link in links {
        assert_eq!(page.matches(&format!("id=\"{link}\"")).count(), 1, "{link}");
    }
}

#[test]
fn a_failed_check_has_its_form_its_steps_and_its_replay_command() {
    let page = page(Language::En);
    let failure = between(&page, "<article id=\"c-megolm-01-replay\"", "</article>");
    for wanted in [
        "A message that the relay delivers twice is shown once.",
        "Alice and Bob talk in an encrypted room.",
        "shown 2 times",
        "attack refused",
        "violated",
        "<svg class=\"sequence\"",
        "sync ✗ replay → 200",
        "pruefstand run --relay targets/example.toml --check megolm-01-replay --seed 4711",
    ] {
        assert!(failure.contains(wanted), "{wanted}");
    }
}

#[test]
fn failures_that_nobody_declared_come_first() {
    let page = page(Language::En);
    let undeclared = page.find("<article id=\"c-megolm-01-replay\"");
    let declared = page.find("<article id=\"c-srv-02-throttle\"");
    assert!(undeclared.unwrap() < declared.unwrap());
}

#[test]
fn only_a_run_that_passed_says_so() {
    let says = |results: &Results| {
        let page = html(results, &|_| None, Language::En).unwrap();
        page.contains("class=\"verdict pass\"") && page.contains("PASSED:")
    };
    assert!(says(&passed()));
    assert!(!says(&results("quietly")));
    let mut broken_off = record("quietly");
    broken_off.closed = None;
    broken_off.cases.retain(|case| case.check == "dir-01-swap");
    let broken_off = Results::fold(broken_off);
    assert!(!says(&broken_off));
    let page = html(&broken_off, &|_| None, Language::En).unwrap();
    assert!(page.contains("NO VERDICT"));
    assert!(page.contains("INCOMPLETE: 1 of 5 planned checks were carried out"));
}

#[test]
fn the_same_results_give_the_same_bytes() {
    assert_eq!(page(Language::De), page(Language::De));
}

#[test]
fn every_drawing_has_a_title_and_a_table() {
    for page in [page(Language::De), with_trend()] {
        let drawings: Vec<_> = page.split("<svg").skip(1).collect();
        assert!(drawings.len() > 4);
        for drawing in drawings {
            assert!(drawing.contains(" role=\"img\""));
            let (_, inside) = drawing.split_once('>').unwrap();
            assert!(inside.trim_start().starts_with("<title>"), "{inside:.80}");
        }
    }
}

#[test]
fn a_claim_is_worth_what_its_requirements_are() {
    let page = page(Language::En);
    let claims = between(&page, "<section id=\"claims\"", "</section>");
    let rows: Vec<_> = claims.split("<tr><th scope=\"row\">").skip(1).collect();
    let [shown, lost, safe] = rows.as_slice() else {
        panic!("{} rows", rows.len());
    };
    assert!(shown.contains("Nothing is shown twice.") && shown.contains("✗</span> FAIL"));
    assert!(lost.contains("INCONCLUSIVE (not run)") && lost.contains("no check"));
    assert!(safe.contains("assigned to no requirement") && !safe.contains("PASS"));
}

#[test]
fn what_the_server_saw_is_told_from_what_was_kept_from_it() {
    let page = page(Language::En);
    let view = between(&page, "<section id=\"relay-view\"", "</section>");
    assert!(view.contains("4 requests that clients sent"));
    assert!(view.contains("<code>room_send</code>") && view.contains("<code>events[].type</code>"));
    assert!(!view.contains("<code>keys_query</code>"));
}

#[test]
fn raw_lines_can_be_linked_and_every_link_has_its_line() {
    let page = page(Language::En);
    let links = page.matches("href=\"#c-megolm-01-replay-L").count();
    assert!(links >= 5, "{links}");
    assert_eq!(page.matches("id=\"c-megolm-01-replay-L5\"").count(), 1);
}

fn with_trend() -> String {
    let mut now = record("quietly");
    now.plan.run = "now".to_owned();
    now.opened = "2026-11-25T03:00:00.000Z".to_owned();
    let mut before = record("quietly");
    before.plan.run = "before".to_owned();
    before
        .cases
        .retain(|case| case.check != "dir-01-swap" && case.check != "megolm-01-replay");
    let replay = now
        .cases
        .iter()
        .find(|case| case.check == "dir-01-swap")
        .unwrap();
    for check in ["megolm-01-replay", "srv-01-dead"] {
        let mut case = replay.clone();
        case.check = check.to_owned();
        before.cases.push(case);
    }
    before
        .cases
        .retain(|case| case.check != "srv-01-dead" || case.verdict.reason.is_empty());
    let mut other = record("quietly");
    other.plan.run = "other".to_owned();
    other.plan.checks[0].version += 1;
    let [now, before, other] = [now, before, other].map(Results::fold);
    harness_report::html_with_trend(&now, &|_| None, &[before, other], Language::En).unwrap()
}

#[test]
fn a_trend_compares_the_same_plan_only_and_loses_nothing_quietly() {
    let page = with_trend();
    let trend = between(&page, "<section id=\"trend\"", "</section>");
    assert_eq!(trend.matches("break: another plan").count(), 1);
    assert!(trend.contains("Changes since run before"));
    let (_, changes) = trend.split_once("Changes since run before</h3>").unwrap();
    let order = [
        "was PASS, now not decided",
        "srv-01-dead",
        "newly failed",
        "megolm-01-replay",
        "still failed",
        "srv-02-throttle",
    ];
    let found: Vec<_> = order
        .iter()
        .map(|text| {
            changes
                .find(text)
                .unwrap_or_else(|| panic!("{text}: {changes}"))
        })
        .collect();
    assert!(found.is_sorted(), "{found:?}");
}
