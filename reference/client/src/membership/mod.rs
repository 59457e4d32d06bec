//! Membership that members sign (R12): who belongs to an encrypted room is what its members say, not what the relay lists.
//!
//! Each membership event carries a chain of statements from the founder to the member, each signed by the device of
//! whoever brought the next one in (`reference/protocol/members.md`).

mod change;
mod roll;
pub(crate) mod statement;
mod word;

pub(crate) use change::Founding;
pub(crate) use roll::Rolls;
use roll::{MOST_WAITING, Waiting};
use statement::{Act, Chain};
pub(crate) use word::{FIELD as ROLL, Word};

use crate::{Client, DeviceId, Flaw, RoomId, UserId, json::text, room::Reason, sync::Event};

/// The field of `m.room.member` that carries the chain.
pub(crate) const FIELD: &str = "dev.pruefstand.member";

/// What the signatures on a membership say.
enum Verdict {
    Holds,
    /// Keys of a signer are on their way.
    Waits,
    Fails,
}

impl Client {
    /// Finds out, before anything else of a room is taken in, whether its members are signed: the own membership says it.
    pub(crate) fn find_root(&mut self, room: &RoomId, events: &[Event]) {
        let Some(own) = self.own.as_ref() else {
            return;
        };
        let is_settled = self.rooms.get(room).is_some_and(|known| known.seen);
        let user = own.user.clone();
        for event in events {
            if event.kind == "m.room.member" && event.state_key.as_deref() == Some(user.as_str()) {
                let chain = self.chain_of(room, &user, event);
                let root = chain.as_ref().and_then(Chain::root);
                if let (Some(chain), Some(root)) = (chain, root) {
                    if !is_settled {
                        self.rolls.begin(room, root.clone());
                    }
                    if self.rolls.get(room).is_some_and(|roll| roll.root == root) {
                        self.rolls.take_own(room, &chain);
                    }
                }
            }
        }
    }

    /// Whether a membership event is kept out: nobody who may has signed it, or that is not known yet.
    pub(crate) fn bars_member(&mut self, room: &RoomId, event: &Event, member: &UserId) -> bool {
        if self.rolls.get(room).is_none() {
            return false;
        }
        if !matches!(text(&event.content, "membership"), Some("join" | "invite")) {
            self.take_departure(room, event, member);
            return false;
        }
        if self.own.as_ref().is_some_and(|own| own.user == *member) {
            return false;
        }
        // Whoever is shown before the user has come was there before him.
        let met = !self.rooms.get(room).is_some_and(|known| known.seen);
        match self.judge_member(room, event, member, !met) {
            Verdict::Holds => return false,
            Verdict::Fails => self.refuse_member(room, event, member),
            Verdict::Waits => {
                let event = event.clone();
                let waiting = Waiting { event, met };
                if let Some(roll) = self.rolls.change(room)
                    && roll.waiting.len() < MOST_WAITING
                {
                    roll.waiting.push(waiting);
                }
            }
        }
        true
    }

    /// Judges again whoever waits, once the keys of the signers are here.
    pub(crate) fn admit_waiting(&mut self) {
        for room in self.rolls.with_waiting() {
            let waiting = self.rolls.take_waiting(&room);
            let asked = waiting.len();
            let still = waiting
                .into_iter()
                .filter(|one| !self.admit(&room, one))
                .collect();
            self.rolls.put_waiting(&room, still, asked);
        }
    }

    /// Whether one who waited waits no longer.
    fn admit(&mut self, room: &RoomId, one: &Waiting) -> bool {
        let Waiting { event, met } = one;
        let Some(member) = event.state_key.as_deref().map(UserId::new) else {
            return true;
        };
        match self.judge_member(room, event, &member, !met) {
            Verdict::Waits => return false,
            Verdict::Fails => self.refuse_member(room, event, &member),
            Verdict::Holds => {
                self.apply_member(room, event, &member);
                if *met {
                    // Who was there before this user is what he joined.
                    self.rooms.change(room).acknowledged.insert(member);
                }
                self.track_members(room);
            }
        }
        true
    }

