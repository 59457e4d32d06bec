use aes_gcm::{
    Aes256Gcm, KeyInit as _,
    aead::{Aead as _, Payload},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vodozemac::Ed25519SecretKey;

use super::{Officer, Organisation, encoded};
use crate::dialect::canonical;

/// Bytes of a page before it is sealed.
const PAGE: usize = 16 * 1024;

impl Organisation {
    /// What opens the directory of the first tenant, as it stands in invitation codes.
    #[must_use]
    pub fn directory_key(&self) -> String {
        encoded(&self.directory_key)
    }

    /// A sealed page of the directory of a tenant, under the key that every member has: `(user, name, unit)` of each person, by user.
    #[must_use]
    pub fn page(&self, tenant: &str, people: &[(&str, &str, &str)]) -> String {
        let entries: Vec<_> = people
            .iter()
            .map(|(user, name, unit)| json!({ "user": user, "name": name, "unit": unit }))
            .collect();
        let mut page = canonical(&json!({ "entries": entries })).into_bytes();
        page.resize(PAGE, b' ');
        let fresh = Ed25519SecretKey::new().public_key();
        let mut nonce = [0; 12];
        nonce
            .iter_mut()
            .zip(fresh.as_bytes())
            .for_each(|(to, from)| *to = *from);
        let place = format!(
            "dev.pruefstand.organisation.directory.page.v1/{}/{tenant}",
            self.id
        );
        let payload = Payload {
            msg: &page,
            aad: place.as_bytes(),
        };
        let sealed = Aes256Gcm::new(&self.directory_key.into()).encrypt(&nonce.into(), payload);
        let mut boxed = nonce.to_vec();
        boxed.extend(sealed.unwrap_or_default());
        encoded(&boxed)
    }

    /// A directory of a tenant by `officer` as it is brought to the relay, with version and time of issue.
    #[must_use]
    pub fn directory(
        &self,
        tenant: &str,
        officer: &Officer,
        (version, issued): (u64, u64),
        pages: &[String],
    ) -> Value {
        let digests: Vec<_> = pages
            .iter()
            .map(|page| encoded(&Sha256::digest(canonical(&json!({ "page": page })))))
            .collect();
        let body = json!({
            "organisation": self.id,
            "tenant": tenant,
            "version": version,
            "issued": issued,
            "pages": digests,
        });
        json!({ "directory": officer.authorised("directory", body), "pages": pages })
    }
}
