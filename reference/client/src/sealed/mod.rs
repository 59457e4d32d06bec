//! The sealed store: any store, its records encrypted, hidden, bound to the device and to their time.
//!
//! `reference/protocol/store.md` says what is promised and how it is made.

mod cell;
mod device;
mod error;
mod head;
mod kdf;
mod key;
mod lid;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use device::{Anchor, DeviceSecret, MemoryDevice};
pub use error::SealError;
pub use kdf::Kdf;
pub(crate) use kdf::Salted;
pub use key::Key;
pub(crate) use key::{NONCE, TAG, fill};
pub(crate) use lid::Lid;

use crate::{
    Conduct, Flaw, Records, Secret, Store, StoreError,
    border::base64,
    sealed::{
        cell::{Cell, Keys},
        head::{Head, Sum},
        lid::Wrapper,
    },
};

/// The record that holds the wrapped key.
const LID: &str = "lid";

/// The record that holds what all others are together.
const HEAD: &str = "head";

/// A store whose records are sealed before they reach the store below.
///
/// It opens with the device's secret, and with a passphrase if it was made with one.
pub struct SealedStore<S, D> {
    below: S,
    device: D,
    conduct: Conduct,
    wrapper: Wrapper,
    keys: Keys,
    head: Head,
    /// The share of each record in the head's sum, by hidden name.
    shares: BTreeMap<String, Sum>,
    rolled_back: bool,
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Opening {
    /// The user's passphrase, if the store shall have one or has one.
    pub passphrase: Option<Secret>,
    /// What stretching it costs, if the store is new.
    pub kdf: Kdf,
    /// Only a test bench gives another one than the honest one.
    pub conduct: Conduct,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            passphrase: None,
            kdf: Kdf::STRONG,
            conduct: Conduct::honest(),
        }
    }
}

impl<S: Store, D: DeviceSecret> SealedStore<S, D> {
    /// Opens the sealed records of the store below, or seals an empty store for the first time.
    ///
    /// An older copy of the store opens, and [`Store::rolled_back`] says so.
    ///
    /// # Errors
    /// If the secrets are not those that it was sealed with, or any record was changed, removed or exchanged.
    pub fn open(below: S, mut device: D, opening: &Opening) -> Result<Self, SealError> {
        let conduct = opening.conduct.clone();
        let records = below.load()?;
        let secret = device.key()?;
        let passphrase = opening.passphrase.as_ref();
        let Some(lid) = records.get(LID) else {
            if !records.is_empty() {
                return Err(SealError::Damaged("it has records and no lid"));
            }
            let wrapper = Wrapper::fresh(secret, passphrase, opening.kdf, &conduct)?;
            return Self::create(below, device, wrapper, conduct);
        };
        let lid = Lid::parse(lid)?;
        let wrapper = lid.wrapper(secret, passphrase, &conduct)?;
        let keys = Keys::new(lid.id.clone(), &lid.open(&wrapper, &conduct)?)?;
        let head = records
            .get(HEAD)
            .ok_or(SealError::Damaged("it has no head"))?;
        let head = keys
            .open(HEAD, head, &conduct)
            .and_then(|head| Head::parse(&head));
        let mut head = head.ok_or(SealError::Damaged("its head is not authentic"))?;
        let shares = shares(&keys, &records)?;
        if !head.is_of(shares.values().copied()) && !conduct.has(Flaw::StoreSkipsDamaged) {
            return Err(SealError::Damaged("its records are not those of its head"));
        }
        let last = device.anchor()?.generation;
        let rolled_back = head.generation < last && !conduct.has(Flaw::StoreRollbackSilent);
        // No generation is counted twice, not even by an old copy.
        head.generation = head.generation.max(last);
        Ok(Self {
            below,
            device,
            conduct,
            wrapper,
            keys,
            head,
            shares,
            rolled_back,
        })
    }

    /// A new lid and a new head on an empty store.
    fn create(
        mut below: S,
        mut device: D,
        wrapper: Wrapper,
        conduct: Conduct,
    ) -> Result<Self, SealError> {
        let (keys, head) = lay(&mut below, &mut device, &wrapper, &conduct)?;
        Ok(Self {
            below,
            device,
            conduct,
            wrapper,
            keys,
            head,
            shares: BTreeMap::new(),
            rolled_back: false,
        })
    }

