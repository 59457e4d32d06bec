//! What this device holds for proven about the members of rooms.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::statement::{Chain, Statement};
use crate::{
    RoomId, UserId,
    store::{Records, StoreError, put, read},
    sync::Event,
};

/// The rolls of all rooms whose members are signed.
#[derive(Default)]
pub(crate) struct Rolls {
    rolls: BTreeMap<RoomId, Roll>,
    changed: BTreeSet<RoomId>,
    /// Statements that are new, by room and user.
    said: BTreeSet<(RoomId, UserId)>,
}

/// The roll of one room.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Roll {
    /// The hash of the founder's statement, to which everything leads.
    pub(crate) root: String,
    /// The chain that leads to the own user, as it came; empty if there is none.
    own: Vec<Value>,
    /// Who is gone: with which number he was there last, and whether somebody who may has signed that.
    pub(crate) gone: BTreeMap<UserId, Gone>,
    /// Who waits for keys, in the order of coming.
    pub(crate) waiting: Vec<Waiting>,
    #[serde(skip)]
    statements: BTreeMap<UserId, Statement>,
}

/// A member who went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Gone {
    pub(crate) number: u64,
    pub(crate) signed: bool,
}

/// A membership event whose signatures cannot be judged before keys are here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) event: Event,
    /// He was there when the user came.
    pub(crate) met: bool,
}

/// Members who wait in one room; a relay that shows more is not followed.
pub(crate) const MOST_WAITING: usize = 10_000;

impl Rolls {
    pub(crate) fn load(&mut self, room: &str, record: &[u8]) -> Result<(), StoreError> {
        let mut roll: Roll = read(record)?;
        let known = self.rolls.remove(&RoomId::new(room));
        roll.statements = known.map(|known| known.statements).unwrap_or_default();
        self.rolls.insert(RoomId::new(room), roll);
        Ok(())
    }

    pub(crate) fn load_said(&mut self, room: &str, record: &[u8]) -> Result<(), StoreError> {
        let object: Value = read(record)?;
        let said = Statement::parse(&object);
        let said =
            said.ok_or_else(|| StoreError("a statement about a member is none".to_owned()))?;
        let roll = self.rolls.entry(RoomId::new(room)).or_default();
        roll.statements.insert(said.user.clone(), said);
        Ok(())
    }

    pub(crate) fn drain(&mut self, records: &mut Records) -> Result<(), StoreError> {
        for room in std::mem::take(&mut self.changed) {
            if let Some(roll) = self.rolls.get(&room) {
                put(records, &["roll", room.as_str()], roll)?;
            }
        }
        for (room, user) in std::mem::take(&mut self.said) {
            let said = self.rolls.get(&room).and_then(|roll| roll.said_of(&user));
            if let Some(said) = said {
                put(
                    records,
                    &["roll", room.as_str(), user.as_str()],
                    &said.object,
                )?;
            }
        }
        Ok(())
    }

    pub(crate) fn get(&self, room: &RoomId) -> Option<&Roll> {
        self.rolls.get(room)
    }

    pub(crate) fn change(&mut self, room: &RoomId) -> Option<&mut Roll> {
        let roll = self.rolls.get_mut(room)?;
        self.changed.insert(room.clone());
        Some(roll)
    }

    /// From now on the members of this room are signed; the first root that is known stays.
    pub(crate) fn begin(&mut self, room: &RoomId, root: String) {
        self.changed.insert(room.clone());
        self.rolls.entry(room.clone()).or_insert_with(|| Roll {
            root,
            ..Roll::default()
        });
    }

    /// The rooms in which somebody waits.
    pub(crate) fn with_waiting(&self) -> Vec<RoomId> {
        let waiting = self
            .rolls
            .iter()
            .filter(|(_, roll)| !roll.waiting.is_empty());
        waiting.map(|(room, _)| room.clone()).collect()
    }

    /// Takes out whoever waits; who still does is put back.
    pub(crate) fn take_waiting(&mut self, room: &RoomId) -> Vec<Waiting> {
        let roll = self.rolls.get_mut(room);
        roll.map(|roll| std::mem::take(&mut roll.waiting))
            .unwrap_or_default()
    }

    /// Puts back who still waits of the `taken` ones; there is something to store only if somebody does not.
    pub(crate) fn put_waiting(&mut self, room: &RoomId, still: Vec<Waiting>, taken: usize) {
        let Some(roll) = self.rolls.get_mut(room) else {
            return;
        };
        if still.len() < taken {
            self.changed.insert(room.clone());
        }
        roll.waiting = still;
    }

    /// Keeps what was verified; of each user the newest.
    pub(crate) fn keep(&mut self, room: &RoomId, chain: &Chain) {
        let Some(roll) = self.rolls.get_mut(room) else {
            return;
        };
        for said in chain.statements() {
            let known = roll
                .statements
                .get(&said.user)
                .map_or(0, |known| known.number);
            if said.number > known {
                self.said.insert((room.clone(), said.user.clone()));
                roll.statements.insert(said.user.clone(), said.clone());
            }
        }
    }

    /// The chain by which the own user belongs to the room.
    pub(crate) fn take_own(&mut self, room: &RoomId, chain: &Chain) {
        if let Some(roll) = self.change(room) {
            let objects = chain.statements().iter().map(|said| said.object.clone());
            roll.own = objects.collect();
        }
    }
}

impl Roll {
    /// What was said of a user last, and verified.
    pub(crate) fn said_of(&self, user: &UserId) -> Option<&Statement> {
        self.statements.get(user)
    }

    /// Whether a proven member has this place and was not seen leaving since.
    pub(crate) fn holds(&self, user: &UserId) -> bool {
        self.said_of(user)
            .is_some_and(|said| !self.is_over(user, said.number))
    }

    /// Whether the user was seen leaving with this number or a higher one.
    pub(crate) fn is_over(&self, user: &UserId, number: u64) -> bool {
        self.gone
            .get(user)
            .is_some_and(|gone| number <= gone.number)
    }

    /// The number of what is said of a user next.
    pub(crate) fn next_number(&self, user: &UserId) -> u64 {
        let said = self.said_of(user).map_or(0, |said| said.number);
        let gone = self.gone.get(user).map_or(0, |gone| gone.number);
        said.max(gone).saturating_add(1)
    }

    pub(crate) fn own(&self) -> &[Value] {
        &self.own
    }

    /// Who brought the user in, who brought that one in, and so on to the founder.
    pub(crate) fn is_ancestor(&self, elder: &UserId, user: &UserId) -> bool {
        let mut at = user;
        for _ in 0..super::statement::LONGEST_CHAIN {
            match self.said_of(at) {
                Some(said) if said.by == *elder => return true,
                Some(said) if said.by != *at => at = &said.by,
                _ => return false,
            }
        }
        false
    }

    /// The user went; with the number that he had, which does not bring him back.
    pub(crate) fn part(&mut self, user: &UserId, signed: bool) {
        let number = self.said_of(user).map_or(0, |said| said.number);
        let gone = self
            .gone
            .entry(user.clone())
            .or_insert(Gone { number, signed });
        if number > gone.number {
            *gone = Gone { number, signed };
        }
        gone.signed |= signed;
    }
}
