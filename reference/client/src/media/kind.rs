//! What a file is, by its bytes and not by its name.

/// What a file can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A picture of a format that every viewer draws without running anything.
    Picture,
    Text,
    Audio,
    Video,
    /// A document of a format that may hold more than it shows.
    Document,
    Archive,
    /// It brings instructions that a viewer would carry out: markup, scripts, macros.
    Active,
    /// A system would run it.
    Program,
    Unknown,
}

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) mime: &'static str,
    pub(crate) class: Class,
}

impl Class {
    /// Whether a user expects to look at it, not to run it.
    pub(crate) fn is_harmless(self) -> bool {
        matches!(
            self,
            Self::Picture | Self::Text | Self::Audio | Self::Video | Self::Document
        )
    }
}

/// Bytes of a text that are looked at.
const HEAD: usize = 4096;

impl Kind {
    /// The kind of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        special(bytes)
            .or_else(|| infer::get(bytes).map(|found| named(found.mime_type())))
            .or_else(|| readable(bytes))
            .unwrap_or(Self::new("application/octet-stream", Class::Unknown))
    }

    /// The kind that a media type or the ending of a name announces; `None` for one that says nothing.
    pub(crate) fn announced(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let known = ENDINGS
            .iter()
            .find(|(ending, mime, _)| *ending == text || *mime == text);
        known.map(|&(_, mime, class)| Self::new(mime, class))
    }

    /// The endings that names of this kind of file have.
    pub(crate) fn endings(self) -> impl Iterator<Item = &'static str> {
        let of = move |(_, mime, _): &&(&str, &str, Class)| *mime == self.mime;
        ENDINGS.iter().filter(of).map(|(ending, _, _)| *ending)
    }

    const fn new(mime: &'static str, class: Class) -> Self {
        Self { mime, class }
    }
}

/// Formats that a list of first bytes does not tell well enough.
fn special(bytes: &[u8]) -> Option<Kind> {
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    if bytes.starts_with(b"PK\x03\x04") {
        return if holds(b"vbaProject.bin") {
            Some(Kind::new(
                "application/vnd.ms-office.macro-enabled",
                Class::Active,
            ))
        } else if holds(b"META-INF/MANIFEST.MF") || holds(b"AndroidManifest.xml") {
            Some(Kind::new("application/java-archive", Class::Program))
        } else {
            None
        };
    }
    // Compound files hold macros, installers and embedded objects.
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
        return Some(Kind::new("application/x-ole-storage", Class::Active));
    }
    if bytes.starts_with(b"{\\rtf") {
        return Some(Kind::new("application/rtf", Class::Active));
    }
    // [MS-SHLLINK], section 2.1.
    if bytes.starts_with(&[0x4c, 0, 0, 0, 0x01, 0x14, 0x02, 0]) {
        return Some(Kind::new("application/x-ms-shortcut", Class::Program));
    }
    None
}

/// A text, and what it would do.
fn readable(bytes: &[u8]) -> Option<Kind> {
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))?;
    let head: String = text
        .trim_start_matches('\u{feff}')
        .trim_start()
        .chars()
        .take(HEAD)
        .collect();
    let head = head.to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| head.contains(word));
    let starts = |words: &[&str]| words.iter().any(|word| head.starts_with(word));
    Some(if starts(&["<"]) && holds(&["<svg"]) {
        Kind::new("image/svg+xml", Class::Active)
    } else if starts(&["<"])
        && holds(&[
            "<html",
            "<!doctype html",
            "<script",
            "<body",
            "<iframe",
            "<img",
        ])
    {
        Kind::new("text/html", Class::Active)
    } else if starts(&["<?xml", "<?php", "<%"]) {
        Kind::new("text/xml", Class::Active)
    } else if starts(&["#!", "@echo", "<job", "<hta"]) {
        Kind::new("text/x-shellscript", Class::Active)
    } else if starts(&["[desktop entry]", "[internetshortcut]"]) {
        Kind::new("application/x-desktop", Class::Program)
    } else {
        Kind::new("text/plain", Class::Text)
    })
}

