//! What is not printed, and why.

use super::*;
use crate::{PdfError, pdf};

fn refusal(change: impl FnOnce(&mut Results)) -> PdfError {
    let mut results = fixture::results("quietly");
    change(&mut results);
    pdf(&kept(&results, "quietly"), Language::En).unwrap_err()
}

#[test]
fn a_record_beyond_what_is_printed_is_refused_in_one_line() {
    let error = refusal(|results| {
        let requirement = results.requirements[0].clone();
        results.requirements = vec![requirement; 5_001];
    });
    let line = "requirements: 5001, more than the 5000 that are printed";
    assert_eq!(error.to_string(), line);
}

#[test]
fn more_text_than_is_printed_is_refused_in_one_line() {
    let error = refusal(|results| {
        let requirement = results.requirements[0].clone();
        results.requirements = vec![requirement; 5_000];
        for requirement in &mut results.requirements {
            requirement.text_en = "x ".repeat(2_000);
        }
    });
    assert!(error.to_string().starts_with("bytes of text: "), "{error}");
}

#[test]
fn a_record_without_a_time_is_refused_in_one_line() {
    let error = refusal(|results| results.closed = Some("yesterday".to_owned()));
    assert!(matches!(error, PdfError::NoTime), "{error}");
    assert!(!error.to_string().contains('\n'));
}
