//! Writes the files in `data/`: the same bytes every time, from fixed secrets.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "all inputs are fixed: a fault stops the generator before anything is written"
)]

mod attachment;
mod backup;
mod case;
mod cctv;
mod curve;
mod draft;
mod edwards;
mod file;
mod json;
mod measure;
mod megolm;
mod olm;
mod pickle;
mod prekey;
mod reflection;
mod sas;
mod seal;
mod signed;
mod texts;
mod wire;
mod wycheproof;

pub(crate) use file::File;
pub(crate) use measure::Measurements;

/// Name and content of every file in `data/`.
pub(crate) fn files() -> Vec<(&'static str, File)> {
    vec![
        ("vec-x", curve::file()),
        ("vec-e", edwards::file()),
        ("vec-a", attachment::file()),
        ("vec-b", backup::file()),
        ("vec-j", json::file()),
        ("vec-s", sas::file()),
        ("vec-o", olm::file()),
        ("vec-p", prekey::file()),
        ("vec-m", megolm::messages()),
        ("vec-k", megolm::keys()),
        ("wycheproof-x25519", wycheproof::x25519()),
        ("wycheproof-ed25519", wycheproof::ed25519()),
        ("wycheproof-aes-256-gcm", wycheproof::aes_256_gcm()),
        ("wycheproof-hmac-sha256", wycheproof::hmac_sha256()),
        ("wycheproof-hkdf-sha256", wycheproof::hkdf_sha256()),
        ("cctv-ed25519", cctv::ed25519()),
    ]
}
