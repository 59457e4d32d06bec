//! VEC-A-07: where a file lies (Matrix specification, "Matrix Content (mxc://) URIs").

use pruefstand_vectors::Stage::Parse;
use serde_json::json;

use super::{Verdict, described};
use crate::generate::{
    case::{case, remove},
    draft::Draft,
};

const LEAVES: Verdict = Err((Parse, "LeavesEndpoint"));

/// Texts that a request to the media endpoint must not be made of.
const REFUSED: [(&str, &str); 41] = [
    ("no media id", "mxc://example.org/"),
    ("no slash", "mxc://example.org"),
    ("no server", "mxc:///abc"),
    ("nothing", ""),
    ("another scheme", "http://example.org/abc"),
    ("https", "https://example.org/abc"),
    ("data", "data:text/plain,abc"),
    ("file", "file:///etc/hosts"),
    ("javascript", "javascript:alert(1)"),
    ("no scheme", "//example.org/abc"),
    ("scheme in capitals", "MXC://example.org/abc"),
    ("one slash", "mxc:/example.org/abc"),
    ("no slashes", "mxc:example.org/abc"),
    ("two levels", "mxc://example.org/abc/def"),
    ("slash after", "mxc://example.org/abc/"),
    ("dots", "mxc://example.org/.."),
    ("one dot", "mxc://example.org/."),
    (
        "dots and a path",
        "mxc://example.org/../../client/v3/logout",
    ),
    ("dots as the server", "mxc://../abc"),
    ("dots percent-encoded", "mxc://example.org/%2e%2e"),
    ("slash percent-encoded", "mxc://example.org/abc%2fdef"),
    ("NUL percent-encoded", "mxc://example.org/abc%00"),
    ("percent sign", "mxc://example.org/abc%"),
    ("backslash", "mxc://example.org/abc\\def"),
    ("backslash in the server", "mxc://example.org\\abc/def"),
    ("question", "mxc://example.org/abc?allow_redirect=true"),
    ("fragment", "mxc://example.org/abc#def"),
    ("semicolon", "mxc://example.org/abc;def"),
    ("user before the server", "mxc://alice@example.org/abc"),
    ("user and password", "mxc://alice:secret@example.org/abc"),
    ("space", "mxc://example.org/abc def"),
    ("space before", " mxc://example.org/abc"),
    ("line feed after", "mxc://example.org/abc\n"),
    ("NUL inside", "mxc://example.org/abc\0def"),
    ("carriage return in the server", "mxc://example.org\r/abc"),
    ("letter that is not ASCII", "mxc://example.org/abcd\u{e9}"),
    ("full-width full stop", "mxc://example\u{ff0e}org/abc"),
    ("right-to-left override", "mxc://example.org/\u{202e}cba"),
    ("server begins with a full stop", "mxc://.example.org/abc"),
    ("server begins with a hyphen", "mxc://-example.org/abc"),
    ("server is a wildcard", "mxc://*/abc"),
];

pub(super) fn uris() -> Vec<Draft> {
    let uri = |comment: &str, verdict: Verdict, text: &str| {
        case(comment, verdict, &[("uri", text.as_bytes())])
    };
    let mut drafts = vec![uri("server and media id", Ok(()), "mxc://example.org/abc")];
    drafts.extend(
        REFUSED
            .iter()
            .map(|(comment, text)| uri(comment, LEAVES, text)),
    );
    drafts.extend([
        uri(
            "media id of 256 letters",
            LEAVES,
            &format!("mxc://example.org/{}", "a".repeat(256)),
        ),
        uri(
            "server of 256 letters",
            LEAVES,
            &format!("mxc://{}/abc", "a".repeat(256)),
        ),
        uri("with a port", Ok(()), "mxc://example.org:8448/abc"),
        uri("address of version 4", Ok(()), "mxc://192.0.2.1/abc"),
        uri(
            "address of version 6 with a port",
            Ok(()),
            "mxc://[2001:db8::1]:8448/abc",
        ),
        uri(
            "media id with all its letters",
            Ok(()),
            "mxc://example.org/AZaz09-_",
        ),
    ]);
    drafts
}

pub(super) fn files() -> Vec<Draft> {
    let file = |comment: &str, verdict: Verdict, url: &str| {
        described(comment, verdict, |file| file["url"] = json!(url))
    };
    let chosen = |comment: &str| {
        let all = [
            "dots and a path",
            "dots percent-encoded",
            "http",
            "another scheme",
            "data",
            "user before the server",
            "question",
        ];
        all.contains(&comment)
    };
    let mut drafts = vec![described("as the sender wrote it", Ok(()), |_| {})];
    let refused = REFUSED.iter().filter(|(comment, _)| chosen(comment));
    drafts.extend(refused.map(|(comment, text)| file(comment, LEAVES, text)));
    drafts.extend([
        described("no address", Err((Parse, "Malformed")), |file| {
            remove(file, "url")
        }),
        described("address is null", Err((Parse, "Malformed")), |file| {
            file["url"] = json!(null)
        }),
    ]);
    drafts
}
