//! A file with the user's keys, for himself, under a passphrase.

pub(super) mod line;
mod matrix;
mod stream;

use serde::{Deserialize, Serialize};

use super::VaultRefusal;
use crate::{
    Client, Conduct, Flaw, Refusal, Secret,
    border::base64,
    megolm::{Owner, RoomKey},
    sealed::{Kdf, Salted, SealError},
};
use line::Line;
pub(crate) use matrix::open as open_matrix;

/// The beginning of every export.
const MAGIC: &[u8; 8] = b"PRFEXPT\n";

/// The format that is written.
const VERSION: u32 = 1;

/// Bytes of the largest file that is read.
const MAX_FILE: usize = 512 << 20;

/// Bytes of the longest header.
const MAX_HEADER: usize = 1024;

/// Characters of the shortest passphrase of an export: whoever has the file can guess as often as he likes.
const SHORTEST: usize = 12;

/// What stands in clear before the sealed part, and is authenticated with every chunk of it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    version: u32,
    passphrase: Salted,
}

/// What an import brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Imported {
    /// Room keys in the file.
    pub(crate) keys: usize,
    /// Whether the private identity was taken over.
    pub(crate) identity: bool,
}

fn seal(
    lines: Vec<Line>,
    passphrase: &Secret,
    kdf: Kdf,
    conduct: &Conduct,
) -> Result<Vec<u8>, VaultRefusal> {
    let salted = Salted::fresh(kdf)?;
    let key = salted
        .stretch(passphrase, conduct)?
        .derive("dev.pruefstand.export")?;
    let header = Header {
        version: VERSION,
        passphrase: salted,
    };
    let header =
        serde_json::to_vec(&header).map_err(|error| SealError::Crypto(error.to_string()))?;
    let length = u16::try_from(header.len()).or(Err(VaultRefusal::FileMalformed("header")))?;
    let mut file = [MAGIC.as_slice(), &length.to_be_bytes(), &header].concat();
    let plaintext = line::write(lines, conduct).ok_or(VaultRefusal::FileMalformed("line"))?;
    let sealed = stream::seal(&key, &file, &plaintext)?;
    file.extend(sealed);
    Ok(file)
}

fn open(file: &[u8], passphrase: &Secret, conduct: &Conduct) -> Result<Vec<Line>, VaultRefusal> {
    let malformed = VaultRefusal::FileMalformed;
    let rest = file
        .strip_prefix(MAGIC)
        .ok_or(malformed("it is no export"))?;
    let (length, rest) = rest.split_first_chunk().ok_or(malformed("it is cut"))?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length > MAX_HEADER {
        return Err(malformed("its header is too long"));
    }
    let (header, sealed) = rest
        .split_at_checked(length)
        .ok_or(malformed("it is cut"))?;
    let header: Header =
        serde_json::from_slice(header).map_err(|_shape| malformed("its header"))?;
    if header.version != VERSION {
        return Err(SealError::Version {
            got: header.version,
            limit: VERSION,
        }
        .into());
    }
    let key = header
        .passphrase
        .stretch(passphrase, conduct)?
        .derive("dev.pruefstand.export")?;
    let context = file.get(..file.len() - sealed.len()).unwrap_or_default();
    let plaintext = stream::open(&key, context, sealed).ok_or(VaultRefusal::FileClosed)?;
    line::read(&plaintext, conduct).ok_or(malformed("a line"))
}

impl Client {
    /// All room keys, and the private identity if it is asked for, as unpadded base64 of a file.
    pub(crate) fn export(
        &mut self,
        passphrase: &Secret,
        lock: Option<&Secret>,
        identity: bool,
    ) -> Result<(String, usize), Refusal> {
        if self.policy().managed.disable_backup {
            return Err(VaultRefusal::Forbidden("backups").into());
        }
        let got = passphrase.reveal().chars().count();
        if got < SHORTEST {
            return Err(VaultRefusal::TooWeak {
                what: "characters",
                got,
                least: SHORTEST,
            }
            .into());
        }
        self.confirm(lock)?;
        let keys = self.groups.passed_on();
        let count = keys.len();
        let mut lines: Vec<Line> = keys
            .into_iter()
            .map(|key| Line::RoomKey(Box::new(key)))
            .collect();
        if identity {
            let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
            let identity = own.identity.clone().ok_or(Refusal::NoIdentityKeys)?;
            lines.push(Line::Identity(identity));
        }
        let file = seal(lines, passphrase, self.vault.kdf, &self.conduct)?;
        Ok((base64::encode(file), count))
    }

