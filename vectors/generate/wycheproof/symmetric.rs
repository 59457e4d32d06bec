//! AES-GCM, HMAC and HKDF with the parameters that the client uses.

use pruefstand_vectors::Stage;
use serde::Deserialize;

use super::{
    super::{
        draft::Draft,
        file::{File, unhex},
    },
    Upstream, is_valid,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AeadGroup {
    key_size: u32,
    iv_size: u32,
    tests: Vec<AeadTest>,
}

#[derive(Deserialize)]
struct AeadTest {
    comment: String,
    flags: Vec<String>,
    key: String,
    iv: String,
    aad: String,
    msg: String,
    ct: String,
    tag: String,
    result: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MacGroup {
    tag_size: u32,
    tests: Vec<MacTest>,
}

#[derive(Deserialize)]
struct MacTest {
    comment: String,
    flags: Vec<String>,
    key: String,
    msg: String,
    tag: String,
    result: String,
}

#[derive(Deserialize)]
struct HkdfGroup {
    tests: Vec<HkdfTest>,
}

#[derive(Deserialize)]
struct HkdfTest {
    comment: String,
    flags: Vec<String>,
    ikm: String,
    salt: String,
    info: String,
    size: u32,
    okm: String,
    result: String,
}

#[derive(Deserialize)]
struct PbkdfGroup {
    tests: Vec<PbkdfTest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PbkdfTest {
    comment: String,
    flags: Vec<String>,
    password: String,
    salt: String,
    iteration_count: u32,
    dk_len: u32,
    dk: String,
    result: String,
}

/// Keys of 256 bits and nonces of 96: nothing else is used.
pub(in super::super) fn aes_256_gcm() -> File {
    Upstream::read(include_str!("../../import/wycheproof/aes_gcm_test.json")).file(
        "WYCHEPROOF-AES-256-GCM",
        "aes-256-gcm",
        |group: AeadGroup| match (group.key_size, group.iv_size) {
            (256, 96) => group.tests.into_iter().map(aead_draft).collect(),
            _ => Vec::new(),
        },
    )
}

/// Whole tags only: nobody here takes shorter ones.
pub(in super::super) fn hmac_sha256() -> File {
    Upstream::read(include_str!(
        "../../import/wycheproof/hmac_sha256_test.json"
    ))
    .file(
        "WYCHEPROOF-HMAC-SHA256",
        "hmac-sha256",
        |group: MacGroup| match group.tag_size {
            256 => group.tests.into_iter().map(mac_draft).collect(),
            _ => Vec::new(),
        },
    )
}

/// More than 255 blocks are refused (RFC 5869, 2.3).
pub(in super::super) fn hkdf_sha256() -> File {
    Upstream::read(include_str!(
        "../../import/wycheproof/hkdf_sha256_test.json"
    ))
    .file(
        "WYCHEPROOF-HKDF-SHA256",
        "hkdf-sha256",
        |group: HkdfGroup| group.tests.into_iter().map(hkdf_draft).collect(),
    )
}

/// Nothing is refused: what comes out is what counts.
pub(in super::super) fn pbkdf2_hmac_sha512() -> File {
    Upstream::read(include_str!(
        "../../import/wycheproof/pbkdf2_hmacsha512_test.json"
    ))
    .file(
        "WYCHEPROOF-PBKDF2-HMAC-SHA512",
        "pbkdf2-hmac-sha512",
        |group: PbkdfGroup| group.tests.into_iter().map(pbkdf_draft).collect(),
    )
}

fn aead_draft(test: AeadTest) -> Draft {
    let sealed = [unhex(&test.ct), unhex(&test.tag)].concat();
    let input: [(&str, &[u8]); 4] = [
        ("key", &unhex(&test.key)),
        ("nonce", &unhex(&test.iv)),
        ("context", &unhex(&test.aad)),
        ("sealed", &sealed),
    ];
    let mut draft = Draft::valid(&test.comment, &input);
    draft.flags = test.flags;
    match is_valid(&test.result) {
        true => draft.output = Some(unhex(&test.msg)),
        false => draft.stage = Some(Stage::Authenticate),
    }
    draft
}

fn mac_draft(test: MacTest) -> Draft {
    let input: [(&str, &[u8]); 3] = [
        ("key", &unhex(&test.key)),
        ("message", &unhex(&test.msg)),
        ("tag", &unhex(&test.tag)),
    ];
    let mut draft = Draft::valid(&test.comment, &input);
    draft.flags = test.flags;
    draft.stage = (!is_valid(&test.result)).then_some(Stage::Authenticate);
    draft
}

fn hkdf_draft(test: HkdfTest) -> Draft {
    let input: [(&str, &[u8]); 4] = [
        ("secret", &unhex(&test.ikm)),
        ("salt", &unhex(&test.salt)),
        ("info", &unhex(&test.info)),
        ("size", &test.size.to_be_bytes()),
    ];
    let mut draft = Draft::valid(&test.comment, &input);
    draft.flags = test.flags;
    match is_valid(&test.result) {
        true => draft.output = Some(unhex(&test.okm)),
        false => draft.stage = Some(Stage::Parse),
    }
    draft
}

fn pbkdf_draft(test: PbkdfTest) -> Draft {
    assert!(is_valid(&test.result), "PBKDF2 refuses nothing");
    let input: [(&str, &[u8]); 4] = [
        ("passphrase", &unhex(&test.password)),
        ("salt", &unhex(&test.salt)),
        ("iterations", &test.iteration_count.to_be_bytes()),
        ("size", &test.dk_len.to_be_bytes()),
    ];
    let mut draft = Draft::valid(&test.comment, &input);
    draft.flags = test.flags;
    draft.output = Some(unhex(&test.dk));
    draft
}
