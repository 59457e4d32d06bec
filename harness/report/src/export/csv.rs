//! The requirements as a table for spreadsheets (RFC 4180).

use harness_evidence::{RequirementResult, Results, Severity, visible};

use super::sarif::word;

/// One row a requirement, both languages.
pub(super) fn requirements(results: &Results) -> String {
    let head = [
        "id", "level", "outcome", "text_en", "text_de", "sources", "checks",
    ];
    let mut table = row(&head.map(str::to_owned));
    for requirement in &results.requirements {
        table += &row(&cells(requirement));
    }
    table
}

fn cells(requirement: &RequirementResult) -> [String; 7] {
    let level = match requirement.severity {
        Severity::Must => "MUST",
        Severity::Should => "SHOULD",
        Severity::May => "MAY",
    };
    [
        requirement.id.clone(),
        level.to_owned(),
        word(requirement.outcome).to_owned(),
        requirement.text_en.clone(),
        requirement.text_de.clone(),
        requirement.sources.join("; "),
        requirement.checks.join("; "),
    ]
}

fn row(cells: &[String; 7]) -> String {
    cells.clone().map(|text| cell(&text)).join(",") + "\r\n"
}

/// A quoted cell that no spreadsheet takes for a formula: what could begin one, also in its wide form, is led by an apostrophe.
fn cell(text: &str) -> String {
    let text = visible(text);
    let guard = match text.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠') => "'",
        _ => "",
    };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_text_and_a_quote_does_not_end_its_cell() {
        for (text, expected) in [
            ("plain", "\"plain\""),
            ("=1+1", "\"'=1+1\""),
            ("  @SUM(A1)", "\"'  @SUM(A1)\""),
            ("-2", "\"'-2\""),
            ("＝1+1", "\"'＝1+1\""),
            ("a\",\"b", "\"a\"\",\"\"b\""),
        ] {
            assert_eq!(cell(text), expected);
        }
        assert!(!cell("a\r\nb\u{7}").contains(['\r', '\n', '\u{7}']));
    }
}
