//! Sealed evidence from somebody: whatever its bytes say, nobody reads it as authentic and trusted unless it says what was sealed.

use std::{
    collections::BTreeMap,
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    sync::{LazyLock, Mutex},
};

use harness_evidence::{
    Bundle, Demands, Edition, PublicKey, Sealing, SigningKey, recheck, seal, sha256_hex,
};
use tempfile::TempDir;

#[path = "../../harness/evidence/tests/fixture/mod.rs"]
mod fixture;

/// What an input begins with that is an archive as it is.
const ARCHIVE: &[u8] = b"PK";

static BENCH: LazyLock<Mutex<Bench>> = LazyLock::new(|| Mutex::new(Bench::new()));

/// What a forger may add.
const CAMPAIGN: &str = "data/fuzz/campaign.json";

/// A run that was sealed, its files and whom a reader trusts.
struct Bench {
    folder: TempDir,
    run: PathBuf,
    files: BTreeMap<String, Vec<u8>>,
    laboratory: PublicKey,
}

/// Takes `bytes` as an archive, or as the path of a file in the run's folder, a newline and what a forger writes there, who then
/// makes the manifests fit again.
pub(crate) fn run(bytes: &[u8]) {
    let bench = BENCH.lock().expect("one thread");
    if bytes.starts_with(ARCHIVE) {
        let path = bench.folder.path().join("input.zip");
        fs::write(&path, bytes).expect("a file");
        bench.read(&path);
    } else if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        let (name, content) = bytes.split_at(end);
        let name = String::from_utf8_lossy(name);
        if bench.files.contains_key(name.as_ref()) || name == CAMPAIGN {
            bench.forge(&name, content.get(1..).unwrap_or_default());
        }
    }
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let plan = fixture::plan("r1", ["olm-01".to_owned()]);
        let cases = [("olm-01", None, true), ("olm-01", Some("weak"), false)];
        let (_, closed) = fixture::closed(folder.path(), plan, &cases, (0, true));
        let run = closed.finish(&[], &[]).expect("a run's folder");
        fs::create_dir(run.join("data/fuzz")).expect("a folder");
        let key = laboratory(&run);
        let sealing = Sealing {
            edition: Edition::Full,
            key: Some(&key),
            at: "2026-11-23T03:00:00.000Z",
        };
        let mut archive = Cursor::new(Vec::new());
        seal(&run, sealing, &[], &mut archive).expect("an archive");
        let path = folder.path().join("sealed.zip");
        fs::write(&path, archive.into_inner()).expect("a file");
        let bench = Self {
            files: files(&path),
            laboratory: key.public(),
            folder,
            run,
        };
        assert!(bench.is_trusted(&path), "the seal does not hold");
        bench
    }

    fn is_trusted(&self, path: &Path) -> bool {
        let demands = Demands {
            trust: vec![self.laboratory.clone()],
            ..Demands::default()
        };
        Bundle::open(path).is_ok_and(|bundle| {
            let check = recheck(&bundle, &demands);
            for difference in &check.differences {
                assert!(difference.code() >= 10 && !difference.to_string().is_empty());
            }
            check.is_authentic()
        })
    }

    /// Reads an archive as a verifier does; if it is trusted, every file in it is one that was sealed.
    fn read(&self, path: &Path) {
        if self.is_trusted(path) {
            for (name, content) in files(path) {
                assert_eq!(self.files.get(&name), Some(&content), "{name} is another");
            }
        }
    }

    /// Writes a file in the run's folder, makes the manifests fit, reads it, and puts everything back.
    fn forge(&self, name: &str, content: &[u8]) {
        self.write(name, content);
        for manifest in ["manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            if manifest != name {
                self.write(manifest, &self.renewed(manifest));
            }
        }
        let is_same = self.files.get(name).is_some_and(|sealed| sealed == content);
        let signature = name.starts_with("signatures/");
        assert!(
            !self.is_trusted(&self.run) || is_same || signature,
            "{name} was forged"
        );
        for file in [name, "manifest-sha256.txt", "tagmanifest-sha256.txt"] {
            match self.files.get(file) {
                Some(sealed) => self.write(file, sealed),
                None => fs::remove_file(self.run.join(file)).expect("what was added"),
            }
        }
    }

    fn renewed(&self, manifest: &str) -> Vec<u8> {
        let lines = self
            .files
            .get(manifest)
            .map(|text| String::from_utf8_lossy(text));
        let lines = lines.unwrap_or_default();
        let lines = lines.lines().filter_map(|line| {
            let (_, path) = line.split_once("  ")?;
            let content = fs::read(self.run.join(path)).ok()?;
            Some(format!("{}  {path}\n", sha256_hex(&content)))
        });
        lines.collect::<String>().into_bytes()
    }

    fn write(&self, name: &str, content: &[u8]) {
        fs::write(self.run.join(name), content).expect("a file of the run");
    }
}

/// Whoever seals this record and no other: an archive of an earlier corpus is signed by somebody else.
fn laboratory(run: &Path) -> SigningKey {
    let manifest = fs::read(run.join("manifest-sha256.txt")).expect("a manifest");
    let mut seed = [0; 32];
    for (byte, digit) in seed.iter_mut().zip(sha256_hex(&manifest).bytes()) {
        *byte = digit;
    }
    SigningKey::ed25519(&seed)
}

/// Every file of an archive.
fn files(path: &Path) -> BTreeMap<String, Vec<u8>> {
    let bundle = Bundle::open(path).expect("an archive");
    let names = bundle.files().expect("its files");
    let read = names.into_iter().map(|name| {
        let content = bundle.read(&name).expect("a file in it");
        (name, content)
    });
    read.collect()
}
