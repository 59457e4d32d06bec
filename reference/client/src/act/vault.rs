//! What can be done for the safety of the device's own data.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{CallId, Client, DeviceId, Outcome, Refusal, RoomId, Secret, UserId};

/// An act on the device's own data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultAct {
    /// Look at the state of the own data.
    Status {},
    /// Set the lock of the app.
    SetLock {
        /// What opens it.
        pin: Given,
        /// Minutes without use after which it closes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        minutes: Option<u32>,
    },
    /// Close the lock.
    Lock {},
    /// Open the lock.
    Unlock {
        /// What opens it.
        pin: Given,
    },
    /// Write the own keys into a file.
    Export {
        /// What opens the file.
        passphrase: Given,
        /// What opens the lock, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Given>,
        /// With the private identity.
        #[serde(default)]
        identity: bool,
    },
    /// Read keys from a file.
    Import {
        /// Unpadded base64.
        file: String,
        /// What opens the file.
        passphrase: Given,
    },
    /// Make a recovery secret.
    MakeRecovery {
        /// What opens the lock, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Given>,
        /// Who gets shares of it.
        #[serde(default)]
        trustees: Vec<UserId>,
        /// How many of them open it together.
        #[serde(default)]
        quorum: usize,
    },
    /// Bring the identity back with the recovery secret.
    Recover {
        /// The recovery secret.
        secret: Given,
    },
    /// Release the share that is held for a user.
    ReleaseShare {
        /// Whose.
        user: UserId,
        /// To which of his devices.
        device: DeviceId,
        /// The device's fingerprint as it showed it itself, unpadded base64.
        ed25519: String,
        /// What opens the lock, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin: Option<Given>,
    },
    /// Bring the identity back with the shares that were released to this device.
    RecoverFromShares {},
    /// Try recorded traffic on the keys that the device holds now.
    Opens {
        /// Where it was sent; absent for what went to a device alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conv: Option<RoomId>,
        /// The content of an `m.room.encrypted` event.
        content: Value,
    },
    /// Keep a backup of room keys at the relay from now on.
    CreateBackup {},
    /// Upload every room key to the backup.
    UploadBackup {},
    /// Bring the keys of the backup back.
    RestoreBackup {},
}

/// Something secret that the user typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// What he typed.
    pub secret: Secret,
}

impl Client {
    pub(super) fn act_on_vault(
        &mut self,
        now: u64,
        call: CallId,
        act: VaultAct,
    ) -> Result<(), Refusal> {
        let lock = |pin: &Option<Given>| pin.as_ref().map(|given| given.secret.clone());
        let value = match act {
            VaultAct::Status {} => self.vault_status(),
            VaultAct::SetLock { pin, minutes } => {
                return self.set_lock(now, call, &pin.secret, minutes);
            }
            VaultAct::Lock {} => return self.lock(call),
            VaultAct::Unlock { pin } => return self.unlock(now, call, &pin.secret),
            VaultAct::Export {
                passphrase,
                pin,
                identity,
            } => {
                let (file, keys) =
                    self.export(&passphrase.secret, lock(&pin).as_ref(), identity)?;
                json!({ "file": file, "keys": keys })
            }
            VaultAct::Import { file, passphrase } => {
                let imported = self.import(&file, &passphrase.secret)?;
                json!({ "keys": imported.keys, "identity": imported.identity })
            }
            VaultAct::MakeRecovery {
                pin,
                trustees,
                quorum,
            } => {
                return self.make_recovery(call, lock(&pin).as_ref(), &trustees, quorum);
            }
            VaultAct::Recover { secret } => return self.recover_from_secret(call, &secret.secret),
            VaultAct::ReleaseShare {
                user,
                device,
                ed25519,
                pin,
            } => {
                self.release_share(lock(&pin).as_ref(), &user, &device, &ed25519)?;
                json!({})
            }
            VaultAct::RecoverFromShares {} => return self.recover_from_shares(call),
            VaultAct::Opens { conv, content } => {
                json!({ "opens": self.opens(conv.as_ref(), &content) })
            }
            VaultAct::CreateBackup {} => return self.create_backup(call),
            VaultAct::UploadBackup {} => return self.upload_backup(call),
            VaultAct::RestoreBackup {} => return self.restore_backup(call),
        };
        self.wire.done(call, Outcome::Value(value));
        Ok(())
    }
}
