//! The proof of the long-term keys under the secret of the flow.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vodozemac::Ed25519PublicKey;

use super::{CancelCode, Party, agreement::Agreement, content};
use crate::{Conduct, Flaw, border::base64};

/// The keys of the other side that this flow has verified: those whose MACs were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VerifiedKeys {
    /// The device's Ed25519 key.
    pub device: Option<Ed25519PublicKey>,
    /// The user's master key.
    pub master: Option<Ed25519PublicKey>,
}

/// Who proves keys to whom, in which flow.
#[derive(Clone, Copy)]
pub(crate) struct Proof<'a> {
    pub(crate) prover: &'a Party,
    pub(crate) verifier: &'a Party,
    pub(crate) transaction: &'a str,
}

/// The key id under which the list of key ids is authenticated.
const KEY_IDS: &str = "KEY_IDS";

impl Proof<'_> {
    /// The content of a MAC event, without the transaction id.
    pub(super) fn content(self, agreement: &Agreement) -> Value {
        let macs: BTreeMap<String, String> = self
            .prover
            .keys()
            .map(|(id, key)| {
                let mac = agreement.mac(&key.to_base64(), &self.info(&id));
                (id, base64::encode(mac))
            })
            .collect();
        let ids = joined(macs.keys());
        let keys = base64::encode(agreement.mac(&ids, &self.info(KEY_IDS)));
        json!({"mac": macs, "keys": keys})
    }

    /// The keys that the prover's MAC event proves; an unknown key id proves nothing (ATK-VER-06).
    pub(crate) fn check(
        self,
        agreement: &Agreement,
        content: &Value,
        conduct: &Conduct,
    ) -> Result<VerifiedKeys, CancelCode> {
        let content: content::Mac = content::read(content)?;
        let mut proven: Vec<(String, Ed25519PublicKey)> = self
            .prover
            .keys()
            .filter(|(id, _)| content.mac.contains_key(id))
            .collect();
        if proven.is_empty() {
            if !conduct.has(Flaw::SasEmptyMacOk) {
                return Err(CancelCode::KeyMismatch);
            }
            proven = self.prover.keys().collect();
        } else if !self.is_right(agreement, &content, &proven, conduct)
            && !conduct.has(Flaw::SasIgnoreMacResult)
        {
            return Err(CancelCode::KeyMismatch);
        }
        let has = |wanted: &Ed25519PublicKey| proven.iter().any(|(_, key)| key == wanted);
        Ok(VerifiedKeys {
            device: Some(self.prover.device_key()).filter(has),
            master: self.prover.master_key().filter(has),
        })
    }

    /// Whether the MACs of the list of ids and of each known key are right.
    fn is_right(
        self,
        agreement: &Agreement,
        content: &content::Mac,
        proven: &[(String, Ed25519PublicKey)],
        conduct: &Conduct,
    ) -> bool {
        let is_mac = |text: &str, input: &str, id: &str| {
            base64::decode_array(text)
                .is_ok_and(|mac| agreement.has_mac(input, &self.info(id), &mac))
        };
        let mut is_right = is_mac(&content.keys, &joined(content.mac.keys()), KEY_IDS);
        for (id, key) in proven {
            let mac = content.mac.get(id).map_or("", String::as_str);
            let proves = |key: &Ed25519PublicKey| is_mac(mac, &key.to_base64(), id);
            // The flaw: one proof for an id is a proof of every key that is called so.
            let by_id = |(other, key): &(String, Ed25519PublicKey)| other == id && proves(key);
            is_right &=
                proves(key) || proven.iter().any(by_id) && conduct.has(Flaw::SasReferByKeyid);
        }
        is_right
    }

    fn info(self, key_id: &str) -> String {
        [
            "MATRIX_KEY_VERIFICATION_MAC",
            self.prover.user(),
            self.prover.device(),
            self.verifier.user(),
            self.verifier.device(),
            self.transaction,
            key_id,
        ]
        .concat()
    }
}

/// The key ids in their sorted order, with commas between them.
fn joined<'a>(ids: impl Iterator<Item = &'a String>) -> String {
    let ids: Vec<&str> = ids.map(String::as_str).collect();
    ids.join(",")
}
