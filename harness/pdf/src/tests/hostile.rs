//! Whatever a target says is text on paper: no markup, no link, no file, and no sign that keeps the report from being written.

use harness_evidence::{MakerClaim, visible};

use super::corpus::HOSTILE;
use super::paper::dense;
use super::*;
use crate::cover::covered;
use crate::pdf;

/// A run about which a target says each of these things in a row of its own, and one of them everywhere.
fn saying(texts: &[String], everywhere: &str) -> Kept {
    let mut record = fixture::record(everywhere);
    record.plan.target.claims = texts
        .iter()
        .map(|text| MakerClaim {
            text: text.clone(),
            requirements: Vec::new(),
        })
        .collect();
    kept(&Results::fold(record), everywhere)
}

fn corpus() -> Vec<String> {
    let long = "<b>\u{202e}".repeat(20_000);
    let corpus = HOSTILE.into_iter().map(ToOwned::to_owned);
    corpus.chain([long]).collect()
}

#[test]
fn every_hostile_text_stands_on_paper_as_it_is_and_moves_nothing() {
    let texts = corpus();
    let harmless = vec!["harmless".to_owned(); texts.len()];
    let harmless = Paper::of(&saying(&harmless, "harmless"), Language::De);
    let printed = Paper::of(&saying(&texts, "harmless"), Language::De);
    let paper = printed.text();
    for text in &texts {
        let shown = in_order(&dense(&covered(&visible(text))));
        assert!(paper.contains(&shown), "{text:.80?}");
    }
    assert_eq!(printed.chapters, harmless.chapters);
    assert_eq!(printed.links, harmless.links);
    assert_eq!(printed.images, harmless.images);
}

/// Texts of right-to-left scripts are laid out in another order than they are written in; their signs are not compared.
/// Nor is what is longer than a page, between whose parts a header stands.
fn in_order(text: &str) -> String {
    let is_rtl = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    text.chars().take(400).take_while(|c| !is_rtl(*c)).collect()
}

#[test]
fn no_hostile_text_keeps_the_report_from_being_an_archived_and_accessible_document() {
    let everywhere = corpus().join(" ");
    pdf(&saying(&corpus(), "harmless"), Language::De).unwrap();
    pdf(&saying(&[], &everywhere), Language::En).unwrap();
    // short enough to stand in a drawing
    pdf(&saying(&[], "日\u{1f600}\u{378}\u{ffff}"), Language::En).unwrap();
}
