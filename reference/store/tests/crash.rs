//! Whenever the machine stops, the store opens with the old records or the new ones.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use reference_client::{DeviceSecret, MemoryDevice, Opening, Records, SealedStore, Store};
use reference_store::{Disk, FileDevice, FileError, FileStore};

/// A disk whose power fails after so many more bytes; clones are what is left on it.
#[derive(Clone, Default)]
struct Failing {
    file: Arc<Mutex<Vec<u8>>>,
    power: Arc<Mutex<usize>>,
}

impl Failing {
    fn with(file: &[u8], power: usize) -> Self {
        Self {
            file: Arc::new(Mutex::new(file.to_vec())),
            power: Arc::new(Mutex::new(power)),
        }
    }

    fn left(&self) -> Vec<u8> {
        self.file.lock().unwrap().clone()
    }

    /// How many of these bytes reach the disk.
    fn spend(&self, bytes: usize) -> usize {
        let mut power = self.power.lock().unwrap();
        let spent = bytes.min(*power);
        *power -= spent;
        spent
    }

    fn failed(&self) -> FileError {
        FileError::InUse("no power".into())
    }
}

impl Disk for Failing {
    fn read(&self) -> Result<Vec<u8>, FileError> {
        Ok(self.left())
    }

    fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let spent = self.spend(bytes.len() + 1);
        self.file.lock().unwrap().extend(bytes.iter().take(spent));
        if spent > bytes.len() {
            Ok(())
        } else {
            Err(self.failed())
        }
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        // The last byte of power is the rename.
        if self.spend(bytes.len() + 1) <= bytes.len() {
            return Err(self.failed());
        }
        *self.file.lock().unwrap() = bytes.to_vec();
        Ok(())
    }
}

fn changes(changes: &[(&str, Option<&str>)]) -> Records {
    let changes = changes.iter();
    Records(
        changes
            .map(|(name, value)| {
                (
                    (*name).to_owned(),
                    value.map(|value| value.as_bytes().to_vec()),
                )
            })
            .collect(),
    )
}

fn load(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    FileStore::on(Failing::with(file, 0))
        .unwrap()
        .load()
        .unwrap()
}

/// A file with two commits.
fn filled() -> Vec<u8> {
    let disk = Failing::with(&[], usize::MAX);
    let mut store = FileStore::on(disk.clone()).unwrap();
    store.commit(&changes(&[("a", Some("one"))])).unwrap();
    store
        .commit(&changes(&[("a", Some("two")), ("b", Some("three"))]))
        .unwrap();
    disk.left()
}

#[test]
fn a_commit_that_is_cut_at_any_byte_leaves_the_old_or_the_new_records() {
    let old = filled();
    for change in [
        changes(&[("a", Some("four")), ("c", Some("five"))]),
        changes(&[("a", None)]),
    ] {
        let mut new = load(&old);
        for (name, value) in &change.0 {
            match value {
                Some(value) => new.insert(name.clone(), value.clone()),
                None => new.remove(name),
            };
        }
        for power in 0..200 {
            let disk = Failing::with(&old, power);
            let done = FileStore::on(disk.clone()).unwrap().commit(&change);
            let left = load(&disk.left());
            assert!(left == load(&old) || left == new, "after {power} bytes");
            assert!(
                done.is_err() || left == new,
                "what is told to be durable is there"
            );
            // Whatever is left can be written to again.
            let disk = Failing::with(&disk.left(), usize::MAX);
            let mut store = FileStore::on(disk.clone()).unwrap();
            store.commit(&changes(&[("d", Some("six"))])).unwrap();
            assert_eq!(load(&disk.left())["d"], b"six");
        }
    }
}

