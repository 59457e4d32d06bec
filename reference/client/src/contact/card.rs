//! A card: vCard 4.0 (RFC 6350), no more of it than a contact needs.

use serde_json::{Value, json};
use thiserror::Error;

/// A card that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Card {
    /// As it is written again after reading.
    pub(crate) text: String,
    pub(crate) name: String,
    phones: Vec<String>,
    mails: Vec<String>,
}

/// Why a text is no card.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum CardError {
    #[error("the card has {got} bytes, limit {limit}")]
    TooLong { got: usize, limit: usize },
    #[error("the card holds the property {0:?}, which is not taken")]
    PropertyNotTaken(String),
    #[error("the card breaks off, or holds a control character or an empty line")]
    Malformed,
    #[error("the card is no vCard 4.0: {0}")]
    NotVcard4(String),
    #[error("the text holds {0} cards")]
    NotOneCard(usize),
}

const MAX_CARD: usize = 4_096;

/// What is taken; nothing that a client would fetch, run or open (pictures, sounds, keys, sources).
const TAKEN: [&str; 15] = [
    "BEGIN",
    "VERSION",
    "FN",
    "N",
    "NICKNAME",
    "TEL",
    "EMAIL",
    "ORG",
    "TITLE",
    "ROLE",
    "NOTE",
    "ADR",
    "PRODID",
    "CATEGORIES",
    "END",
];

impl Card {
    /// Reads one card.
    pub(crate) fn parse(text: &str) -> Result<Self, CardError> {
        let (got, limit) = (text.len(), MAX_CARD);
        if got > limit {
            return Err(CardError::TooLong { got, limit });
        }
        check_lines(text)?;
        let cards = vcard4::parse(text).map_err(|error| CardError::NotVcard4(error.to_string()))?;
        let [card] = cards.as_slice() else {
            return Err(CardError::NotOneCard(cards.len()));
        };
        let name = card.formatted_name.first().map(|name| name.value.clone());
        let name = name.filter(|name| !name.trim().is_empty());
        Ok(Self {
            text: card.to_string(),
            name: name.ok_or_else(|| CardError::NotVcard4("it has no name".to_owned()))?,
            phones: card.tel.iter().map(ToString::to_string).collect(),
            mails: card.email.iter().map(|mail| mail.value.clone()).collect(),
        })
    }

    /// As it is shown.
    pub(crate) fn fact(&self) -> Value {
        json!({
            "name": self.name,
            "phones": self.phones,
            "mails": self.mails,
            "vcard": self.text,
        })
    }
}

/// Every line has a property that is taken, no group, and a value.
fn check_lines(text: &str) -> Result<(), CardError> {
    let unfolded = text.replace("\r\n ", "").replace("\r\n\t", "");
    let unfolded = unfolded.replace("\n ", "").replace("\n\t", "");
    // The library takes a card that breaks off.
    if unfolded.lines().last() != Some("END:VCARD") {
        return Err(CardError::Malformed);
    }
    for line in unfolded.lines() {
        let (head, value) = line.split_once(':').ok_or(CardError::Malformed)?;
        let name = head.split(';').next().unwrap_or_default();
        if !TAKEN.contains(&name.to_ascii_uppercase().as_str()) {
            let name = name.chars().take(40).collect();
            return Err(CardError::PropertyNotTaken(name));
        }
        if name.eq_ignore_ascii_case("VERSION") && value != "4.0" {
            let got = value.chars().take(10).collect::<String>();
            return Err(CardError::NotVcard4(format!("it has version {got:?}")));
        }
        if value.trim().is_empty() || line.chars().any(char::is_control) {
            return Err(CardError::Malformed);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Dr. Ada Löwe\r\nTEL;TYPE=work:+49 30 1234\r\nEMAIL:ada@example.org\r\nEND:VCARD\r\n";

    #[test]
    fn a_card_is_read_and_written_again() {
        let card = Card::parse(GOOD).unwrap();
        assert_eq!(card.name, "Dr. Ada Löwe");
        assert_eq!(card.fact()["mails"], json!(["ada@example.org"]));
        assert_eq!(card.fact()["phones"], json!(["+49 30 1234"]));
        assert_eq!(Card::parse(&card.text), Ok(card.clone()));
    }

    #[test]
    fn what_is_no_single_plain_card_is_refused() {
        let with = |line: &str| GOOD.replace("EMAIL:ada@example.org", line);
        for text in [
            String::new(),
            "FN:x".to_owned(),
            GOOD.replace("4.0", "3.0"),
            GOOD.replace("FN:Dr. Ada Löwe\r\n", ""),
            GOOD.replace("END:VCARD\r\n", ""),
            format!("{GOOD}{GOOD}"),
            with("PHOTO:https://example.org/spy.png"),
            with("KEY:data:application/pgp-keys;base64,AAAA"),
            with("item1.EMAIL:ada@example.org"),
            with("BDAY:ü"),
            with("EMAIL:"),
            with("EMAIL:a\u{0}b"),
            with(&format!("NOTE:{}", "x".repeat(MAX_CARD))),
        ] {
            assert!(Card::parse(&text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(line in "(FN|N|TEL|ORG|ADR|NOTE|EMAIL|CATEGORIES|VERSION)[;:=,\"a-zA-Zü\\\\. \t\r\n0-9]{0,40}", cut in 0usize..160) {
            let text = GOOD.replace("EMAIL:ada@example.org", &line);
            drop(Card::parse(&text));
            drop(Card::parse(&text.chars().take(cut).collect::<String>()));
        }
    }
}
