//! `seal`: a run's folder becomes one archive, signed by whoever answers for it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use harness_evidence::{Edition, Record, Sealing, Signer, SigningKey, seal as pack};

use crate::{
    agent::Agent,
    args::{self, Seal},
    clock,
    failure::{Failure, PASSED},
};

/// The longest key file that is read, in bytes.
const KEY_LIMIT: u64 = 16 * 1024;

/// Packs and signs.
pub(crate) fn seal(seal: &Seal) -> Result<u8, Failure> {
    let key = signer(seal)?;
    let edition = match seal.edition {
        args::Edition::Full => Edition::Full,
        args::Edition::Small => Edition::Small,
        args::Edition::Public => Edition::Public,
    };
    let folder = fs::canonicalize(&seal.folder).map_err(|reason| Failure::File {
        path: seal.folder.clone(),
        reason,
    })?;
    let renderings = rendered(&folder, edition)?;
    let out = seal.out.clone().unwrap_or_else(|| beside(&folder));
    let sealing = Sealing {
        edition,
        key: key.as_deref(),
        at: &clock::now().rfc3339(),
    };
    write_whole(&out, |file| Ok(pack(&folder, sealing, &renderings, file)?))?;
    let mut output = anstream::stdout();
    writeln!(output, "{}", out.display())?;
    match &key {
        Some(key) => writeln!(output, "signed by key {}", key.public().id())?,
        None => writeln!(output, "signed by the run's own key only; --key adds yours")?,
    }
    Ok(PASSED)
}

/// The renderings of an edition, from the record in a folder.
fn rendered(folder: &Path, edition: Edition) -> Result<Vec<(String, String)>, Failure> {
    let record = Record::open(folder)?;
    let read = |path: &str| record.transcript(path, edition);
    Ok(harness_report::renderings(&record.results, &read, &[])?)
}

/// `<folder>.evidence.zip`.
fn beside(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".evidence.zip");
    folder.with_file_name(name)
}

/// Writes a file that is not there yet, so that it is there whole or not at all.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let fail = |path: &Path, reason| Failure::File {
        path: path.to_owned(),
        reason,
    };
    if path.exists() {
        let told = "it exists already; --out names another file";
        return Err(fail(
            path,
            io::Error::new(io::ErrorKind::AlreadyExists, told),
        ));
    }
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let file = OpenOptions::new().write(true).create_new(true).open(&part);
    let mut file = BufWriter::new(file.map_err(|reason| fail(&part, reason))?);
    let done = write(&mut file)
        .and_then(|()| file.flush().map_err(|reason| fail(&part, reason)))
        .and_then(|()| {
            file.get_ref()
                .sync_all()
                .map_err(|reason| fail(&part, reason))
        })
        .and_then(|()| fs::rename(&part, path).map_err(|reason| fail(path, reason)));
    if done.is_err() {
        // The first error is the one to tell.
        fs::remove_file(&part).unwrap_or_default();
    }
    done
}

/// Whoever signs, if somebody does.
fn signer(seal: &Seal) -> Result<Option<Box<dyn Signer>>, Failure> {
    if let Some(path) = &seal.key {
        return Ok(Some(Box::new(private_key(path)?)));
    }
    let agent = seal.agent_key.as_deref().map(Agent::of).transpose()?;
    Ok(agent.map(|agent| Box::new(agent) as Box<dyn Signer>))
}

fn private_key(path: &Path) -> Result<SigningKey, Failure> {
    let pem = key_text(path)?;
    SigningKey::from_pem(&pem)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
}

/// The text of a key's file.
pub(crate) fn key_text(path: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(KEY_LIMIT).read_to_string(&mut text))
        .map_err(|reason| Failure::File {
            path: path.to_owned(),
            reason,
        })?;
    Ok(text)
}
