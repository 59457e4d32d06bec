//! Class VEC-X-08: texts of a key.

use pruefstand_vectors::Stage;

use super::{curve::public, draft::Draft};

pub(super) fn drafts() -> Vec<Draft> {
    let honest = vodozemac::base64_encode(public(2));
    let valid = Draft::valid("43 characters", &[("text", honest.as_bytes())]).flag("Valid");
    let refused = |(comment, text, flag): (&str, String, &str)| {
        Draft::invalid(Stage::Decode, comment, &[("text", text.as_bytes())]).flag(flag)
    };
    let wrong = [
        ("42 characters", honest[..42].to_owned(), "Malformed"),
        (
            "44 characters: one padding",
            format!("{honest}="),
            "NonCanonical",
        ),
        (
            "45 characters: two paddings",
            format!("{honest}=="),
            "NonCanonical",
        ),
        ("44 characters: one more", format!("{honest}A"), "Malformed"),
        ("white space before", format!(" {honest}"), "NonCanonical"),
        (
            "white space for a character",
            format!(" {}", &honest[1..]),
            "Malformed",
        ),
        ("line feed after", format!("{honest}\n"), "NonCanonical"),
        (
            "line feed within",
            format!("{}\n{}", &honest[..20], &honest[20..]),
            "NonCanonical",
        ),
        ("URL alphabet", format!("{}8", "-_".repeat(21)), "Malformed"),
        ("no text", String::new(), "Malformed"),
        ("NUL after", format!("{honest}\0"), "Malformed"),
        ("hex", "00".repeat(32), "Malformed"),
    ];
    let wrong = wrong.into_iter().map(refused);
    let trailing = (1..4).map(|bits| refused(("", trailing(&honest, bits), "NonCanonical")));
    let trailing = (1..).zip(trailing).map(|(bits, draft)| Draft {
        comment: format!("{bits} in the two bits after the last byte"),
        ..draft
    });
    [valid].into_iter().chain(wrong).chain(trailing).collect()
}

/// The last character carries four bits of the key and two that are zero; this sets them.
fn trailing(honest: &str, bits: usize) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let at = ALPHABET.find(&honest[42..]).expect("base64") + bits;
    format!("{}{}", &honest[..42], &ALPHABET[at..=at])
}
