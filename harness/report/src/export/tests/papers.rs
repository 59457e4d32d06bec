//! The papers say what the run knows, name what only others know, and claim nothing that only others may grant.

use super::*;

fn paper(name: &str) -> String {
    let all = exports(&results("harmless"), &read).unwrap();
    let (_, text) = all.into_iter().find(|(file, _)| file == name).unwrap();
    text
}

fn chapters(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("## ")).count()
}

#[test]
fn both_languages_have_the_same_chapters_and_rows() {
    for name in ["security-target", "tom-annex"] {
        let [de, en] = ["de", "en"].map(|code| paper(&format!("{name}.{code}.md")));
        assert_eq!(chapters(&de), chapters(&en));
        let rows = |text: &str| text.lines().filter(|line| line.starts_with('|')).count();
        assert_eq!(rows(&de), rows(&en), "{name}");
        assert!(de != en);
    }
}

#[test]
fn every_row_of_a_table_is_as_wide_as_its_head() {
    for name in [
        "security-target.de.md",
        "security-target.en.md",
        "tom-annex.de.md",
        "tom-annex.en.md",
    ] {
        let text = paper(name).replace("\\|", "");
        let mut width = None;
        for line in text.lines() {
            let cells = line.starts_with('|').then(|| line.matches('|').count());
            if let (Some(head), Some(cells)) = (width, cells) {
                assert_eq!(head, cells, "{name}: {line}");
            }
            width = cells;
        }
    }
}

#[test]
fn the_security_target_names_object_claims_threats_and_gaps() {
    let text = paper("security-target.de.md");
    for told in [
        "| Prüfgegenstand | `example homeserver harmless` |",
        "`ATK-MEGOLM-01`",
        "Inhalt, Herkunft und Unversehrtheit von Nachrichten | `E2E-08`",
        "| `E2E-08` | MUSS | Wiedereinspielungen werden abgewiesen. | nicht erfüllt |",
        "vom Hersteller zu ergänzen",
        "GET /_matrix",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    // Looked at by nobody, so out of scope and not among the functions.
    let (functions, rest) = text.split_once("## 9 ").unwrap();
    assert!(rest.contains("`AVL-04`"));
    assert!(
        !functions
            .split("## 8 ")
            .nth(1)
            .unwrap()
            .contains("`AVL-04`")
    );
}

#[test]
fn the_annex_goes_by_articles_and_says_what_the_server_reads() {
    let mut results = results("harmless");
    results.requirements[0].sources = vec![
        "GDPR Art. 32(1)(a) [W]".to_owned(),
        "GDPR Art. 5(1)(f) [W]".to_owned(),
        "BDSG 64(3) no. 8 [V]".to_owned(),
    ];
    let id = results.requirements[0].id.clone();
    let all = exports(&results, &read).unwrap();
    let (_, text) = all
        .iter()
        .find(|(file, _)| file == "tom-annex.de.md")
        .unwrap();
    let at = |needle: &str| {
        text.find(needle)
            .unwrap_or_else(|| panic!("{needle}\n{text}"))
    };
    assert!(at("**Art. 5(1)(f)** (Grundsätze") < at("**Art. 32(1)(a)** (Sicherheit"));
    assert!(text.contains(&format!("Nr. 8: `{id}`")));
    assert!(text.contains("## 4 Was der Server sehen kann"));
    assert!(text.contains("bindet Behörden der Strafverfolgung, nicht Unternehmen"));
    let without = exports(&crate::fixture::results("harmless"), &|_| None).unwrap();
    let (_, text) = without
        .iter()
        .find(|(file, _)| file == "tom-annex.de.md")
        .unwrap();
    assert!(text.contains("Keine Mitschrift enthält Anfragen"));
}

#[test]
fn the_lints_stand_among_the_exports() {
    let lints: Value = serde_json::from_str(&paper("lints.json")).unwrap();
    let lints = lints["lints"].as_array().unwrap();
    assert_eq!(lints.len(), 18);
    let of = |number: u64| lints.iter().find(|lint| lint["number"] == number).unwrap();
    assert_eq!(of(4)["state"], "broken");
    assert_eq!(of(16)["state"], "clear");
    assert_eq!(of(13)["state"], "undecided");
    assert!(
        of(13)["told"][0]["de"]
            .as_str()
            .unwrap()
            .contains("Unabhängigkeit")
    );
}
