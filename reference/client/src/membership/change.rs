//! The own changes of membership, each with its statement.

use serde_json::{Value, json};

use super::{
    FIELD,
    statement::{Act, Chain, Slot, Statement},
};
use crate::{
    CallId, Client, Outcome, Refusal, RoomId, UserId,
    client::{Body, Change, Method, Pending},
    json::segment,
    room::Member,
};

/// A room that is being made: its founder's statement goes first, then one invitation after the other.
#[derive(Clone, Debug)]
pub(crate) struct Founding {
    pub(crate) call: CallId,
    pub(crate) room: RoomId,
    /// Who is being invited; none: the founder's own statement is under way.
    guest: Option<(UserId, Chain)>,
    left: Vec<UserId>,
}

impl Client {
    /// Signs that this user made the room, and goes on to invite.
    pub(crate) fn found(
        &mut self,
        call: CallId,
        room: RoomId,
        mut invite: Vec<UserId>,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let user = own.user.clone();
        let slot = Slot {
            room: &room,
            user: &user,
            number: 1,
            root: None,
        };
        let chain = Chain::found(signed(Statement::sign(&slot, Act::Found, own))?);
        let root = chain.root().ok_or_else(unsignable)?;
        self.rolls.begin(&room, root);
        self.rolls.take_own(&room, &chain);
        self.rolls.keep(&room, &chain);
        invite.reverse();
        let founding = Founding {
            call,
            room,
            guest: None,
            left: invite,
        };
        self.put_member(&user, "join", &chain, founding);
        Ok(())
    }

    /// One step is done: whoever was invited is a member, and the next one follows.
    pub(crate) fn go_on_founding(&mut self, mut founding: Founding) -> Result<(), Refusal> {
        let room = founding.room.clone();
        if let Some((guest, chain)) = founding.guest.take() {
            self.take_admitted(&room, &guest, &chain);
        }
        let Some(next) = founding.left.pop() else {
            self.wire.done(founding.call, Outcome::Room(room));
            return Ok(());
        };
        let chain = self.admission(&room, &next)?.ok_or_else(unsignable)?;
        founding.guest = Some((next.clone(), chain.clone()));
        self.put_member(&next, "invite", &chain, founding);
        Ok(())
    }

    fn put_member(&mut self, user: &UserId, membership: &str, chain: &Chain, founding: Founding) {
        let path = member_path(&founding.room, user);
        let body = content(membership, chain);
        let pending = Pending::Founding(Box::new(founding));
        self.wire.send(Method::Put, path, Body::Json(body), pending);
    }

    /// Where a change of membership goes, and what it says: with a statement where the members are signed.
    pub(crate) fn signed_change(
        &self,
        room: &RoomId,
        change: &Change,
    ) -> Result<Option<(String, Value)>, Refusal> {
        let Some(roll) = self.rolls.get(room) else {
            return Ok(None);
        };
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let (user, membership, chain) = match change {
            Change::Invite(guest) => (guest, "invite", self.admission(room, guest)?),
            Change::Join => (&own.user, "join", self.own_chain(room)),
            Change::Leave => (&own.user, "leave", self.removal(room, &own.user)?),
            Change::Remove(gone) if roll.is_ancestor(&own.user, gone) => {
                (gone, "leave", self.removal(room, gone)?)
            }
            Change::Remove(_) => return Ok(None),
        };
        Ok(chain.map(|chain| (member_path(room, user), content(membership, &chain))))
    }

    /// The chain that admits a user, if this user can admit.
    pub(crate) fn admission(
        &self,
        room: &RoomId,
        guest: &UserId,
    ) -> Result<Option<Chain>, Refusal> {
        let (Some(roll), Some(chain)) = (self.rolls.get(room), self.own_chain(room)) else {
            return Ok(None);
        };
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let slot = Slot {
            room,
            user: guest,
            number: roll.next_number(guest),
            root: Some(&roll.root),
        };
        let said = signed(Statement::sign(&slot, Act::Admit, own))?;
        chain.with(said).map(Some).ok_or(Refusal::TooMany {
            what: "members from the founder to the guest",
            got: super::statement::LONGEST_CHAIN + 1,
            limit: super::statement::LONGEST_CHAIN,
        })
    }

    fn removal(&self, room: &RoomId, gone: &UserId) -> Result<Option<Chain>, Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let Some(roll) = self.rolls.get(room) else {
            return Ok(None);
        };
        let chain = match own.user == *gone {
            true => self.own_chain(room),
            false => chain_to(roll, gone, room, self),
        };
        let Some(chain) = chain else {
            return Ok(None);
        };
        let slot = Slot {
            room,
            user: gone,
            number: roll.next_number(gone),
            root: Some(&roll.root),
        };
        let said = signed(Statement::sign(&slot, Act::Remove, own))?;
        Ok(chain.with(said))
    }

    fn own_chain(&self, room: &RoomId) -> Option<Chain> {
        let own = self.own.as_ref()?;
        let objects = Value::from(self.rolls.get(room)?.own().to_vec());
        Chain::parse(&objects, room, &own.user, &self.conduct)
    }

    /// Whom this user has admitted is a member as soon as the relay has taken it.
    pub(crate) fn take_admitted(&mut self, room: &RoomId, guest: &UserId, chain: &Chain) {
        self.rolls.keep(room, chain);
        let known = self.rooms.change(room);
        known.acknowledged.insert(guest.clone());
        known
            .members
            .entry(guest.clone())
            .or_insert(Member::Invited);
        self.track_members(room);
    }
}

/// The chain from the founder to a user, from what is known of each.
fn chain_to(
    roll: &super::roll::Roll,
    user: &UserId,
    room: &RoomId,
    client: &Client,
) -> Option<Chain> {
    let mut objects = Vec::new();
    let mut at = user;
    loop {
        let said = roll.said_of(at)?;
        objects.push(said.object.clone());
        if said.act == Act::Found || objects.len() > super::statement::LONGEST_CHAIN {
            break;
        }
        at = &said.by;
    }
    objects.reverse();
    Chain::parse(&Value::from(objects), room, user, &client.conduct)
}

fn member_path(room: &RoomId, user: &UserId) -> String {
    let (room, user) = (segment(room.as_str()), segment(user.as_str()));
    format!("/_matrix/client/v3/rooms/{room}/state/m.room.member/{user}")
}

fn content(membership: &str, chain: &Chain) -> Value {
    json!({ "membership": membership, FIELD: chain.to_value() })
}

fn signed(said: Result<Option<Statement>, crate::border::JsonError>) -> Result<Statement, Refusal> {
    said.ok().flatten().ok_or_else(unsignable)
}

fn unsignable() -> Refusal {
    Refusal::Crypto("a statement about a member cannot be signed".to_owned())
}
