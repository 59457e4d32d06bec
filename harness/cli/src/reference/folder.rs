//! The folder of an organisation: its charter, and a file for each key.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use clap::Args;
use reference_organisation::{
    Chain, Charter, DirectoryKey, Head, ObjectError, PublicKey, Serial, Signed, SigningKey, Tenant,
    Time, json, read, text_of,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::failure::Failure;

/// Which folder.
#[derive(Debug, Args)]
pub(crate) struct Place {
    /// Folder of the organisation
    #[arg(long = "org", value_name = "DIR", default_value = "organisation")]
    folder: PathBuf,
}

/// A folder with a charter in it.
pub(super) struct Folder {
    path: PathBuf,
    pub(super) charter: Signed<Charter>,
}

/// A key that can sign, with the grants that give it its say.
pub(super) struct Held {
    pub(super) key: SigningKey,
    pub(super) chain: Chain,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    seed: String,
    chain: Chain,
}

/// The name of the root's key; its file belongs on a medium of its own, off the net.
pub(super) const ROOT: &str = "root";

impl Place {
    /// Opens the folder.
    pub(super) fn open(&self) -> Result<Folder, Failure> {
        let path = self.folder.join("charter.json");
        let charter: Signed<Charter> = read_file(&path)?;
        charter.verified().map_err(failed)?;
        Ok(Folder {
            path: self.folder.clone(),
            charter,
        })
    }

    /// Makes the folder for a new organisation; one that is there is left alone.
    pub(super) fn found(&self, charter: Signed<Charter>) -> Result<Folder, Failure> {
        let mut private = fs::DirBuilder::new();
        private.recursive(true).mode(0o700);
        let keys = self.folder.join("keys");
        private
            .create(&keys)
            .map_err(|reason| Failure::File { path: keys, reason })?;
        let text = text_of(&charter).map_err(failed)?;
        write_new(&self.folder.join("charter.json"), &text, 0o644)?;
        Ok(Folder {
            path: self.folder.clone(),
            charter,
        })
    }
}

impl Folder {
    /// The organisation.
    pub(super) fn organisation(&self) -> PublicKey {
        self.charter.body.organisation
    }

    /// A tenant of the organisation.
    pub(super) fn tenant(&self, name: &str) -> Result<Tenant, Failure> {
        let tenant = Tenant::new(name).map_err(|fault| Failure::Usage(fault.to_string()))?;
        self.charter.body.check_tenant(&tenant).map_err(failed)?;
        Ok(tenant)
    }

    /// The key of this name.
    pub(super) fn key(&self, name: &str) -> Result<Held, Failure> {
        let KeyFile { seed, chain } = read_file(&self.place(name)?)?;
        Ok(Held {
            key: SigningKey::parse(&seed).map_err(failed)?,
            chain,
        })
    }

    /// Keeps a new key; only its owner on this machine can read the file.
    pub(super) fn keep(&self, name: &str, held: &Held) -> Result<(), Failure> {
        let file = KeyFile {
            seed: held.key.reveal(),
            chain: held.chain.clone(),
        };
        let text = text_of(&file).map_err(failed)?;
        write_new(&self.place(name)?, &text, 0o600)
    }

    /// What opens the directory of a tenant; made when it is asked for first.
    pub(super) fn directory_key(&self, tenant: &Tenant) -> Result<DirectoryKey, Failure> {
        let path = self.path.join(format!("directory-{tenant}.json"));
        if path.exists() {
            return read_file(&path);
        }
        let mut bytes = [0; 32];
        fill(&mut bytes)?;
        let key = DirectoryKey::from_bytes(bytes);
        let text = serde_json::to_string(&key).map_err(io::Error::from)?;
        write_new(&path, &text, 0o600)?;
        Ok(key)
    }

    /// The names of its keys, sorted.
    pub(super) fn names(&self) -> Result<Vec<String>, Failure> {
        let keys = self.path.join("keys");
        let unusable = |reason| Failure::File {
            path: keys.clone(),
            reason,
        };
        let mut names = Vec::new();
        for entry in fs::read_dir(&keys).map_err(unusable)? {
            let name = entry.map_err(unusable)?.file_name();
            let name = name.to_string_lossy().into_owned();
            names.extend(name.strip_suffix(".json").map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// Where the log of acts ended when it was last read.
    pub(super) fn known_head(&self) -> Result<Option<Head>, Failure> {
        let path = self.path.join("head.json");
        if !path.exists() {
            return Ok(None);
        }
        read_file(&path).map(Some)
    }

    /// Remembers where the log of acts ends.
    pub(super) fn remember(&self, head: &Head) -> Result<(), Failure> {
        let path = self.path.join("head.json");
        let text = text_of(head).map_err(failed)?;
        // Replaced in one step, so that a broken write forgets nothing.
        let fresh = self.path.join("head.json.new");
        let written = fs::write(&fresh, text).and_then(|()| fs::rename(&fresh, &path));
        written.map_err(|reason| Failure::File { path, reason })
    }

    fn place(&self, name: &str) -> Result<PathBuf, Failure> {
        let allowed =
            |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
        if name.is_empty() || name.len() > 40 || !name.chars().all(allowed) {
            let text = format!("{name:?} is no name of a key: a-z, 0-9 and - only");
            return Err(Failure::Usage(text));
        }
        Ok(self.path.join("keys").join(format!("{name}.json")))
    }
}

impl Held {
    /// The only tenant that the key has a say in.
    pub(super) fn tenant(&self) -> Option<Tenant> {
        let last = self.chain.grants().last()?;
        last.body.tenant.clone()
    }
}

/// Reads an object strictly.
pub(super) fn read_file<T: Serialize + DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = fs::read(path).map_err(|reason| Failure::File {
        path: path.to_owned(),
        reason,
    })?;
    let value = json::parse(&text).map_err(ObjectError::from);
    let object = value.and_then(|value| read(&value));
    object.map_err(|fault| Failure::Reference(format!("{}: {fault}", path.display())))
}

/// Reads what an administrator wrote by hand.
pub(super) fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let text = fs::read_to_string(path).map_err(|reason| Failure::File {
        path: path.to_owned(),
        reason,
    })?;
    toml::from_str(&text).map_err(|error| wrong(path, error.message()))
}

/// A file does not say what it should; the first line of why.
pub(super) fn wrong(path: &Path, why: &str) -> Failure {
    let line = why.lines().next().unwrap_or_default();
    Failure::Usage(format!("{}: {line}", path.display()))
}

/// A key of fresh random bytes.
pub(super) fn fresh_key() -> Result<SigningKey, Failure> {
    let mut seed = [0; 32];
    fill(&mut seed)?;
    Ok(SigningKey::from_seed(&seed))
}

/// A serial of fresh random bytes.
pub(super) fn fresh_serial() -> Result<Serial, Failure> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(Serial::from_bytes(bytes))
}

/// A nonce of fresh random bytes.
pub(super) fn fresh_nonce() -> Result<[u8; 12], Failure> {
    let mut bytes = [0; 12];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// The time by the machine's clock.
pub(super) fn now() -> Time {
    Time(crate::clock::now().wall_ms)
}

/// Something signed cannot be made or does not hold.
pub(super) fn failed(fault: impl std::fmt::Display) -> Failure {
    Failure::Reference(fault.to_string())
}

fn fill(bytes: &mut [u8]) -> Result<(), Failure> {
    getrandom::fill(bytes).map_err(|error| Failure::Random(error.to_string()))
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|reason| {
        let reason = match reason.kind() {
            io::ErrorKind::AlreadyExists => io::Error::new(reason.kind(), "is there already"),
            _ => reason,
        };
        Failure::File {
            path: path.to_owned(),
            reason,
        }
    })
}
