//! What evaluators and auditors send back: eighteen defects of a report, each looked for in the results.
//!
//! A lint that the results cannot decide says so and names what it lacks; it never reads as clear.

mod evidence;
mod method;
mod object;
mod rules;
mod statement;

use harness_evidence::{Results, visible};

use crate::Language;

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Both {
    /// German.
    pub de: String,
    /// English.
    pub en: String,
}

impl Both {
    fn new(de: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            de: de.into(),
            en: en.into(),
        }
    }

    /// A subject, neutralised, and what is wrong with it.
    fn of(subject: &str, de: &str, en: &str) -> Self {
        let subject = visible(subject);
        Self::new(format!("{subject}: {de}"), format!("{subject}: {en}"))
    }

    /// The sentence in one of the languages.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::De => &self.de,
            Language::En => &self.en,
        }
    }
}

/// What a lint found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LintState {
    /// The results show that the defect is not there.
    Clear,
    /// The defect is there: every place with what is wrong.
    Broken(Vec<Both>),
    /// Nothing speaks for the defect, but the results do not hold what would rule it out: that is named.
    Undecided(Both),
}

/// One of the eighteen, applied to the results of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Its number, 1 to 18.
    pub number: u8,
    /// The defect that it looks for.
    pub rule: Both,
    /// What it found.
    pub state: LintState,
}

/// All eighteen, in the order of their numbers.
#[must_use]
pub fn lints(results: &Results) -> Vec<Lint> {
    let looks: [fn(&Results) -> LintState; 18] = [
        object::identity,
        object::build,
        object::environment,
        object::ics,
        method::tools,
        method::rationale,
        method::argument,
        method::repeatable,
        method::editions,
        evidence::unchangeable,
        evidence::coverage,
        evidence::residual_risk,
        evidence::tester,
        evidence::personal_data,
        statement::generalised,
        statement::contradiction,
        statement::fuzzing,
        statement::benchmark,
    ];
    let numbered = (1..).zip(rules::RULES).zip(looks);
    numbered
        .map(|((number, [de, en]), look)| Lint {
            number,
            rule: Both::new(de, en),
            state: look(results),
        })
        .collect()
}

/// Broken where something is; otherwise what the lint falls back to.
fn state(broken: Vec<Both>, otherwise: LintState) -> LintState {
    if broken.is_empty() {
        otherwise
    } else {
        LintState::Broken(broken)
    }
}

fn undecided(de: &str, en: &str) -> LintState {
    LintState::Undecided(Both::new(de, en))
}

/// Whether a text is a SHA-256 in hex.
fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text has the shape of an RFC 3339 time in UTC.
fn is_time(text: &str) -> bool {
    let shape = |(n, byte): (usize, u8)| match n {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    };
    text.ends_with('Z') && text.len() >= 20 && text.bytes().take(19).enumerate().all(shape)
}

/// Whether one of these words stands in a text as a word of its own, in any case.
fn has_word(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    text.split(|character: char| !character.is_alphanumeric())
        .any(|word| words.contains(&word))
}

#[cfg(test)]
mod tests;
