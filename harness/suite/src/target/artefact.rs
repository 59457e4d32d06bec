//! What is tested, measured: the digest of every program and file that the manifest names, taken before anything is started.

use std::{
    collections::{BTreeMap, BTreeSet},
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
        let relay = start.first().map(place);
        let relay = relay.and_then(|word| program(&places.dir, &word));
        let driver = self.client.as_ref().and_then(|client| client.drive.first());
        let driver = driver.and_then(|word| program(Path::new(""), &place(word)));
        let paths: BTreeSet<_> = relay
            .into_iter()
            .chain(driver)
            .chain(self.artefacts.iter().map(place))
            .collect();
        let measured = paths.into_iter().map(|path| match digest(&path) {
            Ok(sha256) => Ok((name(&path), sha256)),
            Err(reason) => Err(TargetError::NotMeasured { path, reason }),
        });
        Ok(apart(measured.collect::<Result<_, _>>()?))
    }

    /// Whether what [`measure`](Self::measure) measures says what runs. A program that runs what it is given says nothing of that, unless
    /// the manifest names it.
    pub(crate) fn is_measured(&self) -> bool {
        let (Reach::Announced { start } | Reach::Answering { start, .. }) = &self.relay.reach
        else {
            return false;
        };
        let driver = self.client.as_ref().and_then(|client| client.drive.first());
        let mut programs = start.first().into_iter().chain(driver);
        !self.artefacts.is_empty() || !programs.any(|word| runs_another(word))
    }
}

/// Programs that run what their arguments name; versions behind the name do not count.
const RUNS_ANOTHER: [&str; 32] = [
    "bash", "bun", "bunx", "bwrap", "cargo", "dash", "deno", "docker", "dotnet", "env", "fish",
    "java", "nerdctl", "nice", "node", "nodejs", "nohup", "npm", "npx", "perl", "php", "podman",
    "poetry", "python", "ruby", "sh", "ssh", "sudo", "timeout", "uv", "uvx", "zsh",
];

fn runs_another(word: &str) -> bool {
    let name = name(Path::new(word)).to_lowercase();
    let name = name.trim_end_matches(|end: char| end.is_ascii_digit() || end == '.' || end == '-');
    RUNS_ANOTHER.contains(&name.trim_end_matches(".exe"))
}

/// Artefacts with names of their own: the second of a name is `name (2)`.
fn apart(measured: BTreeSet<(String, String)>) -> Vec<Artefact> {
    let mut seen = BTreeMap::<String, usize>::new();
    let apart = measured.into_iter().map(|(name, sha256)| {
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        let name = if *times == 1 {
            name
        } else {
            format!("{name} ({times})")
        };
        Artefact { name, sha256 }
    });
    apart.collect()
}

/// The file that a command's first word starts in `folder`, found as the system finds it; `None` if there is none, then the start says so.
fn program(folder: &Path, word: &Path) -> Option<PathBuf> {
    if word.components().count() > 1 {
        return Some(folder.join(word)).filter(|file| file.is_file());
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
        // A relay is started in its own folder, so that is where a path begins.
        let beside = relay.replace("{pruefstand}", "./sh");
        assert!(measured(&beside).unwrap().is_empty());
        let missing = relay.replace("{pruefstand}", "/no/such/program");
        assert!(measured(&missing).unwrap().is_empty());
    }

    #[test]
    fn names_are_names_of_one() {
        let two = [("sh", "b"), ("sh", "a"), ("x", "c")];
        let two = two.map(|(name, sha256)| (name.to_owned(), sha256.to_owned()));
        let named = apart(BTreeSet::from(two));
        let names: Vec<_> = named.iter().map(|one| (&*one.name, &*one.sha256)).collect();
        assert_eq!(names, [("sh", "a"), ("sh (2)", "b"), ("x", "c")]);
    }

    #[test]
    fn what_an_interpreter_runs_is_not_measured_unless_it_is_named() {
        let is_measured = |start: &str, more: &str| {
            let text =
                format!("name = \"x\"\n{more}[relay]\nstart = [\"{start}\", \"x\"]\n{ACCOUNTS}");
            let manifest = Manifest::parse(&text, Path::new("x.toml"), PathBuf::from("/"));
            manifest.unwrap().is_measured()
        };
        assert!(is_measured("/opt/product/relay", ""));
        for runs_another in [
            "/bin/sh",
            "python3.11",
            "docker",
            "{root}venv/bin/python",
            "java-21",
        ] {
            assert!(!is_measured(runs_another, ""), "{runs_another}");
            let named = "artefacts = [\"/opt/product\"]\n";
            assert!(is_measured(runs_another, named), "{runs_another}");
        }
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
