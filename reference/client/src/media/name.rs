//! Names of files as they are safe to show and to save under (ATK-ATT-05, ATK-ATT-06).

use unicode_normalization::UnicodeNormalization as _;

use super::kind::Kind;
use crate::guard::is_unseen;

/// Bytes of a name; file systems take 255, and something may be added.
const LONGEST: usize = 120;

/// Names that Windows reads as devices, with any ending.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The ending of a name, without the dot.
pub(crate) fn ending(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, ending)| ending.trim())
}

/// A name in one folder that says what it is: no path, no hidden letters, one ending.
pub(crate) fn safe_name(name: &str) -> String {
    let last = name
        .rsplit(['/', '\\'])
        .find(|part| !part.trim_matches(['.', ' ']).is_empty());
    let clean: String = last
        .unwrap_or_default()
        .nfc()
        .filter(|&letter| !is_unseen(letter))
        .collect();
    let clean = clean.replace(['<', '>', ':', '"', '|', '?', '*', '%'], "_");
    let clean = clean.trim_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let (stem, ending) = match clean.rsplit_once('.') {
        Some((stem, ending)) => (one_ending(stem), Some(ending.trim())),
        None => (clean.to_owned(), None),
    };
    let stem = if is_reserved(&stem) {
        format!("_{stem}")
    } else {
        stem
    };
    let stem = if stem.is_empty() {
        "file".to_owned()
    } else {
        stem
    };
    let ending = ending.filter(|ending| !ending.is_empty());
    let tail = ending
        .map(|ending| format!(".{}", cut(ending, 20)))
        .unwrap_or_default();
    format!("{}{tail}", cut(&stem, LONGEST - tail.len()))
}

/// "photo.jpg" as the stem of "photo.jpg.exe" would be read as the whole name.
fn one_ending(stem: &str) -> String {
    let parts = stem.split('.').enumerate();
    let mut joined = String::with_capacity(stem.len());
    for (at, part) in parts {
        if at > 0 {
            let announces = Kind::announced(part.trim()).is_some();
            joined.push(if announces { '_' } else { '.' });
        }
        joined.push_str(part.trim_end());
    }
    joined
}

fn is_reserved(stem: &str) -> bool {
    let lower = stem
        .split('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let name = lower.trim_end_matches(|letter: char| letter.is_ascii_digit());
    RESERVED.contains(&name)
}

/// The first letters, at most so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_safe_name_stays_in_its_folder_and_says_what_it_is() {
        for (name, safe) in [
            ("figures.txt", "figures.txt"),
            ("Größe 2.1 final.pdf", "Größe 2.1 final.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\evil.exe", "evil.exe"),
            ("/", "file"),
            ("..", "file"),
            ("", "file"),
            ("....txt", "txt"),
            (".bashrc", "bashrc"),
            ("photo.jpg.exe", "photo_jpg.exe"),
            ("photo.jpg     .exe", "photo_jpg.exe"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a\0b\nc.txt", "abc.txt"),
            ("CON", "_CON"),
            ("com1.txt", "_com1.txt"),
            ("console.txt", "console.txt"),
            ("name. . .", "name"),
            ("x.txt:stream", "x.txt_stream"),
            ("%2e%2e%2fx", "_2e_2e_2fx"),
        ] {
            assert_eq!(safe_name(name), safe, "{name:?}");
        }
        let long = safe_name(&format!("{}.pdf", "ü".repeat(300)));
        assert!(long.len() <= LONGEST && long.ends_with("ü.pdf"));
        assert!(safe_name(&format!("x.{}", "y".repeat(300))).len() <= LONGEST);
    }

    #[test]
    fn a_safe_name_is_its_own_safe_name() {
        for name in [
            "../a.b.c",
            "photo.jpg.exe",
            "CON.CON",
            ". .x. .",
            "a/..",
            "\u{202e}.\u{202e}",
        ] {
            let safe = safe_name(name);
            assert_eq!(safe_name(&safe), safe, "{name:?}");
        }
    }
}
