//! Statements of a signed device list (extension `dev.pruefstand.devices`), true or not.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::evil::{ForgedDevice, ForgedIdentity, canonical};

/// The next statements of somebody's list.
pub struct StatementChain {
    user: String,
    master: String,
    /// The number of the last statement.
    pub seq: u64,
    /// The hash of the last statement.
    pub previous: Option<String>,
}

impl StatementChain {
    /// An empty list of `user` under the identity with this public master key.
    #[must_use]
    pub fn new(user: &str, master: &str) -> Self {
        Self {
            user: user.to_owned(),
            master: master.to_owned(),
            seq: 0,
            previous: None,
        }
    }

    /// The list that a relay serves, to go on with; `None` if it serves none.
    #[must_use]
    pub fn after(served: &[Value]) -> Option<Self> {
        let last = served.last()?;
        Some(Self {
            user: last.get("user_id")?.as_str()?.to_owned(),
            master: last.get("identity")?.as_str()?.to_owned(),
            seq: last.get("seq")?.as_u64()?,
            previous: Some(statement_hash(last)),
        })
    }

    /// A statement that follows the last one, signed by the self-signing key of `signer`; the chain goes on from it.
    pub fn say(&mut self, act: &str, device: &ForgedDevice, signer: &ForgedIdentity) -> Value {
        let statement = self.said(act, device, signer);
        self.seq += 1;
        self.previous = Some(statement_hash(&statement));
        statement
    }

    /// The same without going on.
    #[must_use]
    pub fn said(&self, act: &str, device: &ForgedDevice, signer: &ForgedIdentity) -> Value {
        let keys = (device.curve25519(), device.ed25519());
        self.said_of(act, &device.device, (&keys.0, &keys.1), signer)
    }

    /// A statement about a device with these public keys, Curve25519 and Ed25519.
    #[must_use]
    pub fn said_of(
        &self,
        act: &str,
        device: &str,
        (curve25519, ed25519): (&str, &str),
        signer: &ForgedIdentity,
    ) -> Value {
        let mut statement = json!({
            "domain": "dev.pruefstand.devices.v1",
            "user_id": self.user,
            "identity": self.master,
            "seq": self.seq + 1,
            "act": act,
            "device_id": device,
            "curve25519": curve25519,
            "ed25519": ed25519,
            "time": 1,
        });
        if let (Some(previous), Some(fields)) = (&self.previous, statement.as_object_mut()) {
            fields.insert("previous".to_owned(), json!(previous));
        }
        signer.sign_device(&mut statement);
        statement
    }
}

/// SHA-256 of the canonical form without signatures, unpadded base64.
#[must_use]
pub fn statement_hash(statement: &Value) -> String {
    let mut bare = statement.clone();
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("signatures");
    }
    vodozemac::base64_encode(Sha256::digest(canonical(&bare).as_bytes()))
}
