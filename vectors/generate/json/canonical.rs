//! VEC-J-01..04: texts and their canonical form (Matrix specification, "Canonical JSON").

use crate::generate::{case::case, draft::Draft};
use pruefstand_vectors::Stage::Decode;

/// Comment, text and its canonical form; none if it has none.
type Case = (&'static str, &'static str, Option<&'static str>);

fn drafts(flag: &'static str, cases: &[Case]) -> Vec<Draft> {
    let draft = |(comment, text, form): &Case| {
        let input: [(&str, &[u8]); 1] = [("text", text.as_bytes())];
        let verdict = form.map(drop).ok_or((Decode, flag));
        case(comment, verdict, &input).output(form.unwrap_or_default().as_bytes())
    };
    cases.iter().map(draft).collect()
}

#[rustfmt::skip]
pub(super) fn duplicates() -> Vec<Draft> {
    drafts("DuplicateKey", &[
        ("keys once", r#"{"b":1,"a":{"c":2}}"#, Some(r#"{"a":{"c":2},"b":1}"#)),
        ("key twice, same value", r#"{"b":1,"a":{"c":2},"b":1}"#, None),
        ("key twice, other value", r#"{"b":1,"a":{"c":2},"b":2}"#, None),
        ("key twice, null first", r#"{"b":null,"a":{"c":2},"b":1}"#, None),
        ("key twice, null last", r#"{"b":1,"a":{"c":2},"b":null}"#, None),
        ("key twice in depth", r#"{"b":1,"a":{"c":2,"c":3}}"#, None),
        ("key twice in a list", r#"{"b":[{"c":2,"c":2}],"a":1}"#, None),
        ("key twice by an escape", r#"{"b":1,"a":{"c":2},"\u0062":1}"#, None),
        ("empty key twice", r#"{"":1,"a":{"c":2},"":1}"#, None),
        ("keys that differ in case", r#"{"b":1,"B":{"c":2}}"#, Some(r#"{"B":{"c":2},"b":1}"#)),
        ("keys that differ in form", "{\"\u{e9}\":1,\"e\u{301}\":2}", Some("{\"e\u{301}\":2,\"\u{e9}\":1}")),
        ("the same key in two objects", r#"{"b":{"c":1},"a":{"c":2}}"#, Some(r#"{"a":{"c":2},"b":{"c":1}}"#)),
    ])
}

#[rustfmt::skip]
pub(super) fn numbers() -> Vec<Draft> {
    drafts("NoExactInteger", &[
        ("1", r#"{"a":1}"#, Some(r#"{"a":1}"#)),
        ("1.0", r#"{"a":1.0}"#, None),
        ("1e3", r#"{"a":1e3}"#, None),
        ("1E3", r#"{"a":1E3}"#, None),
        ("1e0", r#"{"a":1e0}"#, None),
        ("10e-1", r#"{"a":10e-1}"#, None),
        ("-0", r#"{"a":-0}"#, None),
        ("-0.0", r#"{"a":-0.0}"#, None),
        ("0.5", r#"{"a":0.5}"#, None),
        ("1.5 in a list", r#"{"a":[1,1.5]}"#, None),
        ("01", r#"{"a":01}"#, None),
        ("+1", r#"{"a":+1}"#, None),
        (".5", r#"{"a":.5}"#, None),
        ("1.", r#"{"a":1.}"#, None),
        ("0x1", r#"{"a":0x1}"#, None),
        ("NaN", r#"{"a":NaN}"#, None),
        ("Infinity", r#"{"a":Infinity}"#, None),
        ("1e400", r#"{"a":1e400}"#, None),
        ("0", r#"{"a":0}"#, Some(r#"{"a":0}"#)),
        ("-1", r#"{"a":-1}"#, Some(r#"{"a":-1}"#)),
        ("2^53 - 1", r#"{"a":9007199254740991}"#, Some(r#"{"a":9007199254740991}"#)),
        ("2^53", r#"{"a":9007199254740992}"#, None),
        ("2^53 + 1", r#"{"a":9007199254740993}"#, None),
        ("2^63", r#"{"a":9223372036854775808}"#, None),
        ("2^64 - 1", r#"{"a":18446744073709551615}"#, None),
        ("2^64", r#"{"a":18446744073709551616}"#, None),
        ("-(2^53) + 1", r#"{"a":-9007199254740991}"#, Some(r#"{"a":-9007199254740991}"#)),
        ("-(2^53)", r#"{"a":-9007199254740992}"#, None),
        ("-(2^63)", r#"{"a":-9223372036854775808}"#, None),
        ("2^53 in depth", r#"{"a":{"b":[{"c":9007199254740992}]}}"#, None),
    ])
}

#[rustfmt::skip]
pub(super) fn orders() -> Vec<Draft> {
    drafts("NotJson", &[
        ("U+E000 before U+10000", "{\"\u{10000}\":1,\"\u{e000}\":2}", Some("{\"\u{e000}\":2,\"\u{10000}\":1}")),
        ("U+FFFF before U+10FFFF", "{\"\u{10ffff}\":1,\"\u{ffff}\":2}", Some("{\"\u{ffff}\":2,\"\u{10ffff}\":1}")),
        ("the same by escapes", r#"{"\ud800\udc00":1,"\ue000":2}"#, Some("{\"\u{e000}\":2,\"\u{10000}\":1}")),
        ("upper before lower case", r#"{"a":1,"B":2}"#, Some(r#"{"B":2,"a":1}"#)),
        ("prefix first", r#"{"ab":1,"a":2,"":3}"#, Some(r#"{"":3,"a":2,"ab":1}"#)),
        ("digits as letters", r#"{"10":1,"9":2,"1":3}"#, Some(r#"{"1":3,"10":1,"9":2}"#)),
        ("control characters first", r#"{"a":1,"\u0001":2,"\u0000":3}"#, Some(r#"{"\u0000":3,"\u0001":2,"a":1}"#)),
        ("quote and backslash by their code points", r#"{"\\":1,"a":2,"\"":3,"#, None),
        ("quote and backslash", r#"{"\\":1,"a":2,"\"":3}"#, Some(r#"{"\"":3,"\\":1,"a":2}"#)),
        ("the specification's example", r#"{"本":2,"日":1}"#, Some(r#"{"日":1,"本":2}"#)),
        ("in depth", r#"{"a":{"\ud800\udc00":1,"\ue000":2}}"#, Some("{\"a\":{\"\u{e000}\":2,\"\u{10000}\":1}}")),
        ("in lists nothing moves", r#"[3,1,{"b":1,"a":2}]"#, Some(r#"[3,1,{"a":2,"b":1}]"#)),
        ("white space goes", " {\t\"b\" :\r1 ,\n\"a\": [ 1 , 2 ] } ", Some(r#"{"a":[1,2],"b":1}"#)),
        ("vertical tab is none", "{\"b\":\u{b}1}", None),
        ("no-break space is none", "{\"b\":\u{a0}1}", None),
        ("byte order mark before", "\u{feff}{\"b\":1}", None),
        ("comma after the last member", r#"{"b":1,}"#, None),
        ("comment", r#"{"b":1/* */}"#, None),
        ("key without quotes", "{b:1}", None),
        ("single quotes", "{'b':1}", None),
        ("two values", r#"{"b":1}{"b":1}"#, None),
        ("cut", r#"{"b":1"#, None),
        ("nothing", "", None),
    ])
}

#[rustfmt::skip]
pub(super) fn escapes() -> Vec<Draft> {
    let mut drafts = drafts("Escape", &[
        (r"\u0041 is A", r#"{"a":"\u0041"}"#, Some(r#"{"a":"A"}"#)),
        (r"\u0041 in a key", r#"{"\u0041":1}"#, Some(r#"{"A":1}"#)),
        (r"\u002f and \/", r#"{"a":"\u002f\/\u002F/"}"#, Some(r#"{"a":"////"}"#)),
        (r"short escapes", r#"{"a":"\u0008\u0009\u000a\u000c\u000d\u0022\u005c"}"#, Some(r#"{"a":"\b\t\n\f\r\"\\"}"#)),
        (r"other control characters stay escaped", r#"{"a":"\u0000\u000b\u001F"}"#, Some(r#"{"a":"\u0000\u000b\u001f"}"#)),
        ("DEL and C1 stay as they are", "{\"a\":\"\\u007f\u{85}\"}", Some("{\"a\":\"\u{7f}\u{85}\"}")),
        ("U+2028 and U+2029 stay as they are", r#"{"a":"\u2028\u2029"}"#, Some("{\"a\":\"\u{2028}\u{2029}\"}")),
        ("surrogates as a pair", r#"{"a":"\ud83d\ude00"}"#, Some("{\"a\":\"\u{1f600}\"}")),
        ("the specification's example", r#"{"a":"\u65E5"}"#, Some(r#"{"a":"日"}"#)),
        ("no normal form is made", "{\"a\":\"e\u{301}\"}", Some("{\"a\":\"e\u{301}\"}")),
        ("noncharacters are letters", r#"{"a":"\ufffe\uffff"}"#, Some("{\"a\":\"\u{fffe}\u{ffff}\"}")),
        ("high surrogate alone", r#"{"a":"\ud800"}"#, None),
        ("low surrogate alone", r#"{"a":"\udc00"}"#, None),
        ("surrogates in the wrong order", r#"{"a":"\udc00\ud800"}"#, None),
        ("high surrogate before a letter", r#"{"a":"\ud800x"}"#, None),
        ("two high surrogates", r#"{"a":"\ud800\ud800"}"#, None),
        ("surrogate alone in a key", r#"{"\ud800":1}"#, None),
        (r"\x41", r#"{"a":"\x41"}"#, None),
        (r"\u with three digits", r#"{"a":"\u041"}"#, None),
        (r"\u{41}", r#"{"a":"\u{41}"}"#, None),
        (r"\U0041", r#"{"a":"\U0041"}"#, None),
        (r"\'", r#"{"a":"\'"}"#, None),
        (r"\0", r#"{"a":"\0"}"#, None),
        ("NUL as it is", "{\"a\":\"\u{0}\"}", None),
        ("line feed as it is", "{\"a\":\"\n\"}", None),
        ("tab as it is", "{\"a\":\"\t\"}", None),
        ("backslash before the end", r#"{"a":"\"}"#, None),
    ]);
    let raw = |comment: &str, bytes: &[u8]| case(comment, Err((Decode, "Escape")), &[("text", bytes)]);
    drafts.extend([
        raw("byte ff", b"{\"a\":\"\xff\"}"),
        raw("continuation alone", b"{\"a\":\"\x80\"}"),
        raw("overlong solidus", b"{\"a\":\"\xc0\xaf\"}"),
        raw("surrogate as three bytes", b"{\"a\":\"\xed\xa0\x80\"}"),
        raw("beyond U+10FFFF", b"{\"a\":\"\xf4\x90\x80\x80\"}"),
        raw("letter cut", b"{\"a\":\"\xe6\x97\"}"),
        raw("ISO 8859-1", b"{\"a\":\"\xe9\"}"),
        raw("UTF-16", b"{\x00\"\x00a\x00\"\x00:\x001\x00}\x00"),
    ]);
    drafts
}
