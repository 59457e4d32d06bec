//! VEC-B-01: a file with room keys, under a passphrase.

use pruefstand_vectors::Stage::{Authenticate, Parse, Policy};

use super::{aes_ctr, base64, hmac, pbkdf2};
use crate::generate::{
    case::{Verdict, case},
    curve::secret,
    draft::Draft,
};

const PASSPHRASE: &str = "correct horse battery staple";
const PLAIN: &[u8] = b"[]";
const HEADER: &str = "-----BEGIN MEGOLM SESSION DATA-----";
const FOOTER: &str = "-----END MEGOLM SESSION DATA-----";

const FORM: Verdict = Err((Parse, "Form"));
const TEXT: Verdict = Err((Parse, "Form"));
const CHANGED: Verdict = Err((Authenticate, "Changed"));
const COST: Verdict = Err((Policy, "Cost"));

/// The bytes of a file before they are text.
struct Export {
    version: u8,
    salt: [u8; 16],
    iv: [u8; 16],
    iterations: u32,
    /// What the key really costs; no file says so.
    paid: u32,
    plain: Vec<u8>,
}

impl Export {
    fn honest() -> Self {
        let [salt, iv] = [110, 111].map(|number| *secret(number).first_chunk().expect("16 bytes"));
        let mut iv: [u8; 16] = iv;
        iv[8] &= 0x7f;
        Self {
            version: 1,
            salt,
            iv,
            iterations: 1000,
            paid: 1000,
            plain: PLAIN.to_vec(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let keys = pbkdf2(PASSPHRASE, &self.salt, self.paid, 64);
        let ciphertext = aes_ctr(&keys[..32], self.iv, &self.plain);
        let body = [
            &[self.version][..],
            &self.salt,
            &self.iv,
            &self.iterations.to_be_bytes(),
            &ciphertext,
        ]
        .concat();
        let mac = hmac(&keys[32..], &body);
        [body, mac.to_vec()].concat()
    }
}

/// The text in lines of so many letters.
fn wrapped(bytes: &[u8], width: usize, end: &str) -> String {
    let text = padded(bytes);
    let lines: Vec<&str> = (0..text.len())
        .step_by(width)
        .map(|at| &text[at..text.len().min(at + width)])
        .collect();
    format!("{HEADER}{end}{}{end}{FOOTER}{end}", lines.join(end))
}

fn padded(bytes: &[u8]) -> String {
    let text = base64(bytes);
    let missing = (4 - text.len() % 4) % 4;
    text + &"=".repeat(missing)
}

fn draft(comment: &str, verdict: Verdict, file: &str, passphrase: &str) -> Draft {
    let input: [(&str, &[u8]); 2] = [
        ("file", file.as_bytes()),
        ("passphrase", passphrase.as_bytes()),
    ];
    case(comment, verdict, &input).output(PLAIN)
}

pub(super) fn drafts() -> Vec<Draft> {
    let text =
        |comment: &str, verdict: Verdict, file: &str| draft(comment, verdict, file, PASSPHRASE);
    let made = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Export)| {
        let mut export = Export::honest();
        change(&mut export);
        text(comment, verdict, &wrapped(&export.bytes(), 96, "\n"))
    };
    let honest = Export::honest().bytes();
    let file = wrapped(&honest, 96, "\n");
    let mut drafts = vec![text("as a client writes it", Ok(()), &file)];
    for (comment, passphrase) in [
        ("another passphrase", "correct horse battery stable"),
        ("no passphrase", ""),
        (
            "passphrase with a space after",
            "correct horse battery staple ",
        ),
        ("passphrase in capitals", "CORRECT HORSE BATTERY STAPLE"),
    ] {
        drafts.push(draft(
            comment,
            Err((Authenticate, "WrongPassphrase")),
            &file,
            passphrase,
        ));
    }
    for version in [0, 2, 0x31, 0xff] {
        drafts.push(made(
            &format!("version {version:#04x}"),
            Err((Policy, "Version")),
            &|e| e.version = version,
        ));
    }
    for iterations in [0, 1, 10, 999] {
        drafts.push(made(&format!("{iterations} iterations"), COST, &|e| {
            e.iterations = iterations;
            e.paid = iterations.max(1);
        }));
    }
    // nobody pays for these before they are refused
    for iterations in [10_000_001, 1_000_000_000, u32::MAX] {
        drafts.push(made(&format!("{iterations} iterations"), COST, &|e| {
            e.iterations = iterations
        }));
    }
    drafts.extend([
        made("1,000 iterations", Ok(()), &|_| {}),
        made("1,001 iterations said, 1,000 paid", CHANGED, &|e| {
            e.iterations = 1001
        }),
        made("10,000 iterations", Ok(()), &|e| {
            e.iterations = 10_000;
            e.paid = 10_000;
        }),
        made("salt of zeros", Ok(()), &|e| e.salt = [0; 16]),
        made("IV of zeros", Ok(()), &|e| e.iv = [0; 16]),
        made("bit 63 of the IV set", Err((Parse, "Counter")), &|e| {
            e.iv[8] |= 0x80
        }),
        made("low half of the IV full", Err((Parse, "Counter")), &|e| {
            e.iv[8..].fill(0xff)
        }),
    ]);
    drafts.extend(flips(&honest));
    drafts.extend(cuts(&honest));
    drafts.extend(texts(&honest));
    drafts
}

/// Every byte of salt, IV, ciphertext and MAC changed.
fn flips(honest: &[u8]) -> Vec<Draft> {
    let flipped = |at: usize| {
        let mut changed = honest.to_vec();
        changed[at] ^= 1;
        let file = wrapped(&changed, 96, "\n");
        draft(
            &format!("bit 0 of byte {at} flipped"),
            CHANGED,
            &file,
            PASSPHRASE,
        )
    };
    (1..33).chain(37..honest.len()).map(flipped).collect()
}

fn cuts(honest: &[u8]) -> Vec<Draft> {
    let cut = |length: usize, verdict: Verdict| {
        let file = wrapped(&honest[..length], 96, "\n");
        draft(&format!("{length} bytes"), verdict, &file, PASSPHRASE)
    };
    let short = [0, 1, 17, 33, 37, 68].map(|length| cut(length, FORM));
    let long = [69, 70].map(|length| cut(length, CHANGED));
    let more = wrapped(&[honest, &[0]].concat(), 96, "\n");
    short
        .into_iter()
        .chain(long)
        .chain([draft("a byte more", CHANGED, &more, PASSPHRASE)])
        .collect()
}

/// Header, footer and lines.
fn texts(honest: &[u8]) -> Vec<Draft> {
    let text =
        |comment: &str, verdict: Verdict, file: &str| draft(comment, verdict, file, PASSPHRASE);
    let file = wrapped(honest, 96, "\n");
    let body = padded(honest);
    let plain = |body: &str| format!("{HEADER}\n{body}\n{FOOTER}\n");
    vec![
        text("lines of 76 letters", Ok(()), &wrapped(honest, 76, "\n")),
        text("lines of 97 letters", Ok(()), &wrapped(honest, 97, "\n")),
        text("one line", Ok(()), &plain(&body)),
        text("lines of one letter", Ok(()), &wrapped(honest, 1, "\n")),
        text(
            "carriage return and line feed",
            Ok(()),
            &wrapped(honest, 96, "\r\n"),
        ),
        text("no line feed at the end", Ok(()), file.trim_end()),
        text("no padding", Ok(()), &plain(body.trim_end_matches('='))),
        text("nothing", TEXT, ""),
        text("no header", TEXT, file.trim_start_matches(HEADER)),
        text("no footer", TEXT, &file.replace(FOOTER, "")),
        text("header alone", TEXT, HEADER),
        text(
            "header and footer on one line",
            TEXT,
            &format!("{HEADER}{body}{FOOTER}"),
        ),
        text(
            "header in lower case",
            TEXT,
            &file.replace(HEADER, &HEADER.to_lowercase()),
        ),
        text(
            "header of another kind",
            TEXT,
            &file.replace("BEGIN MEGOLM", "BEGIN OLM"),
        ),
        text(
            "header with four hyphens",
            TEXT,
            &file.replace(HEADER, &HEADER[1..]),
        ),
        text(
            "header with a space after",
            TEXT,
            &file.replace(HEADER, &format!("{HEADER} ")),
        ),
        text(
            "footer of another kind",
            TEXT,
            &file.replace("END MEGOLM", "END OLM"),
        ),
        text(
            "footer before the header",
            TEXT,
            &format!("{FOOTER}\n{body}\n{HEADER}\n"),
        ),
        text("two headers", TEXT, &format!("{HEADER}\n{file}")),
        text("text before", TEXT, &format!("Keys:\n{file}")),
        text("byte order mark before", TEXT, &format!("\u{feff}{file}")),
        text("text after", TEXT, &format!("{file}Keys\n")),
        text("a second file after", TEXT, &format!("{file}{file}")),
        text("a line without letters", TEXT, &plain(&format!("\n{body}"))),
        text(
            "space inside a line",
            TEXT,
            &plain(&format!("{} {}", &body[..8], &body[8..])),
        ),
        text("comment line", TEXT, &plain(&format!("# keys\n{body}"))),
        text("URL alphabet", TEXT, &plain(&format!("-_{}", &body[2..]))),
        text(
            "padding inside",
            TEXT,
            &plain(&format!("{}=\n{}", &body[..7], &body[8..])),
        ),
        text("too much padding", TEXT, &plain(&format!("{body}===="))),
    ]
}