#[test]
fn a_commit_after_a_failed_one_does_not_stand_behind_its_rest() {
    let disk = Failing::with(&filled(), 5);
    let mut store = FileStore::on(disk.clone()).unwrap();
    assert!(store.commit(&changes(&[("a", Some("lost"))])).is_err());
    *disk.power.lock().unwrap() = usize::MAX;
    store.commit(&changes(&[("c", Some("kept"))])).unwrap();
    let left = load(&disk.left());
    assert_eq!(
        (left["a"].as_slice(), left["c"].as_slice()),
        (b"two".as_slice(), b"kept".as_slice())
    );
}

#[test]
fn a_sealed_store_survives_the_same_without_a_false_alarm() {
    let open = |disk: &Failing, device: &MemoryDevice| {
        let below = FileStore::on(disk.clone()).unwrap();
        SealedStore::open(below, device.clone(), &Opening::default())
    };
    let (disk, device) = (Failing::with(&[], usize::MAX), MemoryDevice::default());
    let mut store = open(&disk, &device).unwrap();
    store.commit(&changes(&[("a", Some("one"))])).unwrap();
    let old = disk.left();
    drop(store);
    for power in (0..400).step_by(7) {
        let (disk, device) = (Failing::with(&old, power), device.twin());
        let mut store = open(&disk, &device).unwrap();
        drop(store.commit(&changes(&[("a", Some("two"))])));
        let store = open(&disk, &device).unwrap();
        assert!(!store.rolled_back());
        let value = store.load().unwrap()["a"].clone();
        assert!(value == b"one" || value == b"two");
    }
}

#[test]
fn a_change_before_the_last_commit_is_found() {
    let file = filled();
    let mut found = 0;
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        match FileStore::on(Failing::with(&changed, 0)) {
            Err(FileError::Damaged { .. }) => found += 1,
            // A longer or torn last commit: the sealed store above knows that it is missing.
            opened => assert!(opened.unwrap().load().unwrap().len() < 2, "at {at}"),
        }
    }
    assert!(found > 20, "{found}");
    assert!(FileStore::on(Failing::with(b"something else", 0)).is_err());
}

#[test]
fn a_folder_keeps_records_and_has_one_writer() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("store");
    let mut store = FileStore::open(&folder).unwrap();
    store.commit(&changes(&[("a", Some("one"))])).unwrap();
    store.commit(&changes(&[("b", Some("two"))])).unwrap();
    assert!(matches!(FileStore::open(&folder), Err(FileError::InUse(_))));
    drop(store);
    let mut store = FileStore::open(&folder).unwrap();
    assert_eq!(store.load().unwrap()["a"], b"one");
    store.commit(&changes(&[("a", None)])).unwrap();
    let file = fs::read(folder.join("records")).unwrap();
    assert!(
        !file.windows(3).any(|part| part == b"one"),
        "what is erased is gone"
    );
    for name in ["records", "lock"] {
        assert_eq!(mode(&folder.join(name)), 0o600, "{name}");
    }
    assert_eq!(mode(&folder), 0o700);
}

#[test]
fn the_secret_of_a_device_outlives_the_program_and_lies_elsewhere() {
    let home = tempfile::tempdir().unwrap();
    let (store, secrets) = (home.path().join("store"), home.path().join("secrets"));
    fs::create_dir(&store).unwrap();
    let mut device = FileDevice::open(&secrets, &store).unwrap();
    let key = device.key().unwrap();
    drop(device);
    let mut device = FileDevice::open(&secrets, &store).unwrap();
    assert_eq!(device.key().unwrap(), key);
    device.forget().unwrap();
    assert_ne!(device.key().unwrap(), key);
    drop(device);
    let inside = FileDevice::open(&store.join("secrets"), &store);
    assert!(matches!(inside, Err(FileError::SameFolder(_))));
    fs::write(secrets.join("device"), "{\"key\":").unwrap();
    assert!(matches!(
        FileDevice::open(&secrets, &store),
        Err(FileError::SecretMalformed)
    ));
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;

    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(not(unix))]
fn mode(path: &Path) -> u32 {
    if path.is_dir() { 0o700 } else { 0o600 }
}