/// The kind of a media type that was found in the bytes.
fn named(mime: &'static str) -> Kind {
    let class = match mime {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" => Class::Picture,
        "text/html" | "text/xml" | "text/x-shellscript" => Class::Active,
        "application/pdf" | "application/epub+zip" => Class::Document,
        "application/x-executable"
        | "application/vnd.microsoft.portable-executable"
        | "application/java"
        | "application/x-mach-binary"
        | "application/vnd.android.dex"
        | "application/x-llvm"
        | "application/wasm" => Class::Program,
        "application/zip"
        | "application/gzip"
        | "application/x-tar"
        | "application/vnd.rar"
        | "application/x-7z-compressed"
        | "application/x-bzip2"
        | "application/x-xz"
        | "application/zstd" => Class::Archive,
        mime if mime.starts_with("audio/") => Class::Audio,
        mime if mime.starts_with("video/") => Class::Video,
        mime if mime.starts_with("application/vnd.o") => Class::Document,
        _ => Class::Unknown,
    };
    Kind::new(mime, class)
}

/// Endings with their media types, the usual one of each type first.
const ENDINGS: &[(&str, &str, Class)] = &[
    ("jpg", "image/jpeg", Class::Picture),
    ("jpeg", "image/jpeg", Class::Picture),
    ("png", "image/png", Class::Picture),
    ("gif", "image/gif", Class::Picture),
    ("webp", "image/webp", Class::Picture),
    ("txt", "text/plain", Class::Text),
    ("csv", "text/plain", Class::Text),
    ("md", "text/plain", Class::Text),
    ("log", "text/plain", Class::Text),
    ("mp3", "audio/mpeg", Class::Audio),
    ("ogg", "audio/ogg", Class::Audio),
    ("wav", "audio/x-wav", Class::Audio),
    ("m4a", "audio/m4a", Class::Audio),
    ("mp4", "video/mp4", Class::Video),
    ("webm", "video/webm", Class::Video),
    ("mov", "video/quicktime", Class::Video),
    ("pdf", "application/pdf", Class::Document),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Class::Document,
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Class::Document,
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Class::Document,
    ),
    (
        "odt",
        "application/vnd.oasis.opendocument.text",
        Class::Document,
    ),
    ("zip", "application/zip", Class::Archive),
    ("gz", "application/gzip", Class::Archive),
    ("7z", "application/x-7z-compressed", Class::Archive),
    ("svg", "image/svg+xml", Class::Active),
    ("html", "text/html", Class::Active),
    ("htm", "text/html", Class::Active),
    ("xml", "text/xml", Class::Active),
    ("sh", "text/x-shellscript", Class::Active),
    ("doc", "application/x-ole-storage", Class::Active),
    ("xls", "application/x-ole-storage", Class::Active),
    (
        "docm",
        "application/vnd.ms-office.macro-enabled",
        Class::Active,
    ),
    (
        "xlsm",
        "application/vnd.ms-office.macro-enabled",
        Class::Active,
    ),
    ("rtf", "application/rtf", Class::Active),
    (
        "exe",
        "application/vnd.microsoft.portable-executable",
        Class::Program,
    ),
    ("jar", "application/java-archive", Class::Program),
    ("apk", "application/java-archive", Class::Program),
    ("lnk", "application/x-ms-shortcut", Class::Program),
    ("desktop", "application/x-desktop", Class::Program),
    ("url", "application/x-desktop", Class::Program),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_say_what_a_file_is() {
        for (bytes, class) in [
            (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], Class::Picture),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Class::Picture),
            (b"GIF89a", Class::Picture),
            (b"plain words", Class::Text),
            (b"", Class::Text),
            (b"a < b and <html> in a text", Class::Text),
            (b"%PDF-1.7", Class::Document),
            (b"PK\x03\x04 word/document.xml", Class::Archive),
            (b"PK\x03\x04 word/vbaProject.bin", Class::Active),
            (b"PK\x03\x04 META-INF/MANIFEST.MF", Class::Program),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Class::Active),
            (b"<svg onload='x()'/>", Class::Active),
            (b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>", Class::Active),
            (b"<!-- --><HTML>", Class::Active),
            (b"<script>x()</script>", Class::Active),
            (b"#!/bin/sh\nx", Class::Active),
            (b"{\\rtf1 x", Class::Active),
            (b"MZ\x90\0\x03", Class::Program),
            (b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Class::Program),
            (b"[Desktop Entry]\nExec=x", Class::Program),
            (b"[InternetShortcut]\nURL=x", Class::Program),
            (b"\0\x01\x02\xff", Class::Unknown),
        ] {
            assert_eq!(Kind::of(bytes).class, class, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn names_and_types_announce_a_kind() {
        assert_eq!(Kind::announced("JPEG").unwrap().mime, "image/jpeg");
        assert_eq!(Kind::announced("image/png").unwrap().class, Class::Picture);
        assert_eq!(Kind::announced("application/octet-stream"), None);
        assert_eq!(Kind::of(b"x").endings().next(), Some("txt"));
    }
}