    /// Seals what changes, and what the store is afterwards.
    fn seal(&self, records: &Records) -> Result<Change, SealError> {
        let mut change = Change {
            sealed: Records::default(),
            head: self.head.next(),
            shares: BTreeMap::new(),
        };
        for (name, value) in &records.0 {
            let hidden = self.keys.hide(name, &self.conduct);
            if let Some(old) = self.shares.get(&hidden) {
                change.head.remove(*old);
            }
            let sealed = match value {
                Some(value) => Some(self.keys.seal(
                    &hidden,
                    &Cell::bytes(name, value)?,
                    &self.conduct,
                )?),
                None => None,
            };
            let share = sealed
                .as_ref()
                .and_then(|sealed| self.keys.share(&hidden, sealed));
            if let Some(share) = share {
                change.head.put(share)?;
            }
            change.shares.insert(hidden.clone(), share);
            change.sealed.0.insert(hidden, sealed);
        }
        let head = self.keys.seal(HEAD, &change.head.bytes(), &self.conduct)?;
        change.sealed.0.insert(HEAD.to_owned(), Some(head));
        Ok(change)
    }
}

/// What a commit changes.
struct Change {
    sealed: Records,
    head: Head,
    shares: BTreeMap<String, Option<Sum>>,
}

impl<S: Store, D: DeviceSecret> Store for SealedStore<S, D> {
    fn commit(&mut self, records: &Records) -> Result<(), StoreError> {
        let Change {
            sealed,
            head,
            shares,
        } = self.seal(records)?;
        self.below.commit(&sealed)?;
        self.head = head;
        for (hidden, share) in shares {
            match share {
                Some(share) => self.shares.insert(hidden, share),
                None => self.shares.remove(&hidden),
            };
        }
        // Only now does anything leave the device, so whatever left is in a generation that the device remembers.
        let anchor = self.device.anchor()?;
        self.device.keep(Anchor {
            generation: self.head.generation,
            ..anchor
        })
    }

    fn load(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        let mut opened = BTreeMap::new();
        for (hidden, sealed) in self.below.load()? {
            if hidden == LID || hidden == HEAD {
                continue;
            }
            let cell = self.keys.open(&hidden, &sealed, &self.conduct);
            let cell = cell.and_then(|cell| Cell::parse(&cell));
            match cell.filter(|cell| self.keys.hide(&cell.name, &self.conduct) == hidden) {
                Some(cell) => drop(opened.insert(cell.name, cell.value)),
                // The flaw: what is damaged is left out, and nobody hears of it.
                None if self.conduct.has(Flaw::StoreSkipsDamaged) => {}
                None => return Err(SealError::Damaged("a record is not authentic").into()),
            }
        }
        Ok(opened)
    }

    fn rolled_back(&self) -> bool {
        self.rolled_back
    }

    fn tries(&self) -> Result<u32, StoreError> {
        Ok(self.device.anchor()?.tries)
    }

    fn count_tries(&mut self, tries: u32) -> Result<(), StoreError> {
        let anchor = self.device.anchor()?;
        self.device.keep(Anchor { tries, ..anchor })
    }

    /// The secret goes first: from then on every copy of the records is noise.
    fn erase(&mut self) -> Result<(), StoreError> {
        if !self.conduct.has(Flaw::LogoutKeepsStoreKey) {
            self.device.forget()?;
        }
        let held = self.below.load()?;
        let gone = held.into_keys().map(|name| (name, None)).collect();
        self.below.commit(&Records(gone))?;
        self.shares.clear();
        self.rolled_back = false;
        self.wrapper.device = self.device.key()?;
        (self.keys, self.head) = lay(
            &mut self.below,
            &mut self.device,
            &self.wrapper,
            &self.conduct,
        )?;
        Ok(())
    }
}

/// Lays a fresh key under a lid into an empty store.
fn lay(
    below: &mut impl Store,
    device: &mut impl DeviceSecret,
    wrapper: &Wrapper,
    conduct: &Conduct,
) -> Result<(Keys, Head), SealError> {
    let mut id = [0; 16];
    fill(&mut id)?;
    let (id, key) = (base64::encode(id), Key::random()?);
    let lid = Lid::close(id.clone(), &key, wrapper, conduct)?;
    let keys = Keys::new(id, &key)?;
    let anchor = device.anchor()?;
    let head = Head::first(anchor.generation);
    let records = [
        (LID.to_owned(), Some(lid.record()?)),
        (
            HEAD.to_owned(),
            Some(keys.seal(HEAD, &head.bytes(), conduct)?),
        ),
    ];
    below.commit(&Records(records.into()))?;
    device.keep(Anchor {
        generation: head.generation,
        ..anchor
    })?;
    Ok((keys, head))
}

fn shares(
    keys: &Keys,
    records: &BTreeMap<String, Vec<u8>>,
) -> Result<BTreeMap<String, Sum>, SealError> {
    let cells = records
        .iter()
        .filter(|(name, _)| *name != LID && *name != HEAD);
    let share = |(hidden, sealed): (&String, &Vec<u8>)| {
        let share = keys
            .share(hidden, sealed)
            .ok_or(SealError::Damaged("a record is too short"));
        Ok((hidden.clone(), share?))
    };
    cells.map(share).collect()
}
