//! What can be done for the safety of the device's own data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Secret;

/// An act on the device's own data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VaultAct {
    /// Look at the state of the own data. Value: `{"locked": bool, "rolled_back": bool, "cloned": bool, "escrow": {"trustees": […], "quorum": n,
    /// "opened": [{"by": user, "to": device}], "holds": [users]}}`: whether an older copy of the store was put back, whether another copy of this
    /// device was started, who holds shares of the recovery secret, which of them were released, for whom shares are held. A locked product answers this too.
    Status {},
    /// Set the lock of the app; afterwards it is open.
    SetLock {
        /// The PIN or passphrase that opens it.
        pin: Secret,
        /// Minutes without use after which it closes by itself; as long as the policy allows if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u32>,
    },
    /// Close the lock: nothing is shown and nothing can be done but to sync and to open it.
    Lock {},
    /// Open the lock.
    Unlock {
        /// The PIN or passphrase.
        pin: Secret,
    },
    /// Write the own keys into an encrypted file. Value: `{"file": unpadded base64, "keys": how many}`.
    Export {
        /// What opens the file.
        passphrase: Secret,
        /// What opens the lock, if one is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Secret>,
        /// With the private keys of the user's identity.
        #[serde(default)]
        identity: bool,
    },
    /// Read keys from such a file. Value: `{"keys": how many, "identity": whether the private identity was in it}`.
    Import {
        /// The file, unpadded base64.
        file: String,
        /// What opens it.
        passphrase: Secret,
    },
    /// Make a recovery secret and keep the identity at the relay under it. Value: `{"secret": text for the user}`.
    MakeRecovery {
        /// What opens the lock, if one is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Secret>,
        /// The users who get shares of it.
        #[serde(default)]
        trustees: Vec<String>,
        /// How many of them can open it together.
        #[serde(default)]
        quorum: usize,
    },
    /// Bring the identity back to this device with the recovery secret.
    Recover {
        /// The recovery secret.
        secret: Secret,
    },
    /// Release the share that is held for another user to a device of his, which he has shown.
    ReleaseShare {
        /// Whose share.
        user: String,
        /// To which of his devices.
        device: String,
        /// The device's Ed25519 key as the device itself shows it, unpadded base64.
        ed25519: String,
        /// What opens the lock, if one is set.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Secret>,
    },
    /// Bring the identity back to this device with the shares that were released to it.
    RecoverFromShares {},
    /// Try recorded traffic on the keys that the device holds now; nothing is shown, kept or changed by it, and messages in the store do not count.
    /// Value: `{"opens": bool}`.
    Opens {
        /// Where it was sent; absent for what went to a device alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conv: Option<String>,
        /// The content as the network carried it, in the protocol's own form (Matrix: of an `m.room.encrypted` event).
        content: Value,
    },
    /// Keep a backup of room keys at the relay from now on: put its public key there. Value: `{}`.
    CreateBackup {},
    /// Upload every room key to the backup, unless the public key that the relay serves is none of the user's. Value: `{"keys": how many}`.
    UploadBackup {},
    /// Bring the keys of the backup back, on a device that holds the user's identity. Value: `{"keys": how many}`.
    RestoreBackup {},
}
