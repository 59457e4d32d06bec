use super::*;
use crate::mutant::{Place, Span};

/// A mutant at the only place of `there` in `text`.
fn mutant(text: &str, genre: Genre, there: &str, replacement: &str) -> Mutant {
    assert_eq!(text.matches(there).count(), 1, "{there}");
    let start = text.find(there).unwrap();
    let place = |byte: usize| {
        let before = &text[..byte];
        Place {
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap().chars().count() + 1,
        }
    };
    Mutant {
        file: "x.rs".into(),
        genre,
        replacement: replacement.to_owned(),
        span: Span {
            start: place(start),
            end: place(start + there.len()),
        },
        name: String::new(),
    }
}

fn woven(text: &str, mutants: &[Mutant]) -> Woven {
    let file = syn::parse_file(text).unwrap();
    let mutants: Vec<_> = mutants.iter().enumerate().collect();
    let woven = weave(text, &file, &mutants);
    syn::parse_file(&woven.text).expect("what is woven is Rust");
    woven
}

#[test]
fn an_operator_is_chosen_with_all_that_it_binds_to() {
    let text = "fn f(a: bool, b: bool, c: u8) -> bool { a && b || c < 3 }";
    let mutants = [
        mutant(text, Genre::BinaryOperator, "&&", "||"),
        mutant(text, Genre::BinaryOperator, "<", "<="),
    ];
    let chosen = "(if crate::mutant::is(0) { a || b || c < 3 } else if crate::mutant::is(1) { a && b || c <= 3 } \
                  else { a && b || c < 3 })";
    let woven = woven(text, &mutants);
    assert!(
        woven.text.ends_with(&format!("{{ {chosen} }}")),
        "{}",
        woven.text
    );
    let texts: Vec<_> = woven.parts.iter().filter(|part| part.is_text).collect();
    let second = &woven.text[texts[1].bytes.clone()];
    assert_eq!((second, &*texts[1].mutants), ("a && b || c <= 3", &[1][..]));
}

#[test]
fn one_mutant_stands_beside_original_text_only() {
    let text = "fn f(a: u8) -> bool {\n    let b = !(a + 1 == 2);\n    b\n}";
    let mutants = [
        mutant(
            text,
            Genre::FnValue,
            "let b = !(a + 1 == 2);\n    b",
            "true",
        ),
        mutant(text, Genre::UnaryOperator, "!", ""),
        mutant(text, Genre::BinaryOperator, "+", "-"),
    ];
    let woven = woven(text, &mutants).text;
    assert!(
        woven.contains("{\n    if crate::mutant::is(0) { return true; } let b = "),
        "{woven}"
    );
    assert!(
        woven.contains("if crate::mutant::is(1) { (a + 1 == 2) } else { !("),
        "{woven}"
    );
    assert_eq!(woven.matches("crate::mutant::is(2)").count(), 1);
}

#[test]
fn an_operator_beside_a_let_is_chosen_without_it() {
    let text = "fn f(a: Option<u8>, b: u8) -> u8 { if b == 1 && let Some(c) = a && c != b { c } else { b } }";
    let mutants = [
        mutant(text, Genre::BinaryOperator, "==", "!="),
        mutant(text, Genre::BinaryOperator, "!=", "=="),
    ];
    let woven = woven(text, &mutants);
    assert_eq!(
        woven.text.matches("crate::mutant::is").count(),
        2,
        "{}",
        woven.text
    );
    assert!(
        woven
            .text
            .contains("{ b != 1 } else { b == 1 }) && let Some(c)")
    );
}

#[test]
fn arms_are_barred_and_their_conditions_chosen() {
    let text =
        "fn f(a: Option<u8>, é: u8) -> u8 { match a { Some(b) if b < é => 1, None => 2, _ => 3 } }";
    let mutants = [
        mutant(text, Genre::MatchArm, "Some(b) if b < é => 1,", ""),
        mutant(text, Genre::MatchArmGuard, "b < é", "true"),
        mutant(text, Genre::MatchArm, "None => 2,", ""),
    ];
    let woven = woven(text, &mutants).text;
    let guard =
        "if !crate::mutant::is(0) && ((if crate::mutant::is(1) { true } else { b < é })) => 1";
    assert!(woven.contains(guard), "{woven}");
    assert!(
        woven.contains("None if !crate::mutant::is(2) => 2"),
        "{woven}"
    );
}

#[test]
fn a_field_is_left_to_the_base_and_what_has_no_place_is_left_out() {
    let text = "fn f(b: S) -> S { S { a: 1 + 1, ..b } }";
    let mutants = [
        mutant(text, Genre::StructField, "a: 1 + 1", ""),
        mutant(
            text,
            Genre::FnValue,
            "S { a: 1 + 1, ..b }",
            "::std::iter::empty()",
        ),
    ];
    let woven = woven(text, &mutants);
    assert!(
        woven
            .text
            .contains("a: (if crate::mutant::is(0) { (b).a } else { 1 + 1 }), ..b")
    );
    assert!(woven.parts.iter().all(|part| part.mutants == [0]));
}
