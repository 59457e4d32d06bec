//! VEC-S-08: codes that a camera reads.

use pruefstand_vectors::Stage::{Decode, Key, Parse, Policy};
use sha2::{Digest as _, Sha256};

use super::{ALICE_KEY, BOB_MASTER, TRANSACTION};
use crate::generate::{
    case::{Verdict, case},
    curve::secret,
    draft::Draft,
    json::public_key,
};

const FORM: Verdict = Err((Parse, "QrForm"));
const SHORT: Verdict = Err((Policy, "ShortSecret"));

/// The bytes of a QR code of the specification's format, before one of them is changed.
struct Qr {
    prefix: Vec<u8>,
    version: u8,
    mode: u8,
    length: u16,
    flow: Vec<u8>,
    first: Vec<u8>,
    second: Vec<u8>,
    secret: Vec<u8>,
}

fn key(number: u8) -> Vec<u8> {
    vodozemac::base64_decode(public_key(number)).expect("base64")
}

impl Qr {
    fn honest() -> Self {
        Self {
            prefix: b"MATRIX".to_vec(),
            version: 2,
            mode: 0,
            length: u16::try_from(TRANSACTION.len()).expect("short"),
            flow: TRANSACTION.as_bytes().to_vec(),
            first: key(ALICE_KEY),
            second: key(BOB_MASTER),
            secret: secret(100)[..16].to_vec(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        [
            &self.prefix[..],
            &[self.version, self.mode],
            &self.length.to_be_bytes(),
            &self.flow,
            &self.first,
            &self.second,
            &self.secret,
        ]
        .concat()
    }
}

pub(super) fn drafts() -> Vec<Draft> {
    let qr = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Qr)| {
        let mut qr = Qr::honest();
        change(&mut qr);
        case(comment, verdict, &[("qr", &qr.bytes())]).output(&qr.secret)
    };
    let mut drafts = vec![
        qr("another user's device", Ok(()), &|_| {}),
        qr("own device that trusts the master key", Ok(()), &|qr| {
            qr.mode = 1
        }),
        qr("own device that does not trust it yet", Ok(()), &|qr| {
            qr.mode = 2
        }),
    ];
    for mode in [3, 4, 0x7f, 0xff] {
        drafts.push(qr(&format!("mode {mode:#04x}"), FORM, &|qr| qr.mode = mode));
    }
    for version in [0, 1, 3, 0x20, 0xff] {
        drafts.push(qr(&format!("version {version:#04x}"), FORM, &|qr| {
            qr.version = version
        }));
    }
    for length in [0, 7] {
        drafts.push(qr(&format!("secret of {length} bytes"), SHORT, &|qr| {
            qr.secret = vec![7; length]
        }));
    }
    for length in [8, 32, 64] {
        drafts.push(qr(&format!("secret of {length} bytes"), Ok(()), &|qr| {
            qr.secret = vec![7; length]
        }));
    }
    drafts.extend([
        qr("prefix in lower case", FORM, &|qr| {
            qr.prefix = b"matrix".to_vec()
        }),
        qr("another prefix", FORM, &|qr| qr.prefix = b"MATRIY".to_vec()),
        qr("no prefix", FORM, &|qr| qr.prefix = Vec::new()),
        qr("a byte before", FORM, &|qr| qr.prefix = b" MATRIX".to_vec()),
        qr("id of no letters", FORM, &|qr| {
            qr.length = 0;
            qr.flow = Vec::new();
        }),
        qr("length of the id is 0, the id is there", FORM, &|qr| {
            qr.length = 0
        }),
        qr("length of the id beyond the end", FORM, &|qr| {
            qr.length = 1000
        }),
        qr("length of the id is the largest", FORM, &|qr| {
            qr.length = u16::MAX
        }),
        qr("length of the id little-endian", FORM, &|qr| {
            qr.length = qr.length.swap_bytes()
        }),
        qr("id is no UTF-8", Err((Decode, "QrForm")), &|qr| {
            qr.flow[0] = 0xff
        }),
        qr("the same key twice", Err((Key, "QrForm")), &|qr| {
            qr.second.clone_from(&qr.first)
        }),
        qr("first key is zero", Err((Key, "SmallOrder")), &|qr| {
            qr.first = vec![0; 32]
        }),
        qr(
            "second key has small order",
            Err((Key, "SmallOrder")),
            &|qr| {
                qr.second = vec![0; 32];
                qr.second[0] = 1;
            },
        ),
        qr("second key missing", SHORT, &|qr| qr.second = Vec::new()),
    ]);
    let whole = Qr::honest().bytes();
    let ends = whole.len() - 16;
    drafts.extend((0..ends).step_by(4).map(|length| {
        case(
            &format!("{length} bytes"),
            FORM,
            &[("qr", &whole[..length])],
        )
    }));
    drafts
}

/// The bytes in a code that links devices (`reference/protocol/linking.md`): secret, fingerprint, checksum.
fn link_bytes() -> Vec<u8> {
    let said = [&secret(101)[..16], &secret(102)[..10]].concat();
    let sum = Sha256::digest([b"dev.pruefstand.link.code", &said[..]].concat());
    [&said[..], &sum[..2]].concat()
}

/// RFC 4648, section 6, without padding.
fn base32(bytes: &[u8]) -> String {
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let bits: Vec<char> = bits.chars().collect();
    let letter = |chunk: &[char]| {
        let text: String = chunk.iter().chain(&['0'; 5]).take(5).collect();
        let value = u8::from_str_radix(&text, 2).expect("bits");
        char::from(if value < 26 {
            b'A' + value
        } else {
            b'2' + value - 26
        })
    };
    bits.chunks(5).map(letter).collect()
}

fn grouped(letters: &str, with: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let groups = letters
        .chunks(5)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(with)
}

pub(super) fn link_codes() -> Vec<Draft> {
    let letters = base32(&link_bytes());
    let code = |comment: &str, verdict: Verdict, text: &str| {
        case(comment, verdict, &[("text", text.as_bytes())]).output(&link_bytes()[..26])
    };
    let mistyped: Verdict = Err((Parse, "Mistyped"));
    let mut drafts = vec![
        code("nine groups", Ok(()), &grouped(&letters, "-")),
        code(
            "as a QR code has it",
            Ok(()),
            &format!("PRUEFSTAND-LINK:{letters}"),
        ),
        code(
            "in lower case",
            Ok(()),
            &grouped(&letters.to_lowercase(), "-"),
        ),
        code("with spaces", Ok(()), &grouped(&letters, " ")),
        code("without groups", Ok(()), &letters),
        code("one letter less", mistyped, &letters[..44]),
        code("one letter more", mistyped, &format!("{letters}A")),
        code("no letter", mistyped, ""),
        code(
            "another prefix",
            mistyped,
            &format!("MATRIX-LINK:{letters}"),
        ),
        code(
            "prefix twice",
            mistyped,
            &format!("PRUEFSTAND-LINK:PRUEFSTAND-LINK:{letters}"),
        ),
        code("padded", mistyped, &format!("{letters}=")),
        code("neighbours swapped", mistyped, &swapped(&letters)),
        code(
            "first letter is 0",
            mistyped,
            &format!("0{}", &letters[1..]),
        ),
        code(
            "first letter is 1",
            mistyped,
            &format!("1{}", &letters[1..]),
        ),
        code(
            "first letter is 8",
            mistyped,
            &format!("8{}", &letters[1..]),
        ),
        code(
            "first letter is full-width",
            mistyped,
            &format!("\u{ff21}{}", &letters[1..]),
        ),
        code(
            "underscores between groups",
            mistyped,
            &grouped(&letters, "_"),
        ),
        code("line feed inside", mistyped, &grouped(&letters, "\n")),
    ];
    drafts.extend((0..letters.len()).map(|at| {
        let mut changed = letters.clone().into_bytes();
        // the next letter of the alphabet; in the last place that changes a bit that carries nothing
        changed[at] = match changed[at] {
            b'Z' => b'2',
            b'7' => b'A',
            letter => letter + 1,
        };
        let changed = String::from_utf8(changed).expect("ASCII");
        code(
            &format!("letter {at} is the next one"),
            mistyped,
            &grouped(&changed, "-"),
        )
    }));
    drafts
}

/// The first two neighbours that differ, swapped.
fn swapped(letters: &str) -> String {
    let mut letters = letters.as_bytes().to_vec();
    let at = (0..)
        .find(|at| letters[*at] != letters[at + 1])
        .expect("two letters");
    letters.swap(at, at + 1);
    String::from_utf8(letters).expect("ASCII")
}
