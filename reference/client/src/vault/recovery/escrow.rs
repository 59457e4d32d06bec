//! Escrow: trustees whom the user names hold shares of his recovery secret, and some of them together can bring it back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vsss_rs::Gf256;

use super::super::VaultRefusal;
use crate::{
    CallId, Client, DeviceId, Flaw, Refusal, Secret, UserId,
    border::base64,
    directory::Device,
    errand::Errand,
    olm::Payload,
    sealed::{Key, SealError},
};

const SHARE: &str = "dev.pruefstand.escrow.share";
const RELEASED: &str = "dev.pruefstand.escrow.released";
const NOTICE: &str = "dev.pruefstand.escrow.notice";

/// Trustees of one user.
const MAX_TRUSTEES: usize = 16;

/// Users whose shares one device holds, and notices that it keeps.
const MAX_KEPT: usize = 1_000;

/// What this device knows of escrow: as an owner and as a trustee.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Escrow {
    /// Who holds shares of this user's secret, and how many of them open it.
    trustees: Vec<UserId>,
    quorum: usize,
    /// Releases of this user's shares that were heard of.
    opened: Vec<Opened>,
    /// Shares held for others.
    held: BTreeMap<UserId, Share>,
    /// Shares that were released to this device.
    #[serde(skip)]
    released: BTreeMap<UserId, Share>,
}

/// One trustee has released his share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Opened {
    by: UserId,
    /// The device that got it.
    to: DeviceId,
}

/// One share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    /// The id of the storage key.
    key_id: String,
    quorum: usize,
    /// Unpadded base64.
    share: Secret,
}

impl Escrow {
    /// What the user must know about it.
    pub(crate) fn view(&self) -> Value {
        json!({
            "trustees": self.trustees,
            "quorum": self.quorum,
            "opened": self.opened,
            "holds": self.held.keys().collect::<Vec<_>>(),
        })
    }
}

impl Client {
    /// Splits the secret and gives every trustee's signed devices his share.
    pub(super) fn give_shares(
        &mut self,
        key: &Key,
        id: &str,
        trustees: &[UserId],
        quorum: usize,
    ) -> Result<(), Refusal> {
        if !self.policy().allow_escrow {
            return Err(VaultRefusal::Forbidden("escrow").into());
        }
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?.user.clone();
        let distinct: std::collections::BTreeSet<&UserId> = trustees.iter().collect();
        let sound = distinct.len() == trustees.len() && !distinct.contains(&own);
        if !sound || quorum < 2 || quorum > trustees.len() || trustees.len() > MAX_TRUSTEES {
            let (got, needed) = (trustees.len(), quorum.max(2));
            return Err(VaultRefusal::SharesMissing { got, needed }.into());
        }
        let shares = self.split(key, trustees.len(), quorum)?;
        let mut errands = Vec::new();
        for (trustee, share) in trustees.iter().zip(shares) {
            self.directory.permits(trustee)?;
            let known = self.directory.user(trustee);
            let devices = known.into_iter().flat_map(|known| &known.devices);
            let signed = devices.filter(|(device, _)| {
                self.directory.counts(trustee, device, &self.conduct)
                    || self.conduct.has(Flaw::ShareToUnsignedKey)
            });
            let content = json!(Share {
                key_id: id.to_owned(),
                quorum,
                share: Secret::new(base64::encode(share)),
            });
            let before = errands.len();
            errands.extend(signed.map(|(device, _)| {
                Errand::sealed(trustee.clone(), device.clone(), SHARE, content.clone())
            }));
            if errands.len() == before {
                return Err(Refusal::DevicesUnknown(trustee.clone()));
            }
        }
        self.errands.extend(errands);
        let escrow = self.vault.escrow_mut();
        escrow.trustees = trustees.to_vec();
        escrow.quorum = quorum;
        Ok(())
    }

    /// Shamir's scheme over GF(2^8): fewer shares than the quorum say nothing about the secret.
    fn split(&self, key: &Key, count: usize, quorum: usize) -> Result<Vec<Vec<u8>>, Refusal> {
        if self.conduct.has(Flaw::EscrowWholeSecret) {
            return Ok(vec![key.reveal().to_vec(); count]);
        }
        let random = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
        let shares = Gf256::split_bytes(quorum, count, key.reveal(), random);
        shares.map_err(|error| VaultRefusal::Sealed(SealError::Crypto(error.to_string())).into())
    }

