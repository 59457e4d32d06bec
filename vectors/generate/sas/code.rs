//! VEC-S-09: the two digits that people compare when a device signs in by a QR code.

use hkdf::Hkdf;
use pruefstand_vectors::Stage::Authenticate;
use sha2::{Sha256, Sha512};

use super::{ALICE_SECRET, BOB_SECRET, ephemeral, shared};
use crate::generate::{
    case::{Verdict, case},
    curve::{public, secret},
    draft::Draft,
};

const INFO: &str = "MATRIX_QR_CODE_LOGIN_CHECKCODE";
const OTHER: Verdict = Err((Authenticate, "OtherDerivation"));

/// The label of RFC 9180, 5.3, for X25519, HKDF-SHA-256 and ChaCha20-Poly1305.
const LABEL: &[u8] = b"\x00\x02HPKE-v1HPKE\x00\x20\x00\x01\x00\x03sec";

/// As vodozemac has it before 0.11.1, and for the older channel still: texts with separators.
fn texts() -> Vec<u8> {
    format!(
        "{INFO}|{}|{}",
        ephemeral(ALICE_SECRET),
        ephemeral(BOB_SECRET)
    )
    .into_bytes()
}

/// As MSC4388 has it: bytes without separators.
fn bytes() -> Vec<u8> {
    [INFO.as_bytes(), &public(ALICE_SECRET), &public(BOB_SECRET)].concat()
}

/// Two bytes of the older channel (MSC4108): HKDF-SHA-512 over the secret of both keys.
fn older(info: &[u8]) -> [u8; 2] {
    let mut code = [0; 2];
    Hkdf::<Sha512>::new(None, &shared())
        .expand(info, &mut code)
        .expect("two bytes");
    code
}

/// Two bytes of the newer channel (MSC4388): an export of RFC 9180 under a fixed exporter secret.
fn newer(info: &[u8]) -> [u8; 2] {
    let mut code = [0; 2];
    let exporter = Hkdf::<Sha256>::from_prk(&secret(103)).expect("32 bytes");
    exporter
        .expand(&[LABEL, info].concat(), &mut code)
        .expect("two bytes");
    code
}

/// A first digit that may be zero.
fn with_zero([first, second]: [u8; 2]) -> String {
    format!("{}{}", first % 10, second % 10)
}

/// A first digit that is never zero.
fn without_zero([first, second]: [u8; 2]) -> String {
    format!("{}{}", first % 9 + 1, second % 10)
}

/// Asks whether a device that was scanned takes the digits that its user types.
fn draft(comment: &str, verdict: Verdict, version: &str, digits: &str) -> Draft {
    let (shared, exporter) = (shared(), secret(103));
    let secret: &[u8] = if version == "msc4108" {
        &shared
    } else {
        &exporter
    };
    let input: [(&str, &[u8]); 5] = [
        ("version", version.as_bytes()),
        ("secret", secret),
        ("recipient", &public(ALICE_SECRET)),
        ("sender", &public(BOB_SECRET)),
        ("digits", digits.as_bytes()),
    ];
    case(comment, verdict, &input)
}

pub(super) fn drafts() -> Vec<Draft> {
    let mut drafts = Vec::new();
    let versions = [
        (
            "msc4108",
            with_zero(older(&texts())),
            [
                without_zero(older(&texts())),
                with_zero(older(&bytes())),
                without_zero(newer(&bytes())),
            ],
        ),
        (
            "msc4388",
            without_zero(newer(&bytes())),
            [
                with_zero(newer(&bytes())),
                without_zero(newer(&texts())),
                with_zero(older(&texts())),
            ],
        ),
    ];
    for (version, right, wrong) in versions {
        drafts.push(draft(
            &format!("{version}: its own digits"),
            Ok(()),
            version,
            &right,
        ));
        let others = [
            "digits of the other form",
            "digits of the other info",
            "digits of the other version",
        ];
        for (comment, digits) in others.into_iter().zip(&wrong) {
            if *digits != right {
                drafts.push(draft(
                    &format!("{version}: {comment}"),
                    OTHER,
                    version,
                    digits,
                ));
            }
        }
        let reversed: String = right.chars().rev().collect();
        for (comment, digits) in [
            ("a zero before", format!("0{right}")),
            ("first digit only", right[..1].to_owned()),
            ("second digit only", right[1..].to_owned()),
            ("digits swapped", reversed),
            ("space between", format!("{} {}", &right[..1], &right[1..])),
            ("no digits", String::new()),
            ("a sign before", format!("+{right}")),
            (
                "digits of another script",
                right
                    .chars()
                    .map(|digit| char::from_u32(0x660 + u32::from(digit) - 0x30).expect("a digit"))
                    .collect(),
            ),
        ] {
            if digits != right {
                drafts.push(draft(
                    &format!("{version}: {comment}"),
                    OTHER,
                    version,
                    &digits,
                ));
            }
        }
    }
    drafts
}
