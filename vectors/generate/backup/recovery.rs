//! VEC-B-09: the text of a recovery key (Matrix specification, "Key representation").

use pruefstand_vectors::Stage::Parse;

use crate::generate::{
    case::{Verdict, case},
    curve::secret,
    draft::Draft,
};

const MISTYPED: Verdict = Err((Parse, "Mistyped"));
const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Base58 in Bitcoin's alphabet.
fn base58(bytes: &[u8]) -> String {
    let mut digits: Vec<u8> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += u32::from(*digit) << 8;
            *digit = u8::try_from(carry % 58).expect("below 58");
            carry /= 58;
        }
        while carry > 0 {
            digits.push(u8::try_from(carry % 58).expect("below 58"));
            carry /= 58;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    digits.resize(digits.len() + zeros, 0);
    let letters = digits
        .iter()
        .rev()
        .map(|digit| char::from(ALPHABET[usize::from(*digit)]));
    letters.collect()
}

fn with_parity(bytes: &[u8]) -> Vec<u8> {
    let parity = bytes.iter().fold(0, |parity, byte| parity ^ byte);
    [bytes, &[parity]].concat()
}

fn grouped(text: &str, size: usize, with: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let groups = letters
        .chunks(size)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(with)
}

pub(super) fn drafts() -> Vec<Draft> {
    let key = secret(120);
    let text = |comment: &str, verdict: Verdict, text: &str| {
        case(comment, verdict, &[("text", text.as_bytes())]).output(&key)
    };
    let coded = |comment: &str, prefix: [u8; 2], key: &[u8]| {
        let bytes = with_parity(&[&prefix[..], key].concat());
        text(comment, MISTYPED, &base58(&bytes))
    };
    let bytes = with_parity(&[&[0x8b, 0x01], &key[..]].concat());
    let right = base58(&bytes);
    let mut wrong_parity = bytes.clone();
    wrong_parity[34] ^= 1;
    let mut drafts = vec![
        text("groups of four", Ok(()), &grouped(&right, 4, " ")),
        text("no groups", Ok(()), &right),
        text("groups of three", Ok(()), &grouped(&right, 3, " ")),
        text("two spaces between", Ok(()), &grouped(&right, 4, "  ")),
        text("line feeds between", Ok(()), &grouped(&right, 4, "\n")),
        text("tabs between", Ok(()), &grouped(&right, 4, "\t")),
        text("spaces around", Ok(()), &format!("  {right} \n")),
        text("hyphens between", MISTYPED, &grouped(&right, 4, "-")),
        text("nothing", MISTYPED, ""),
        text("spaces alone", MISTYPED, "    "),
        text("in lower case", MISTYPED, &right.to_lowercase()),
        text("in upper case", MISTYPED, &right.to_uppercase()),
        text(
            "first group twice",
            MISTYPED,
            &format!("{}{right}", &right[..4]),
        ),
        text("last group missing", MISTYPED, &right[..right.len() - 4]),
        text("a 1 before", MISTYPED, &format!("1{right}")),
        text("four 1 before", MISTYPED, &format!("1111{right}")),
        text("a 1 after", MISTYPED, &format!("{right}1")),
        text("the key in hexadecimal", MISTYPED, &"00".repeat(32)),
        text("the key in base64", MISTYPED, &super::base64(key)),
        text("parity byte wrong", MISTYPED, &base58(&wrong_parity)),
        text("no parity byte", MISTYPED, &base58(&bytes[..34])),
        text("2,000 letters", MISTYPED, &"z".repeat(2000)),
        coded("prefix 8b 02", [0x8b, 0x02], &key),
        coded("prefix 8a 01", [0x8a, 0x01], &key),
        coded("prefix 01 8b", [0x01, 0x8b], &key),
        coded("prefix of zeros", [0, 0], &key),
        coded("key of 31 bytes", [0x8b, 0x01], &key[..31]),
        coded("key of 33 bytes", [0x8b, 0x01], &[&key[..], &[0]].concat()),
        coded("key of 16 bytes", [0x8b, 0x01], &key[..16]),
        coded("no key", [0x8b, 0x01], &[]),
    ];
    for confusable in ['0', 'O', 'I', 'l', '+', '/', '\u{3b1}', '\u{ff11}'] {
        let typed = format!("{}{confusable}{}", &right[..10], &right[11..]);
        drafts.push(text(
            &format!("letter {confusable:?}, which base58 does not have"),
            MISTYPED,
            &typed,
        ));
    }
    drafts.extend((0..right.len()).map(|at| {
        let mut typed = right.clone().into_bytes();
        let place = ALPHABET
            .iter()
            .position(|letter| *letter == typed[at])
            .expect("a letter");
        typed[at] = ALPHABET[(place + 1) % 58];
        let typed = String::from_utf8(typed).expect("ASCII");
        text(&format!("letter {at} is the next one"), MISTYPED, &typed)
    }));
    drafts.extend(
        (0..right.len() - 1)
            .filter(|at| right.as_bytes()[*at] != right.as_bytes()[at + 1])
            .map(|at| {
                let mut typed = right.clone().into_bytes();
                typed.swap(at, at + 1);
                let typed = String::from_utf8(typed).expect("ASCII");
                text(
                    &format!("letters {at} and {} swapped", at + 1),
                    MISTYPED,
                    &typed,
                )
            }),
    );
    drafts
}
