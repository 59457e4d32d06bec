//! What a target says in a report: text, and nothing that steers whoever reads it.

use std::sync::LazyLock;

use harness_evidence::{Results, is_unsafe};
use harness_report::{Language, exports, html, junit, matrix_html, terminal};

#[path = "../../harness/report/tests/renderings/campaign.rs"]
mod campaign;
#[expect(dead_code, reason = "the tests of the renderings use more of it")]
#[path = "../../harness/report/tests/renderings/fixture.rs"]
mod fixture;
#[path = "../../harness/report/tests/renderings/statement.rs"]
mod statement;

/// The tags of a page in which nobody says anything bad.
static HARMLESS: LazyLock<Vec<String>> = LazyLock::new(|| tags(&page("harmless")));

/// Renders a run in which everything that a target can say is `bytes`.
pub(crate) fn run(bytes: &[u8]) {
    let said = String::from_utf8_lossy(bytes);
    let page = page(&said);
    assert_eq!(tags(&page), *HARMLESS, "what was said is markup");
    let results = results(&said);
    let matrix = matrix_html(&results.instrument, Language::En).expect("a matrix");
    let read = |path: &str| fixture::transcript(path, &said);
    let exports = exports(&results, &read).expect("exports");
    let mut texts = vec![
        page,
        matrix,
        terminal(&results, Language::De, false),
        junit(&results).expect("JUnit XML"),
    ];
    for (name, text) in exports {
        if name.ends_with(".json") || name.ends_with(".sarif") {
            serde_json::from_str::<serde_json::Value>(&text).expect("an export in JSON");
        }
        // A table ends its lines as RFC 4180 wants it.
        texts.push(match name.ends_with(".csv") {
            true => text.replace("\r\n", "\n"),
            false => text,
        });
    }
    for text in texts {
        let strange = text.chars().find(|c| is_unsafe(*c) && *c != '\n');
        assert_eq!(strange, None, "a character that is never written");
    }
}

fn results(said: &str) -> Results {
    let mut record = fixture::record(said);
    record.measured = campaign::fuzzed(said);
    record.measured.capacity = Some(statement::capacity(said));
    Results::fold(record)
}

pub(crate) fn page(said: &str) -> String {
    let read = |path: &str| fixture::transcript(path, said);
    html(&results(said), &read, Language::De).expect("a page")
}

/// The names of all tags in order: a forged one would stand out.
fn tags(page: &str) -> Vec<String> {
    let parts = page.split('<').skip(1);
    parts
        .map(|part| {
            let end = part.find(|c: char| c.is_whitespace() || c == '>');
            part.get(..end.unwrap_or(part.len()))
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}
