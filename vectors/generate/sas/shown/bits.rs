//! VEC-S-02: how six bytes are shown.

use pruefstand_vectors::Stage::{Authenticate, Parse};

use super::shown;
use crate::generate::{
    case::{Verdict, case},
    draft::Draft,
};

/// Every single bit, and other ways to cut.
pub(in crate::generate) fn bits() -> Vec<Draft> {
    let draft = |comment: &str, verdict: Verdict, bytes: &[u8], shown: &[u8]| {
        case(comment, verdict, &[("bytes", bytes), ("shown", shown)])
    };
    let mut drafts = Vec::new();
    let single = (0..48).map(|bit| (format!("bit {bit}"), (1_u64 << (47 - bit)).to_be_bytes()));
    let single =
        single.map(|(comment, bytes)| (comment, bytes[2..].try_into().expect("six bytes")));
    let all = [
        ("all zero".to_owned(), [0; 6]),
        ("all ones".to_owned(), [0xff; 6]),
        ("counting".to_owned(), [1, 2, 3, 4, 5, 6]),
        (
            "descending".to_owned(),
            [0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54],
        ),
    ];
    for (comment, bytes) in all.into_iter().chain(single) {
        let right = shown(bytes);
        drafts.push(draft(&comment, Ok(()), &bytes, &right));
        let mut wrong = |how: &str, other: Vec<u8>| {
            if other != right {
                let verdict = Err((Authenticate, "OtherBits"));
                drafts.push(draft(&format!("{comment}: {how}"), verdict, &bytes, &other));
            }
        };
        let mut backwards = bytes;
        backwards.reverse();
        wrong("bytes reversed", shown(backwards));
        wrong(
            "last 42 bits as emoji",
            [&shown(shifted(bytes))[..7], &right[7..]].concat(),
        );
        wrong(
            "emoji reversed",
            right[..7]
                .iter()
                .rev()
                .chain(&right[7..])
                .copied()
                .collect(),
        );
        wrong(
            "decimals from 0",
            [&right[..7], &from_zero(&right[7..])].concat(),
        );
    }
    let verdict = Err((Parse, "OtherBits"));
    drafts.extend([
        draft("five bytes", verdict, &[0; 5], &shown([0; 6])),
        draft("seven bytes", verdict, &[0; 7], &shown([0; 6])),
        draft("no bytes", verdict, &[], &shown([0; 6])),
    ]);
    drafts
}

/// The bytes six bits further to the left.
pub(super) fn shifted(bytes: [u8; 6]) -> [u8; 6] {
    let number = bytes
        .iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    (number << 6).to_be_bytes()[2..]
        .try_into()
        .expect("six bytes")
}

pub(super) fn from_zero(decimals: &[u8]) -> Vec<u8> {
    let (pairs, _) = decimals.as_chunks::<2>();
    pairs
        .iter()
        .flat_map(|pair| (u16::from_be_bytes(*pair) - 1000).to_be_bytes())
        .collect()
}
