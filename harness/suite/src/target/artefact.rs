//! What is tested, measured: the digest of every program and file that the manifest names, taken before anything is started.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use harness_evidence::{Artefact, sha256_hex, sha256_of};

use super::{Manifest, Places, Reach, TargetError, command::fill};

/// The most files of one artefact, and how deep its folders may lie.
const FILES_LIMIT: usize = 200_000;
const DEPTH_LIMIT: usize = 64;

/// Where interpreters write while they run; what they make there follows from the sources beside it.
const WRITTEN_BY_RUNNING: &str = "__pycache__";

impl Manifest {
    /// Measures the programs that start relay and client, and `artefacts` besides. Nothing of a target that the bench does not start.
    ///
    /// # Errors
    /// A named file or folder cannot be read, or a folder holds more than any product.
    pub fn measure(&self, places: &Places) -> Result<Vec<Artefact>, TargetError> {
        let (Reach::Announced { start } | Reach::Answering { start, .. }) = &self.relay.reach
        else {
            return Ok(Vec::new());
        };
        let place = |word: &String| PathBuf::from(fill(word, &self.root, places));
        let drive = self.client.as_ref().and_then(|client| client.drive.first());
        let programs = start.first().into_iter().chain(drive);
        let programs = programs.filter_map(|word| program(&place(word)));
        let paths: Vec<_> = programs.chain(self.artefacts.iter().map(place)).collect();
        let mut artefacts = Vec::new();
        for path in &paths {
            artefacts.push(Artefact {
                name: name(path),
                sha256: digest(path).map_err(|reason| TargetError::NotMeasured {
                    path: path.clone(),
                    reason,
                })?,
            });
        }
        artefacts.sort_by(|one, other| (&one.name, &one.sha256).cmp(&(&other.name, &other.sha256)));
        artefacts.dedup();
        Ok(artefacts)
    }
}

/// The file that a command's first word starts, found as the system finds it; `None` if there is none, then the start says so.
fn program(word: &Path) -> Option<PathBuf> {
    if word.components().count() > 1 {
        return word.is_file().then(|| word.to_owned());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(word))
        .find(|file| file.is_file())
}

/// The last part of a path: a record says nothing of the machine's folders.
fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// SHA-256, hex, of a file; of a folder, that of a list with a line for each file, as `sha256sum` writes it, sorted by path.
fn digest(path: &Path) -> io::Result<String> {
    let kind = fs::metadata(path)?;
    if kind.is_file() {
        return File::open(path).and_then(sha256_of);
    }
    if !kind.is_dir() {
        return Err(neither());
    }
    let mut files = Vec::new();
    walk(path, "", 0, &mut files)?;
    files.sort();
    let mut list = String::new();
    for file in files {
        let full = path.join(&file);
        let sha256 = match fs::read_link(&full) {
            Ok(target) => sha256_hex(target.to_string_lossy().as_bytes()),
            Err(_no_link) => File::open(&full).and_then(sha256_of)?,
        };
        list += &format!("{sha256}  {file}\n");
    }
    Ok(sha256_hex(list.as_bytes()))
}

/// A pipe or a device would be waited for without end.
fn neither() -> io::Error {
    io::Error::other("neither a file nor a folder")
}

/// Every file below a folder by its path there; links count as files and are not followed.
fn walk(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<String>) -> io::Result<()> {
    if depth > DEPTH_LIMIT {
        return Err(io::Error::other(format!(
            "more than {DEPTH_LIMIT} folders deep"
        )));
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type()?;
        if kind.is_file() || kind.is_symlink() {
            files.push(path);
        } else if !kind.is_dir() {
            return Err(neither());
        } else if name != WRITTEN_BY_RUNNING {
            walk(&entry.path(), &format!("{path}/"), depth + 1, files)?;
        }
        if files.len() > FILES_LIMIT {
            return Err(io::Error::other(format!("more than {FILES_LIMIT} files")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_the_digest_of_its_list() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("b/two.py", "2");
        write("one.py", "1");
        let list = format!(
            "{}  b/two.py\n{}  one.py\n",
            sha256_hex(b"2"),
            sha256_hex(b"1")
        );
        let before = digest(folder.path()).unwrap();
        assert_eq!(before, sha256_hex(list.as_bytes()));
        write("b/__pycache__/two.pyc", "compiled while it runs");
        assert_eq!(digest(folder.path()).unwrap(), before);
        write("b/two.py", "3");
        assert_ne!(digest(folder.path()).unwrap(), before);
    }

    fn measured(manifest: &str) -> Result<Vec<Artefact>, TargetError> {
        let places = Places {
            pruefstand: "/bin/sh".into(),
            dir: "/nowhere".into(),
        };
        Manifest::parse(manifest, Path::new("x.toml"), PathBuf::from("/"))
            .unwrap()
            .measure(&places)
    }

    const ACCOUNTS: &str = "[relay.accounts]\nmethod = \"registration_token\"\ntoken = \"t\"\n";

    #[test]
    fn the_programs_are_measured_whatever_else_is_named() {
        let relay =
            format!("name = \"x\"\n[relay]\nstart = [\"{{pruefstand}}\", \"relay\"]\n{ACCOUNTS}");
        let shell = Artefact {
            name: "sh".to_owned(),
            sha256: digest(Path::new("/bin/sh")).unwrap(),
        };
        assert_eq!(measured(&relay).unwrap(), std::slice::from_ref(&shell));
        // By its name alone, and by the same program twice.
        let both = format!("{relay}[client]\ndrive = [\"sh\", \"driver\"]\n");
        assert_eq!(measured(&both).unwrap(), std::slice::from_ref(&shell));
        let more = relay.replace("[relay]", "artefacts = [\"/etc/hostname\"]\n[relay]");
        assert_eq!(measured(&more).unwrap().len(), 2);
        assert!(measured(&more).unwrap().contains(&shell));
        let missing = relay.replace("{pruefstand}", "/no/such/program");
        assert!(measured(&missing).unwrap().is_empty());
    }

    #[test]
    fn what_is_named_must_be_there_and_what_is_not_started_is_not_measured() {
        let start = format!(
            "name = \"x\"\nartefacts = [\"{{root}}no/such/file\"]\n[relay]\nstart = [\"sh\"]\n{ACCOUNTS}"
        );
        let told = measured(&start).unwrap_err().to_string();
        assert!(told.contains("/no/such/file"), "{told}");
        let device = start.replace("{root}no/such/file", "/dev/null");
        let told = measured(&device).unwrap_err().to_string();
        assert!(told.contains("neither a file nor a folder"), "{told}");
        let url = format!("name = \"x\"\n[relay]\nurl = \"http://127.0.0.1:1\"\n{ACCOUNTS}");
        assert!(measured(&url).unwrap().is_empty());
        let both = url.replace("[relay]", "artefacts = [\"/bin/sh\"]\n[relay]");
        let refused = Manifest::parse(&both, Path::new("x.toml"), PathBuf::from("/"));
        assert!(refused.unwrap_err().to_string().contains("artefacts"));
    }
}
