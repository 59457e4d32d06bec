//! VEC-J-12: one text for each byte string (unpadded standard base64, RFC 4648 section 3.5 in strict form).

use pruefstand_vectors::Stage::Decode;

use crate::generate::{case::case, draft::Draft};

pub(super) fn drafts() -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (length, text) in [
        (3, "+/+/"),
        (1, "+w"),
        (2, "+/8"),
        (4, "+/+/+w"),
        (5, "+/+/+/8"),
        (0, ""),
    ] {
        let bytes = [0xfb, 0xff, 0xbf, 0xfb, 0xff];
        let bytes: &[u8] = &bytes[..length];
        drafts.push(taken(&format!("{length} bytes"), text, bytes));
        drafts.extend(others(text).into_iter().map(|draft| Draft {
            comment: format!("{length} bytes: {}", draft.comment),
            ..draft
        }));
    }
    drafts
}

fn taken(comment: &str, text: &str, bytes: &[u8]) -> Draft {
    case(comment, Ok(()), &[("text", text.as_bytes())]).output(bytes)
}

fn refused(comment: &str, flag: &'static str, text: &str) -> Draft {
    case(comment, Err((Decode, flag)), &[("text", text.as_bytes())])
}

/// What some decoder takes for the same bytes.
fn others(text: &str) -> Vec<Draft> {
    let other = |comment: &str, changed: &str| refused(comment, "NonCanonical", changed);
    let mut drafts = vec![
        other("one padding", &format!("{text}=")),
        other("two paddings", &format!("{text}==")),
        other("four paddings", &format!("{text}====")),
        other("space before", &format!(" {text}")),
        other("space after", &format!("{text} ")),
        other("line feed after", &format!("{text}\n")),
        other(
            "carriage return and line feed after",
            &format!("{text}\r\n"),
        ),
        other("NUL after", &format!("{text}\0")),
        refused("full stop after", "Malformed", &format!("{text}.")),
    ];
    match text.len() % 4 {
        0 => drafts.push(refused(
            "one character more",
            "Malformed",
            &format!("{text}A"),
        )),
        _ => drafts.extend(trailing(text)),
    }
    if !text.is_empty() {
        drafts.push(other(
            "URL alphabet",
            &text.replace('+', "-").replace('/', "_"),
        ));
        drafts.push(other(
            "space inside",
            &format!("{} {}", &text[..1], &text[1..]),
        ));
        drafts.push(refused(
            "percent-encoded",
            "Malformed",
            &text.replace('+', "%2B"),
        ));
        drafts.push(refused(
            "full-width letters",
            "Malformed",
            &text.replace('+', "\u{ff0b}"),
        ));
    }
    drafts
}

/// The texts with bits behind the last byte.
fn trailing(text: &str) -> Vec<Draft> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let last = text.len() - 1;
    let spare = if text.len() % 4 == 2 { 16 } else { 4 };
    let place = ALPHABET
        .iter()
        .position(|letter| *letter == text.as_bytes()[last])
        .expect("a letter of the alphabet");
    (1..spare)
        .map(|bits| {
            let letter = char::from(ALPHABET[place + bits]);
            let changed = format!("{}{letter}", &text[..last]);
            refused(
                &format!("bits {bits} after the last byte"),
                "NonCanonical",
                &changed,
            )
        })
        .collect()
}
