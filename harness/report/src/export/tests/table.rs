//! The requirements as a table: read back as RFC 4180 says, as wide as its head, and nothing in it is calculated.

use harness_evidence::Results;

use crate::export::csv;
use crate::fixture::results;

/// Of the CSV: one row a requirement, as wide as the head, no cell that a spreadsheet calculates.
pub(super) fn broken(text: &str, results: &Results) -> Vec<String> {
    let rows = read(text);
    let mut broken = Vec::new();
    if rows.len() != results.requirements.len() + 1 {
        broken.push(format!("{} rows", rows.len()));
    }
    let width = rows.first().map_or(0, Vec::len);
    for (n, row) in rows.iter().enumerate() {
        if row.len() != width {
            broken.push(format!("row {n}: {} cells", row.len()));
        }
        if row.iter().any(|cell| {
            cell.trim_start()
                .starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'])
        }) {
            broken.push(format!("row {n}: a formula"));
        }
    }
    broken
}

/// RFC 4180, as strictly as it is written: every cell quoted, a quote doubled, rows ended by CRLF.
pub(super) fn read(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut characters = text.chars().peekable();
    let mut quoted = false;
    while let Some(character) = characters.next() {
        let row = rows.last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                row.last_mut().unwrap().push('"');
                characters.next();
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted && characters.peek() == Some(&'\n') => {
                characters.next();
                if characters.peek().is_some() {
                    rows.push(vec![String::new()]);
                }
            }
            character => row.last_mut().unwrap().push(character),
        }
    }
    rows
}

#[test]
fn every_seeded_defect_is_found() {
    let results = results("harmless");
    let text = csv::requirements(&results);
    let look = |text: &str| broken(text, &results);
    assert_eq!(look(&text), Vec::<String>::new());
    for (from, to, told) in [
        ("\"E2E-08\"", "\"=E2E-08\"", "a formula"),
        ("\"MUST\",", "", "cells"),
        ("\r\n\"MED-01\"", "\"MED-01\"", "rows"),
    ] {
        let told_of = look(&text.replacen(from, to, 1));
        assert!(
            told_of.iter().any(|line| line.contains(told)),
            "{from}: {told_of:?}"
        );
    }
}
