//! Canonical JSON (Matrix specification, "Canonical JSON"): what is taken is written as a second implementation writes it.

use reference_client::border::json;
use ruma::CanonicalJsonValue;
use serde_json::Value;

/// Reads `bytes` as JSON that somebody signs.
pub(crate) fn run(bytes: &[u8]) {
    let Ok(value) = json::parse(bytes) else {
        return;
    };
    let Ok(written) = json::canonical(&value) else {
        return;
    };
    let again = json::parse(written.as_bytes()).expect("what was written is read");
    assert_eq!(again, value);
    assert_eq!(json::canonical(&again).as_ref(), Ok(&written));
    let theirs: Value = serde_json::from_slice(bytes).expect("serde_json takes it too");
    assert_eq!(theirs, value);
    let theirs = CanonicalJsonValue::try_from(theirs).expect("ruma takes it too");
    assert_eq!(theirs.to_string(), written);
}