    /// Releases the share held for a user to a device that he showed the trustee. All his devices are told.
    pub(crate) fn release_share(
        &mut self,
        lock: Option<&Secret>,
        user: &UserId,
        device: &DeviceId,
        ed25519: &str,
    ) -> Result<(), Refusal> {
        self.confirm(lock)?;
        let share = self.vault.escrow().held.get(user).cloned();
        let share = share.ok_or(VaultRefusal::NothingStored("share"))?;
        let known = self.directory.user(user).map(|known| &known.devices);
        let devices: BTreeMap<DeviceId, Device> = known.cloned().unwrap_or_default();
        let target = devices.get(device).ok_or(Refusal::UnknownDevice)?;
        if target.ed25519 != ed25519 {
            return Err(Refusal::FingerprintMismatch);
        }
        if !self.conduct.has(Flaw::EscrowSilent) {
            for told in devices.keys() {
                let notice = json!({ "to": device });
                self.errands
                    .push(Errand::sealed(user.clone(), told.clone(), NOTICE, notice));
            }
        }
        let content = json!(share);
        self.errands.push(Errand::sealed(
            user.clone(),
            device.clone(),
            RELEASED,
            content,
        ));
        Ok(())
    }

    /// Takes in what other devices say about escrow.
    pub(crate) fn take_escrow(&mut self, payload: &Payload) {
        let by = payload.sender.clone();
        let device = payload.device.as_ref();
        let device = device.and_then(|device| self.directory.device(&by, device));
        if !device.is_some_and(|device| device.signed && device.curve25519 == payload.curve25519) {
            return;
        }
        let share: Option<Share> = serde_json::from_value(payload.content.clone()).ok();
        let escrow = self.vault.escrow_mut();
        match (payload.kind.as_str(), share) {
            (SHARE, Some(share)) if escrow.held.len() < MAX_KEPT => {
                self.directory.track(&by);
                self.vault.escrow_mut().held.insert(by, share);
            }
            (RELEASED, Some(share)) if escrow.released.len() < MAX_TRUSTEES => {
                escrow.released.insert(by, share);
            }
            (NOTICE, _) if escrow.opened.len() < MAX_KEPT => {
                let to = payload.content.get("to").and_then(Value::as_str);
                let to = DeviceId::new(to.unwrap_or_default());
                let news = Opened { by, to };
                if !escrow.opened.contains(&news) {
                    escrow.opened.push(news);
                }
            }
            _ => {}
        }
    }

    /// Brings the identity back with the shares that were released to this device.
    pub(crate) fn recover_from_shares(&mut self, call: CallId) -> Result<(), Refusal> {
        let released = &self.vault.escrow().released;
        let mut sets: BTreeMap<(&str, usize), Vec<Vec<u8>>> = BTreeMap::new();
        for share in released.values() {
            if let Ok(bytes) = base64::decode(share.share.reveal(), 64) {
                let set = sets.entry((&share.key_id, share.quorum)).or_default();
                set.push(bytes);
            }
        }
        // Shares of another secret, or of somebody's invention, do not mix with the others.
        let largest = sets.into_iter().max_by_key(|(_, shares)| shares.len());
        let ((_, quorum), shares) = largest.unwrap_or((("", 2), Vec::new()));
        let key = self.combine(&shares, quorum)?;
        self.recover_with(call, key)
    }

    fn combine(&self, shares: &[Vec<u8>], quorum: usize) -> Result<Key, VaultRefusal> {
        let whole = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).map(Key::new).ok();
        if let (true, Some(share)) = (self.conduct.has(Flaw::EscrowWholeSecret), shares.first()) {
            return whole(share).ok_or(VaultRefusal::SecretWrong);
        }
        let (got, needed) = (shares.len(), quorum.max(2));
        if got < needed {
            return Err(VaultRefusal::SharesMissing { got, needed });
        }
        let combined = Gf256::combine_bytes(shares).ok();
        combined
            .and_then(|bytes| whole(&bytes))
            .ok_or(VaultRefusal::SecretWrong)
    }
}
