//! Keys in files, at the relay and on the device (VEC-B).

use super::{Inputs, Operation, Taken, VectorError, VectorStage};
use crate::{
    Conduct, DeviceId, Secret, UserId,
    account::OwnIdentity,
    border::base64,
    client::read_answer,
    sealed::{Key, Lid, Salted, SealError},
    vault::{
        VaultRefusal,
        backup::{BackupKey, Chunk, Place},
        export::open_matrix,
        recovery::{self, Description, NAMES},
    },
};

pub(super) const OPERATIONS: &[Operation] = &[
    ("key-export", key_export),
    ("backup-part", backup_part),
    ("backup-key", backup_key),
    ("secret-storage", secret_storage),
    ("secret-storage-key", secret_storage_key),
    ("passphrase-key", passphrase_key),
    ("recovery-key", recovery_key),
    ("store-lid", store_lid),
];

/// What a file of another client holds.
fn key_export(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let passphrase = Secret::new(inputs.text("passphrase")?);
    let opened = open_matrix(&inputs.bytes("file")?, &passphrase, conduct).map_err(refused)?;
    Ok(Some(opened.to_vec()))
}

/// Whether a part of a backup opens in its place.
fn backup_part(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let identity = identity_of(&Secret::new(base64::encode(inputs.own::<32>("master")?)))?;
    let (user, device) = (inputs.text("user")?, inputs.text("device")?);
    let (user, device) = (UserId::new(user), DeviceId::new(device));
    let at = inputs.text("at")?.parse();
    let place = Place {
        user: &user,
        device: &device,
        at: at.or(Err(VectorError::Unfit { name: "at" }))?,
    };
    let part = read_answer(&inputs.bytes("part")?, conduct);
    let opened = Chunk::open(&identity, place, &inputs.text("signer")?, &part, conduct);
    opened.ok_or(VectorStage::Authenticate)?;
    Ok(None)
}

/// The public key that a backup is sealed to, if the user's identity vouches for it.
fn backup_key(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let object = read_answer(&inputs.bytes("object")?, conduct);
    let (user, master) = (UserId::new(inputs.text("user")?), inputs.text("master")?);
    let served = BackupKey::served(&object, &user, Some(&master), conduct);
    let BackupKey(key) = served.or(Err(VectorStage::Authenticate))?;
    Ok(Some(key.to_bytes().to_vec()))
}

/// A private key of an identity, if it is the one that belongs to a public key.
fn secret_storage(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let key = Key::new(inputs.own("key")?);
    let (id, name) = (inputs.text("key_id")?, inputs.text("name")?);
    let name = NAMES.into_iter().find(|known| *known == name);
    let name = name.ok_or(VectorError::Unfit { name: "name" })?;
    let content = read_answer(&inputs.bytes("content")?, conduct);
    let found = recovery::private_key(&content, &key, &id, name);
    let found = found.or(Err(VectorStage::Authenticate))?;
    let chain = identity_of(&found)?.chain().or(Err(VectorStage::Bind))?;
    if chain.master != inputs.text("public")? {
        return Err(VectorStage::Bind.into());
    }
    let private = base64::decode_array::<32>(found.reveal());
    Ok(Some(private.or(Err(VectorStage::Bind))?.to_vec()))
}

/// Whether a description is that of a storage key.
fn secret_storage_key(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let description = read_answer(&inputs.bytes("description")?, conduct);
    let description: Description =
        serde_json::from_value(description).or(Err(VectorStage::Parse))?;
    match description.fits(&Key::new(inputs.own("key")?)) {
        true => Ok(None),
        false => Err(VectorStage::Authenticate.into()),
    }
}

/// The key that a passphrase is stretched to.
fn passphrase_key(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let salted = inputs.bytes("salted")?;
    let salted: Salted = serde_json::from_slice(&salted).or(Err(VectorStage::Decode))?;
    let key = salted.stretch(&Secret::new(inputs.text("passphrase")?), conduct);
    let key = key.map_err(|error| refused(error.into()))?;
    Ok(Some(key.reveal().to_vec()))
}

/// The key that a user wrote down.
fn recovery_key(inputs: Inputs<'_>, _conduct: &Conduct) -> Taken {
    let key = recovery::secret::parse(&inputs.text("text")?).map_err(refused)?;
    Ok(Some(key.reveal().to_vec()))
}

/// The key of a sealed store that has no passphrase.
fn store_lid(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let refused = |error: SealError| match error {
        SealError::Damaged(_) => VectorStage::Decode,
        SealError::Version { .. } | SealError::PassphraseMissing => VectorStage::Policy,
        _ => VectorStage::Authenticate,
    };
    let lid = Lid::parse(&inputs.bytes("lid")?).map_err(refused)?;
    let device = Key::new(inputs.own("device")?);
    let wrapper = lid.wrapper(device, None, conduct).map_err(refused)?;
    let key = lid.open(&wrapper, conduct).map_err(refused)?;
    Ok(Some(key.reveal().to_vec()))
}

/// An identity all of whose keys are this one.
fn identity_of(private: &Secret) -> Result<OwnIdentity, VectorError> {
    let secrets = vec![private.clone(), private.clone(), private.clone()];
    OwnIdentity::from_secrets(secrets).ok_or(VectorError::Unfit { name: "master" })
}

fn refused(refusal: VaultRefusal) -> VectorStage {
    match refusal {
        VaultRefusal::FileMalformed(_) | VaultRefusal::SecretMistyped(_) => VectorStage::Parse,
        VaultRefusal::Sealed(SealError::Damaged(_)) => VectorStage::Parse,
        VaultRefusal::Sealed(SealError::Version { .. } | SealError::Cost { .. }) => {
            VectorStage::Policy
        }
        _ => VectorStage::Authenticate,
    }
}
