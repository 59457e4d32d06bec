use ruma::{OwnedRoomId, OwnedUserId, RoomId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::account::account;
use super::event::NewEvent;
use super::power::PowerLevels;
use super::room::{MEMBER, NOW, append, exists, state_content, state_event};
use crate::refusal::Refusal;
use crate::store::{Key, Span, Table, Tables, TablesMut, load, save};

/// Where a user stands towards a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MemberState {
    Invite,
    Join,
    Leave,
    Ban,
}

/// The same with what decides which history the user may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) state: MemberState,
    /// Number of the event that made it so.
    pub(crate) at: u64,
    /// Number of the invitation before the last stay, if there was one.
    pub(crate) invited_at: Option<u64>,
    /// Number of the event that began the last stay.
    pub(crate) joined_at: Option<u64>,
    /// Number of the event that ended it; `None` while it lasts.
    pub(crate) left_at: Option<u64>,
    /// The user left and does not want to see the room again.
    #[serde(default)]
    pub(crate) forgotten: bool,
}

/// A wish to change a membership.
pub(crate) struct Change {
    pub(crate) sender: OwnedUserId,
    pub(crate) target: OwnedUserId,
    pub(crate) to: MemberState,
    pub(crate) reason: Option<String>,
    pub(crate) is_direct: Option<bool>,
    /// What members signed about it (`reference/protocol/members.md`); the relay does not look inside.
    pub(crate) signed: Option<Box<RawValue>>,
}

impl Member {
    /// Whether the user is in the room or invited to it.
    pub(crate) fn is_here(&self) -> bool {
        matches!(self.state, MemberState::Join | MemberState::Invite)
    }
}

#[derive(Serialize)]
struct Content<'a> {
    membership: MemberState,
    #[serde(skip_serializing_if = "Option::is_none")]
    displayname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_direct: Option<bool>,
    #[serde(
        rename = "dev.pruefstand.member",
        skip_serializing_if = "Option::is_none"
    )]
    signed: Option<&'a RawValue>,
}

