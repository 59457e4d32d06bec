//! What a thief of the store gets, and what a changed store is worth.

use super::*;
use crate::MemoryStore;

fn open(
    store: &MemoryStore,
    device: &MemoryDevice,
) -> Result<SealedStore<MemoryStore, MemoryDevice>, SealError> {
    SealedStore::open(store.clone(), device.clone(), &Opening::default())
}

fn locked(
    store: &MemoryStore,
    device: &MemoryDevice,
    passphrase: Option<&str>,
) -> Result<(), SealError> {
    let opening = Opening {
        passphrase: passphrase.map(Secret::new),
        kdf: Kdf::FLOOR,
        ..Opening::default()
    };
    SealedStore::open(store.clone(), device.clone(), &opening).map(drop)
}

fn records(changes: &[(&str, Option<&str>)]) -> Records {
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

/// A store with two records, committed one after the other.
fn filled() -> (MemoryStore, MemoryDevice) {
    let (store, device) = (MemoryStore::default(), MemoryDevice::default());
    let mut sealed = open(&store, &device).unwrap();
    sealed
        .commit(&records(&[("user/bob", Some("first words"))]))
        .unwrap();
    sealed
        .commit(&records(&[("room/hall", Some("second words"))]))
        .unwrap();
    (store, device)
}

fn opens(store: &MemoryStore, device: &MemoryDevice) -> bool {
    open(store, device).is_ok_and(|sealed| sealed.load().is_ok())
}

#[test]
fn what_was_committed_is_loaded_after_a_restart() {
    let (store, device) = filled();
    let mut sealed = open(&store, &device).unwrap();
    assert_eq!(sealed.load().unwrap()["user/bob"], b"first words");
    sealed.commit(&records(&[("user/bob", None)])).unwrap();
    let sealed = open(&store, &device).unwrap();
    assert!(!sealed.rolled_back());
    assert_eq!(
        sealed.load().unwrap().into_keys().collect::<Vec<_>>(),
        ["room/hall"]
    );
}

#[test]
fn neither_names_nor_contents_stand_in_the_store_below() {
    let (store, _) = filled();
    let all: Vec<u8> = store
        .snapshot()
        .into_iter()
        .flat_map(|(name, value)| [name.into_bytes(), value].concat())
        .collect();
    let all = String::from_utf8_lossy(&all);
    for canary in ["bob", "hall", "words"] {
        assert!(!all.contains(canary), "{canary}");
    }
}

#[test]
fn a_copied_store_does_not_open_on_another_device() {
    let (store, _) = filled();
    assert_eq!(
        open(&store, &MemoryDevice::default()).err(),
        Some(SealError::KeyClosed)
    );
}

#[test]
fn a_store_with_a_passphrase_needs_this_passphrase_and_the_device() {
    let (store, device) = (MemoryStore::default(), MemoryDevice::default());
    locked(&store, &device, Some("correct horse")).unwrap();
    assert_eq!(locked(&store, &device, Some("correct horse")), Ok(()));
    assert_eq!(
        locked(&store, &device, Some("wrong horse")),
        Err(SealError::KeyClosed)
    );
    assert_eq!(
        locked(&store, &device, None),
        Err(SealError::PassphraseMissing)
    );
    let elsewhere = MemoryDevice::default();
    assert_eq!(
        locked(&store, &elsewhere, Some("correct horse")),
        Err(SealError::KeyClosed)
    );
    let (store, device) = filled();
    assert_eq!(
        locked(&store, &device, Some("any")),
        Err(SealError::PassphraseUnused)
    );
}

#[test]
fn every_changed_bit_is_noticed() {
    let (store, device) = filled();
    let whole = store.snapshot();
    for (name, value) in &whole {
        for at in 0..value.len() {
            let mut changed = whole.clone();
            changed.get_mut(name).unwrap()[at] ^= 1;
            store.restore(changed);
            assert!(!opens(&store, &device), "{name} at {at}");
        }
    }
}

#[test]
fn a_record_that_is_missing_exchanged_or_put_back_is_noticed() {
    let (store, device) = filled();
    let early = store.snapshot();
    let mut sealed = open(&store, &device).unwrap();
    sealed
        .commit(&records(&[("user/bob", Some("third words"))]))
        .unwrap();
    let late = store.snapshot();
    let names: Vec<String> = late
        .keys()
        .filter(|name| name.len() == 32)
        .cloned()
        .collect();
    let changed = late
        .keys()
        .find(|name| *name != HEAD && late[*name] != early[*name])
        .unwrap();
    let mut attacks = Vec::new();
    for name in late.keys() {
        let mut missing = late.clone();
        missing.remove(name);
        attacks.push(missing);
    }
    let mut exchanged = late.clone();
    exchanged.insert(names[0].clone(), late[&names[1]].clone());
    exchanged.insert(names[1].clone(), late[&names[0]].clone());
    attacks.push(exchanged);
    let mut put_back = late.clone();
    put_back.insert(changed.clone(), early[changed].clone());
    attacks.push(put_back);
    for attack in attacks {
        store.restore(attack);
        assert!(!opens(&store, &device));
    }
    store.restore(late);
    assert!(opens(&store, &device));
}

#[test]
fn an_old_copy_of_the_store_is_known_and_its_generation_is_not_counted_twice() {
    let (store, device) = filled();
    let copy = store.snapshot();
    let mut sealed = open(&store, &device).unwrap();
    sealed
        .commit(&records(&[("room/hall", Some("third words"))]))
        .unwrap();
    let last = device.anchor().unwrap().generation;
    store.restore(copy);
    let mut sealed = open(&store, &device).unwrap();
    assert!(sealed.rolled_back());
    sealed
        .commit(&records(&[("room/hall", Some("fourth words"))]))
        .unwrap();
    assert_eq!(device.anchor().unwrap().generation, last + 1);
    assert!(!open(&store, &device).unwrap().rolled_back());
}

#[test]
fn a_crash_before_the_anchor_is_no_rollback() {
    let (store, device) = filled();
    let before = device.twin();
    let mut sealed = open(&store, &device).unwrap();
    sealed
        .commit(&records(&[("room/hall", Some("third words"))]))
        .unwrap();
    let sealed = open(&store, &before).unwrap();
    assert!(!sealed.rolled_back());
    assert_eq!(sealed.load().unwrap()["room/hall"], b"third words");
}

#[test]
fn an_erased_store_is_empty_and_no_copy_of_it_opens() {
    let (store, device) = filled();
    let copy = store.snapshot();
    let mut sealed = open(&store, &device).unwrap();
    sealed.erase().unwrap();
    assert!(sealed.load().unwrap().is_empty());
    sealed.commit(&records(&[("own", Some("again"))])).unwrap();
    assert_eq!(
        open(&store, &device).unwrap().load().unwrap()["own"],
        b"again"
    );
    store.restore(copy);
    assert_eq!(open(&store, &device).err(), Some(SealError::KeyClosed));
}

#[test]
fn tries_survive_a_restart_and_a_restored_copy() {
    let (store, device) = filled();
    let copy = store.snapshot();
    let mut sealed = open(&store, &device).unwrap();
    sealed.count_tries(3).unwrap();
    sealed.commit(&records(&[("own", Some("x"))])).unwrap();
    store.restore(copy);
    assert_eq!(open(&store, &device).unwrap().tries(), Ok(3));
}