    /// Takes the keys of a file in; none of them is trusted more than one that somebody passed on.
    pub(crate) fn import(&mut self, file: &str, passphrase: &Secret) -> Result<Imported, Refusal> {
        let file = base64::decode(file, MAX_FILE).or(Err(VaultRefusal::FileMalformed("base64")))?;
        if matrix::is_one(&file) {
            return self.import_of_others(&file, passphrase);
        }
        let lines = open(&file, passphrase, &self.conduct)?;
        let mut imported = Imported {
            keys: 0,
            identity: false,
        };
        for line in lines {
            match line {
                Line::RoomKey(mut key) => {
                    key.owner.imported |= !self.conduct.has(Flaw::ImportTrusted);
                    self.take_passed_on(*key)?;
                    imported.keys += 1;
                }
                Line::Identity(identity) => {
                    self.adopt_identity(identity)?;
                    imported.identity = true;
                }
            }
        }
        Ok(imported)
    }
}

impl Client {
    /// Takes the keys of another client's file in. The file says by both of its keys whose device a key belongs to; a device that nobody knows has
    /// no user, so its keys are left out. A key that is refused costs no other one.
    fn import_of_others(&mut self, file: &[u8], passphrase: &Secret) -> Result<Imported, Refusal> {
        let mut imported = Imported {
            keys: 0,
            identity: false,
        };
        let mut refused = None;
        for key in matrix::read(file, passphrase, &self.conduct)? {
            let signer = key.sender_claimed_keys.get("ed25519");
            let owner = signer.and_then(|signer| self.directory.owner_by(&key.sender_key, signer));
            let Some((user, id, device)) = owner else {
                continue;
            };
            let owner = Owner {
                user: user.clone(),
                device: Some(id.clone()),
                curve25519: device.curve25519.clone(),
                ed25519: device.ed25519.clone(),
                imported: !self.conduct.has(Flaw::ImportTrusted),
                shared_by: None,
            };
            let key = RoomKey::new(key.room_id, key.session_id, key.session_key, owner);
            match self.take_passed_on(key) {
                Ok(()) => imported.keys += 1,
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            Some(error) if imported.keys == 0 => Err(error),
            _ => Ok(imported),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(kdf: Kdf, conduct: &Conduct) -> Result<Vec<u8>, VaultRefusal> {
        seal(Vec::new(), &Secret::new("correct horse"), kdf, conduct)
    }

    #[test]
    fn only_the_right_passphrase_opens_the_unchanged_file() {
        let honest = Conduct::honest();
        let file = sealed(Kdf::FLOOR, &honest).unwrap();
        assert!(
            open(&file, &Secret::new("correct horse"), &honest)
                .unwrap()
                .is_empty()
        );
        let refused = open(&file, &Secret::new("wrong horse"), &honest).err();
        assert_eq!(refused, Some(VaultRefusal::FileClosed));
        let mut flipped = file.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert!(open(&flipped, &Secret::new("correct horse"), &honest).is_err());
        for cut in [0, 7, 9, 40, file.len() - 1] {
            assert!(open(&file[..cut], &Secret::new("correct horse"), &honest).is_err());
        }
    }

    #[test]
    fn a_file_whose_passphrase_is_cheap_to_guess_is_refused() {
        let lax = Conduct::flawed(&[Flaw::KdfFloorMissing]);
        let cheap = Kdf {
            memory: 8,
            passes: 1,
            lanes: 1,
        };
        let file = sealed(cheap, &lax).unwrap();
        let passphrase = Secret::new("correct horse");
        assert!(open(&file, &passphrase, &lax).is_ok());
        let refused = open(&file, &passphrase, &Conduct::honest()).err();
        assert!(matches!(
            refused,
            Some(VaultRefusal::Sealed(SealError::Cost { .. }))
        ));
    }
}