    /// `live`: he comes now, and was not there before the user.
    fn judge_member(
        &mut self,
        room: &RoomId,
        event: &Event,
        member: &UserId,
        live: bool,
    ) -> Verdict {
        let Some(roll) = self.rolls.get(room) else {
            return Verdict::Holds;
        };
        let Some(chain) = self.chain_of(room, member, event) else {
            // Who was admitted joins without saying so again.
            let is_proven = event.content.get(FIELD).is_none() && roll.holds(member);
            return match is_proven || self.conduct.has(Flaw::UnsignedMemberTaken) {
                true => Verdict::Holds,
                false => Verdict::Fails,
            };
        };
        let number = chain.last().map_or(0, |said| said.number);
        let is_over = roll.is_over(member, number) && !self.conduct.has(Flaw::AdmissionReplayed);
        let is_admission = chain.last().is_some_and(|said| said.act != Act::Remove);
        let is_here =
            chain.root().as_ref() == Some(&roll.root) || self.conduct.has(Flaw::AdmissionOfAnyRoom);
        if is_over || !is_admission || !is_here {
            return Verdict::Fails;
        }
        let verdict = self.verify(room, &chain, live);
        if matches!(verdict, Verdict::Holds) {
            self.rolls.keep(room, &chain);
        }
        verdict
    }

    /// Whether each statement was signed by a device of whom it names; what comes now, by nobody who was seen leaving
    /// before, and by no device that its owner has removed.
    fn verify(&mut self, room: &RoomId, chain: &Chain, live: bool) -> Verdict {
        let mut waits = false;
        for said in chain.statements() {
            let known = self
                .rolls
                .get(room)
                .and_then(|roll| roll.said_of(&said.user));
            if known == Some(said) {
                continue;
            }
            let left = self
                .rolls
                .get(room)
                .is_some_and(|roll| roll.gone.contains_key(&said.by));
            let returns = live && left && said.by != said.user && !self.rolls_hold(room, &said.by);
            if returns && !self.conduct.has(Flaw::AdmissionUnproven) {
                return Verdict::Fails;
            }
            self.directory.track(&said.by);
            match self.signer(&said.by, &said.device, live) {
                Some(key) if said.is_signed_with(&key, &self.conduct) => {}
                _ if self.is_underway(&said.by) => waits = true,
                _ if self.conduct.has(Flaw::AdmissionUnproven) => {}
                _ => return Verdict::Fails,
            }
        }
        match waits {
            true => Verdict::Waits,
            false => Verdict::Holds,
        }
    }

    fn rolls_hold(&self, room: &RoomId, user: &UserId) -> bool {
        self.rolls.get(room).is_some_and(|roll| roll.holds(user))
    }

    /// Whether the devices of a user are being asked for.
    fn is_underway(&self, user: &UserId) -> bool {
        let known = self.directory.user(user);
        known.is_none_or(|known| known.outdated) && !self.directory.failed(user)
    }

    /// The key of a device that counts; for what was said before the user came, also of one that its owner has removed since.
    fn signer(&self, user: &UserId, device: &DeviceId, live: bool) -> Option<String> {
        let own = self.own.as_ref()?;
        if own.user == *user && own.device == *device {
            return Some(own.ed25519());
        }
        if self.directory.counts(user, device, &self.conduct) {
            let known = self.directory.device(user, device)?;
            return Some(known.ed25519.clone());
        }
        if live && !self.conduct.has(Flaw::AdmissionByRemovedDevice) {
            return None;
        }
        let removed = self.directory.list(user)?.removed.get(device)?;
        Some(removed.keys.ed25519.clone())
    }

    fn chain_of(&self, room: &RoomId, member: &UserId, event: &Event) -> Option<Chain> {
        let said = event.content.get(FIELD)?;
        let chain = Chain::parse(said, room, member, &self.conduct)?;
        // Whoever invites must be whoever signed; a join carries the invitation along.
        let is_by_sender = chain.last().is_some_and(|last| last.by == event.sender);
        let joins = event.sender == *member;
        (is_by_sender || joins).then_some(chain)
    }

    /// A member goes. That the relay says so is enough to stop sending to him; that somebody signed it is told to others.
    fn take_departure(&mut self, room: &RoomId, event: &Event, member: &UserId) {
        let said = event.content.get(FIELD);
        let chain = said.and_then(|said| Chain::parse(said, room, member, &self.conduct));
        let removes = |chain: &Chain| chain.last().is_some_and(|last| last.act == Act::Remove);
        let signed = chain.filter(removes).filter(|chain| {
            let is_here = self.rolls.get(room).map(|roll| &roll.root) == chain.root().as_ref();
            is_here && matches!(self.verify(room, chain, true), Verdict::Holds)
        });
        if let Some(chain) = &signed {
            self.rolls.keep(room, chain);
        }
        if let Some(roll) = self.rolls.change(room) {
            let is_he =
                |waiting: &Waiting| waiting.event.state_key.as_deref() == Some(member.as_str());
            roll.waiting.retain(|waiting| !is_he(waiting));
            roll.part(member, signed.is_some());
        }
    }

    fn refuse_member(&mut self, room: &RoomId, event: &Event, member: &UserId) {
        let body = format!("the relay lists {member}, whom no member has admitted");
        self.notice(room, event, Reason::MemberUnsigned, body);
    }
}
