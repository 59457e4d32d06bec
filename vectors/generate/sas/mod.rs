//! Classes VEC-S: verification by short authentication strings and by codes (Matrix specification, "Device verification").

#![expect(
    clippy::too_many_lines,
    reason = "a table of cases is read as one, a case a row"
)]

mod agreement;
mod code;
mod commitment;
mod mac;
mod offer;
mod qr;
mod shown;

use curve25519_dalek::MontgomeryPoint;
use pruefstand_vectors::BugType::{
    AuthBypass, Basic, CanOfWorms, EdgeCase, Functionality, Legacy, MissingStep, ModifiedParameter,
    WeakParams,
};
use serde_json::{Value, json};
use vodozemac::base64_encode as base64;

use super::{
    curve::{public, secret},
    file::File,
    json::{ALICE, BOB, public_key},
    seal,
};

const ALICE_DEVICE: &str = "ALICEDEV";
const BOB_DEVICE: &str = "BOBDEV";
const TRANSACTION: &str = "transaction-1";

/// Numbers of the ephemeral secrets: Alice's, whose product is asked, and Bob's, who is beside it.
const ALICE_SECRET: u8 = 80;
const BOB_SECRET: u8 = 81;

/// Numbers of the long-term keys.
const ALICE_KEY: u8 = 82;
const BOB_KEY: u8 = 83;
const BOB_MASTER: u8 = 84;

pub(super) fn file() -> File {
    notes(File::new(
        "Short authentication strings, QR codes, check codes",
        "Prüfstand, Apache-2.0 OR MIT",
    ))
    .group("VEC-S-01", "sas", shown::infos())
    .group("VEC-S-01", "sas", shown::names())
    .group("VEC-S-02", "sas-short", shown::bits())
    .group("VEC-S-03", "sas-commitment", commitment::drafts())
    .group("VEC-S-04", "sas-mac", mac::texts())
    .group("VEC-S-05", "sas-mac", mac::key_ids())
    .group("VEC-S-06", "sas-agreement", agreement::drafts())
    .group("VEC-S-07", "sas-start", offer::starts())
    .group("VEC-S-07", "sas-accept", offer::accepts())
    .group("VEC-S-08", "qr-verification", qr::drafts())
    .group("VEC-S-08", "link-code", qr::link_codes())
    .group("VEC-S-09", "qr-login-check-code", code::drafts())
}

#[rustfmt::skip]
fn notes(file: File) -> File {
    const SAS: &str = "Matrix specification, 'Short Authentication String (SAS) verification'";
    const QR: &str = "Matrix specification, 'QR codes'";
    file.note("Valid", Basic, "must be taken: the honest twin of the refused ones", SAS)
        .note("OtherInfo", ModifiedParameter, "a string derived for other parties, keys or another transaction", SAS)
        .note("UnclearName", EdgeCase, "an id that blurs the string that is derived from ids", "ATK-VER-01")
        .note("OtherBits", ModifiedParameter, "another way to cut six bytes into emoji and decimals", SAS)
        .note("OtherCommitment", AuthBypass, "a commitment to another key or another start event", "ATK-VER-02")
        .note("NonCanonical", CanOfWorms, "another text of the same bytes", "RFC 4648, 3.5")
        .note("Truncated", WeakParams, "fewer bytes of a MAC than it has, or more", SAS)
        .note("Changed", AuthBypass, "a MAC of another key, by another key, or changed on the way", "ATK-VER-03")
        .note("LegacyMac", Legacy, "the base64 text that libolm wrote over its own input", "Matrix specification, 'MAC calculation'")
        .note("KeyIds", MissingStep, "the list of key ids is not the one of the MACs", "ATK-VER-06")
        .note("NothingProven", MissingStep, "no MAC of a key that is known", "ATK-VER-06")
        .note("SmallOrder", AuthBypass, "the secret is zero with every partner", "ATK-VER-07")
        .note("Reflected", AuthBypass, "the own ephemeral key sent back", "ATK-VER-07")
        .note("Downgrade", Legacy, "an older or weaker method, alone or chosen against the offer", "ATK-VER-05")
        .note("MissingMember", Functionality, "a member that has to be there is not, or is of another type", SAS)
        .note("QrForm", EdgeCase, "bytes that no encoder of the format writes", QR)
        .note("ShortSecret", WeakParams, "a secret of fewer than 64 bits", QR)
        .note("Mistyped", Functionality, "a code with a typing error", "reference/protocol/linking.md")
        .note("OtherDerivation", ModifiedParameter, "digits of another version of the derivation", "MSC4108, MSC4388; vodozemac 0.11.1")
}

/// What a device sends to begin.
fn start(device: &str) -> Value {
    json!({
        "from_device": device,
        "method": "m.sas.v1",
        "key_agreement_protocols": ["curve25519-hkdf-sha256"],
        "hashes": ["sha256"],
        "message_authentication_codes": ["hkdf-hmac-sha256.v2"],
        "short_authentication_string": ["decimal", "emoji"],
        "transaction_id": TRANSACTION,
    })
}

/// The secret of both ephemeral keys.
fn shared() -> [u8; 32] {
    MontgomeryPoint(public(BOB_SECRET))
        .mul_clamped(secret(ALICE_SECRET))
        .0
}

/// The base64 text of an ephemeral public key.
fn ephemeral(number: u8) -> String {
    base64(public(number))
}

/// HKDF-SHA-256 without salt.
fn derived<const N: usize>(shared: &[u8], info: &str) -> [u8; N] {
    seal::hkdf(&[], shared, info.as_bytes())
}

/// Who verifies whom, as texts.
struct Parties {
    own_user: String,
    own_device: String,
    peer_user: String,
    peer_device: String,
    transaction: String,
}

impl Parties {
    fn honest() -> Self {
        Self {
            own_user: ALICE.to_owned(),
            own_device: ALICE_DEVICE.to_owned(),
            peer_user: BOB.to_owned(),
            peer_device: BOB_DEVICE.to_owned(),
            transaction: TRANSACTION.to_owned(),
        }
    }

    /// The inputs that every operation on an agreed secret takes, and some more.
    fn inputs(&self, more: &[(&'static str, &[u8])]) -> Vec<(&'static str, Vec<u8>)> {
        let texts = [
            ("own_user", self.own_user.clone()),
            ("own_device", self.own_device.clone()),
            ("own_key", public_key(ALICE_KEY)),
            ("peer_user", self.peer_user.clone()),
            ("peer_device", self.peer_device.clone()),
            ("peer_key", public_key(BOB_KEY)),
            ("peer_master", public_key(BOB_MASTER)),
            ("transaction", self.transaction.clone()),
            ("key", ephemeral(BOB_SECRET)),
        ];
        let texts = texts.map(|(name, text)| (name, text.into_bytes()));
        let private = ("private", secret(ALICE_SECRET).to_vec());
        let more = more.iter().map(|(name, bytes)| (*name, bytes.to_vec()));
        texts.into_iter().chain([private]).chain(more).collect()
    }
}

/// A case about the secret of two parties.
fn between(
    comment: &str,
    verdict: super::case::Verdict,
    parties: &Parties,
    more: &[(&'static str, &[u8])],
) -> super::draft::Draft {
    let inputs = parties.inputs(more);
    let inputs: Vec<(&str, &[u8])> = { inputs.iter() }
        .map(|(name, bytes)| (*name, bytes.as_slice()))
        .collect();
    super::case::case(comment, verdict, &inputs)
}