/// What members signed about a membership.
#[derive(Deserialize)]
struct Signed {
    #[serde(rename = "dev.pruefstand.member")]
    signed: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct JoinRules {
    join_rule: String,
}

/// Changes a membership if the rules of the room let the sender do so.
pub(crate) fn change(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    change: Change,
    now: u64,
) -> Result<(), Refusal> {
    let current = member(tables, room, &change.target)?.map(|member| member.state);
    authorise(tables, room, &change, current)?;
    // Joining again or inviting the invited changes nothing and is no error.
    if current == Some(change.to) && change.to == MemberState::Join && change.signed.is_none() {
        return Ok(());
    }
    // Whoever joins was admitted by the invitation, and a client that knows nothing of that need not repeat it.
    let joins = change.to == MemberState::Join;
    let invitation = match change.signed {
        None if joins => signed(tables, room, &change.target)?,
        _ => None,
    };
    let displayname = account(tables, &change.target)?.and_then(|account| account.displayname);
    let content = Content {
        membership: change.to,
        displayname: displayname.filter(|_| change.to != MemberState::Ban),
        reason: change.reason.as_deref(),
        is_direct: change.is_direct,
        signed: change.signed.as_deref().or(invitation.as_deref()),
    };
    let event = NewEvent::state(change.sender, MEMBER, change.target.as_str(), &content)?;
    append(tables, room, event, now)?;
    // The target may be no member any more and must hear of it all the same.
    tables.wake(&change.target);
    Ok(())
}

/// What members signed about a member, as it stands in the room.
pub(crate) fn signed(
    tables: &dyn Tables,
    room: &RoomId,
    user: &UserId,
) -> Result<Option<Box<RawValue>>, Refusal> {
    let event = state_event(tables, room, (MEMBER, user.as_str()), NOW)?;
    let content = event.map(|event| serde_json::from_str::<Signed>(event.content.get()));
    Ok(content
        .and_then(Result::ok)
        .and_then(|content| content.signed))
}

/// Spec, room version 11, authorization rule 4: membership events.
fn authorise(
    tables: &dyn Tables,
    room: &RoomId,
    change: &Change,
    current: Option<MemberState>,
) -> Result<(), Refusal> {
    use MemberState::{Ban, Invite, Join, Leave};
    let own = change.sender == change.target;
    if change.to == Join && own {
        return may_join(tables, room, current);
    }
    if change.to == Leave && own {
        let inside = matches!(current, Some(Join | Invite));
        return inside.then_some(()).ok_or_else(not_in_room);
    }
    require_joined(tables, room, &change.sender)?;
    let levels = PowerLevels::of(tables, room)?;
    let sender = levels.of_user(&change.sender);
    let above = sender > levels.of_user(&change.target);
    let allowed = match (change.to, current) {
        (Join, _) | (Invite, Some(Join | Ban)) => false,
        (Invite, _) => sender >= levels.invite,
        (Leave, Some(Ban)) => sender >= levels.ban && above,
        (Leave, Some(Join | Invite)) => sender >= levels.kick && above,
        (Leave, _) => return Err(Refusal::forbidden("the user is not in the room")),
        (Ban, _) => sender >= levels.ban && above,
    };
    allowed
        .then_some(())
        .ok_or_else(|| Refusal::forbidden("the room's rules do not allow this"))
}

fn may_join(
    tables: &dyn Tables,
    room: &RoomId,
    current: Option<MemberState>,
) -> Result<(), Refusal> {
    if !exists(tables, room)? {
        return Err(Refusal::not_found("there is no such room"));
    }
    match current {
        Some(MemberState::Join | MemberState::Invite) => Ok(()),
        Some(MemberState::Ban) => Err(Refusal::forbidden("you are banned from the room")),
        Some(MemberState::Leave) | None => {
            let rules = state_content::<JoinRules>(tables, room, "m.room.join_rules")?;
            let public = rules.is_some_and(|rules| rules.join_rule == "public");
            public
                .then_some(())
                .ok_or_else(|| Refusal::forbidden("you are not invited"))
        }
    }
}

/// Records a membership that an event has just established.
pub(crate) fn note_membership(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    user: &str,
    state: MemberState,
    at: u64,
) -> Result<(), Refusal> {
    let user = UserId::parse(user).map_err(|_error| Refusal::invalid("no user id"))?;
    let before = member(tables, room, &user)?;
    let stay = before
        .as_ref()
        .filter(|before| before.state == MemberState::Join);
    let joined_at = match state {
        MemberState::Join => stay.map_or(Some(at), |stay| stay.joined_at),
        MemberState::Invite | MemberState::Leave | MemberState::Ban => {
            before.as_ref().and_then(|before| before.joined_at)
        }
    };
    let invited_at = match state {
        MemberState::Invite => Some(at),
        MemberState::Join | MemberState::Leave | MemberState::Ban => {
            before.as_ref().and_then(|before| before.invited_at)
        }
    };
    let left_at = match state {
        MemberState::Join => None,
        MemberState::Invite | MemberState::Leave | MemberState::Ban => {
            // A later invitation, refusal or ban does not prolong the stay.
            stay.map(|_| at)
                .or(before.as_ref().and_then(|before| before.left_at))
        }
    };
    let member = Member {
        state,
        at,
        invited_at,
        joined_at,
        left_at,
        forgotten: false,
    };
    save_member(tables, room, &user, &member)?;
    save(
        tables,
        Table::MemberChanges,
        &Key::numbered(&[room.as_str()], at),
        &user,
    )?;
    Ok(())
}

/// Takes a room that the user left out of his sight.
pub(crate) fn forget(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    user: &UserId,
) -> Result<(), Refusal> {
    let Some(mut member) = member(tables, room, user)? else {
        return Err(not_in_room());
    };
    if matches!(member.state, MemberState::Join | MemberState::Invite) {
        let text = "leave the room before you forget it";
        return Err(Refusal::new(
            http::StatusCode::BAD_REQUEST,
            "M_UNKNOWN",
            text,
        ));
    }
    member.forgotten = true;
    save_member(tables, room, user, &member)
}

/// Where `user` stands towards `room`; `None`: never had to do with it.
pub(crate) fn member(
    tables: &dyn Tables,
    room: &RoomId,
    user: &UserId,
) -> Result<Option<Member>, Refusal> {
    Ok(load(
        tables,
        Table::Members,
        &Key::of(&[room.as_str(), user.as_str()]),
    )?)
}

/// Refuses users who are not joined, whether or not the room exists.
pub(crate) fn require_joined(
    tables: &dyn Tables,
    room: &RoomId,
    user: &UserId,
) -> Result<(), Refusal> {
    let joined = member(tables, room, user)?.is_some_and(|own| own.state == MemberState::Join);
    joined.then_some(()).ok_or_else(not_in_room)
}

/// Rooms that `user` is joined to.
pub(crate) fn joined_rooms(
    tables: &dyn Tables,
    user: &UserId,
) -> Result<Vec<OwnedRoomId>, Refusal> {
    rooms_where(tables, user, |member| member.state == MemberState::Join)
}

/// Rooms towards which `user` stands so.
pub(crate) fn rooms_where(
    tables: &dyn Tables,
    user: &UserId,
    stands: impl Fn(&Member) -> bool,
) -> Result<Vec<OwnedRoomId>, Refusal> {
    let rows = tables.list::<Member>(Table::Memberships, &Span::under(&[user.as_str()]))?;
    let rooms = rows.into_iter().filter(|(_, member)| stands(member));
    Ok(rooms
        .filter_map(|(key, _)| key.part(1).try_into().ok())
        .collect())
}

/// Users joined to `room`.
pub(crate) fn joined_members(
    tables: &dyn Tables,
    room: &RoomId,
) -> Result<Vec<OwnedUserId>, Refusal> {
    let rows = tables.list::<Member>(Table::Members, &Span::under(&[room.as_str()]))?;
    let joined = rows
        .into_iter()
        .filter(|(_, member)| member.state == MemberState::Join);
    Ok(joined
        .filter_map(|(key, _)| key.part(1).try_into().ok())
        .collect())
}

/// The refusal for those outside: the same for rooms that do not exist.
pub(crate) fn not_in_room() -> Refusal {
    Refusal::forbidden("you are not in the room")
}

fn save_member(
    tables: &mut dyn TablesMut,
    room: &RoomId,
    user: &UserId,
    member: &Member,
) -> Result<(), Refusal> {
    save(
        tables,
        Table::Members,
        &Key::of(&[room.as_str(), user.as_str()]),
        member,
    )?;
    Ok(save(
        tables,
        Table::Memberships,
        &Key::of(&[user.as_str(), room.as_str()]),
        member,
    )?)
}
