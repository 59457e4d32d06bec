use serde_json::json;

use super::*;

const TOKEN: &str = "syt_Ab+/ä\"9-secret";

fn secrets() -> Secrets {
    let secrets = Secrets::default();
    secrets.add("access-token", TOKEN).unwrap();
    secrets.add("password", "hunter2-and-more").unwrap();
    secrets
}

#[test]
fn every_form_of_a_secret_is_found() {
    let percent = "syt_Ab%2B%2F%C3%A4%229-secret";
    for text in [
        TOKEN.to_owned(),
        format!("Bearer {TOKEN}, and more"),
        hex(TOKEN.as_bytes()),
        hex(TOKEN.as_bytes()).to_uppercase(),
        percent.to_owned(),
        percent.to_lowercase().replace("syt_ab", "syt_Ab"),
        json!({"token": TOKEN}).to_string(),
    ] {
        assert_eq!(
            secrets().find_in(text.as_bytes()).as_deref(),
            Some("access-token"),
            "{text}"
        );
    }
}

#[test]
fn a_secret_inside_base64_is_found_at_every_alignment() {
    for before in ["", "a", "ab", "abc", "user:"] {
        for after in ["", "z", "zz"] {
            let plain = format!("{before}{TOKEN}{after}");
            for text in [
                STANDARD.encode(&plain),
                URL_SAFE.encode(&plain),
                STANDARD.encode(&plain).replace('=', ""),
                URL_SAFE.encode(&plain).replace('=', ""),
            ] {
                assert!(secrets().find_in(text.as_bytes()).is_some(), "{plain}");
            }
        }
    }
}

#[test]
fn in_a_text_without_secrets_none_is_found() {
    let text = "syt_Ab and hunter2 and ä«»";
    assert_eq!(secrets().find_in(text.as_bytes()), None);
    assert_eq!(Secrets::default().find_in(TOKEN.as_bytes()), None);
}

#[test]
fn a_short_secret_is_refused_with_its_kind() {
    let refused = Secrets::default().add("pin", "1234567").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "secret of kind pin has 7 bytes, 8 at least"
    );
}

#[test]
fn debug_shows_no_secret() {
    assert!(!format!("{:?}", secrets()).contains("syt_"));
}
