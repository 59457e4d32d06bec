use std::collections::BTreeMap;

use ruma::{OwnedRoomId, OwnedUserId, RoomId, ServerName, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::account::account;
use super::event::{NewEvent, raw};
use super::membership::{Change, MemberState, change};
use super::power::PowerLevels;
use super::room::{MEMBER, append};
use crate::json::{INEXACT, has_exact_numbers};
use crate::refusal::Refusal;
use crate::secret::random_text;
use crate::store::{Key, Span, Table, TablesMut, save};

/// A wish for a room (spec, `POST /createRoom`).
#[derive(Deserialize)]
pub(crate) struct RoomWish {
    name: Option<String>,
    topic: Option<String>,
    preset: Option<Preset>,
    visibility: Option<Visibility>,
    #[serde(default)]
    invite: Vec<OwnedUserId>,
    #[serde(default)]
    initial_state: Vec<InitialState>,
    power_level_content_override: Option<Map<String, Value>>,
    creation_content: Option<Map<String, Value>>,
    room_version: Option<String>,
    room_alias_name: Option<String>,
    is_direct: Option<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
enum Preset {
    #[serde(rename = "private_chat")]
    Private,
    #[serde(rename = "trusted_private_chat")]
    TrustedPrivate,
    #[serde(rename = "public_chat")]
    Public,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Visibility {
    Public,
    Private,
}

#[derive(Deserialize)]
struct InitialState {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    state_key: String,
    content: Box<RawValue>,
}

impl RoomWish {
    /// Whom the creator wants in it.
    pub(crate) fn invited(&self) -> impl Iterator<Item = &UserId> {
        self.invite.iter().map(AsRef::as_ref)
    }
}

#[derive(Serialize)]
struct Room<'a> {
    creator: &'a UserId,
    version: &'a str,
    created: u64,
}

/// Creates a room with its first state, in the order the spec gives.
pub(crate) fn create_room(
    tables: &mut dyn TablesMut,
    creator: &UserId,
    server: &ServerName,
    (wish, limit): (RoomWish, usize),
    now: u64,
) -> Result<OwnedRoomId, Refusal> {
    check(&wish)?;
    count_room(tables, creator, limit)?;
    let room = RoomId::parse(format!("!{}:{server}", random_text()?))
        .map_err(|error| Refusal::internal().because(error))?;
    let record = Room {
        creator,
        version: ROOM_VERSION,
        created: now,
    };
    save(tables, Table::Rooms, &Key::of(&[room.as_str()]), &record)?;
    let displayname = account(tables, creator)?.and_then(|account| account.displayname);
    let mut state = first_state(creator, &wish)?;
    state.insert(
        1,
        NewEvent::state(
            creator.to_owned(),
            MEMBER,
            creator.as_str(),
            &own_join(displayname),
        )?,
    );
    for event in state {
        if !has_exact_numbers(event.content.get()) {
            return Err(Refusal::bad_json(INEXACT));
        }
        append(tables, &room, event, now)?;
    }
    for target in wish.invite {
        let sender = creator.to_owned();
        let (to, is_direct) = (MemberState::Invite, wish.is_direct);
        change(
            tables,
            &room,
            Change {
                sender,
                target,
                to,
                reason: None,
                is_direct,
                signed: None,
            },
            now,
        )?;
    }
    Ok(room)
}

fn check(wish: &RoomWish) -> Result<(), Refusal> {
    let bad = http::StatusCode::BAD_REQUEST;
    if wish
        .room_version
        .as_deref()
        .is_some_and(|version| version != ROOM_VERSION)
    {
        let text = format!("room versions: {ROOM_VERSION}");
        return Err(Refusal::new(bad, "M_UNSUPPORTED_ROOM_VERSION", text));
    }
    if wish.room_alias_name.is_some() {
        return Err(Refusal::invalid("this relay has no room aliases"));
    }
    if wish
        .initial_state
        .iter()
        .any(|state| FIXED.contains(&state.kind.as_str()))
    {
        return Err(Refusal::invalid(
            "initial_state holds what the relay sets itself",
        ));
    }
    Ok(())
}

/// A creator's rooms are counted by the rooms he is or was in, which is never less.
fn count_room(tables: &dyn TablesMut, creator: &UserId, limit: usize) -> Result<(), Refusal> {
    let span = Span::under(&[creator.as_str()]);
    let known = tables.scan(Table::Memberships, &span, limit, false)?.len();
    if known >= limit {
        return Err(Refusal::full("rooms of this account", limit));
    }
    Ok(())
}

fn own_join(displayname: Option<String>) -> Value {
    match displayname {
        Some(displayname) => json!({ "membership": "join", "displayname": displayname }),
        None => json!({ "membership": "join" }),
    }
}

/// Create, power levels, preset, initial state, name and topic; later ones replace earlier ones.
fn first_state(creator: &UserId, wish: &RoomWish) -> Result<Vec<NewEvent>, Refusal> {
    let preset = wish.preset.unwrap_or(match wish.visibility {
        Some(Visibility::Public) => Preset::Public,
        Some(Visibility::Private) | None => Preset::Private,
    });
    let state =
        |kind: &str, content: Value| NewEvent::state(creator.to_owned(), kind, "", &content);
    let join_rule = if preset == Preset::Public {
        "public"
    } else {
        "invite"
    };
    let guests = if preset == Preset::Public {
        "forbidden"
    } else {
        "can_join"
    };
    let mut events = vec![
        state("m.room.create", create_content(wish))?,
        state("m.room.power_levels", power_levels(creator, wish, preset)?)?,
        state("m.room.join_rules", json!({ "join_rule": join_rule }))?,
        state(
            "m.room.history_visibility",
            json!({ "history_visibility": "shared" }),
        )?,
        state("m.room.guest_access", json!({ "guest_access": guests }))?,
    ];
    for given in &wish.initial_state {
        let kind = given.kind.as_str();
        events.push(NewEvent::state(
            creator.to_owned(),
            kind,
            &given.state_key,
            &given.content,
        )?);
    }
    if let Some(name) = &wish.name {
        events.push(state("m.room.name", json!({ "name": name }))?);
    }
    if let Some(topic) = &wish.topic {
        events.push(state("m.room.topic", json!({ "topic": topic }))?);
    }
    Ok(events)
}

fn create_content(wish: &RoomWish) -> Value {
    let mut content = wish.creation_content.clone().unwrap_or_default();
    content.insert("room_version".to_owned(), ROOM_VERSION.into());
    // Closed: no other server ever takes part.
    content.insert("m.federate".to_owned(), false.into());
    Value::Object(content)
}

fn power_levels(creator: &UserId, wish: &RoomWish, preset: Preset) -> Result<Value, Refusal> {
    let mut users = BTreeMap::from([(creator.as_str(), 100)]);
    if preset == Preset::TrustedPrivate {
        users.extend(wish.invite.iter().map(|invited| (invited.as_str(), 100)));
    }
    let mut content = json!({
        "users": users,
        "users_default": 0,
        "events": {
            "m.room.name": 50,
            "m.room.avatar": 50,
            "m.room.canonical_alias": 50,
            "m.room.power_levels": 100,
            "m.room.history_visibility": 100,
            "m.room.encryption": 100,
            "m.room.server_acl": 100,
            "m.room.tombstone": 100,
        },
        "events_default": 0,
        "state_default": 50,
        "ban": 50,
        "kick": 50,
        "redact": 50,
        "invite": 0,
    });
    if let (Some(levels), Some(given)) =
        (content.as_object_mut(), &wish.power_level_content_override)
    {
        levels.extend(given.clone());
    }
    PowerLevels::parse(raw(&content)?.get())?;
    Ok(content)
}

/// The one room version of this relay.
pub(crate) const ROOM_VERSION: &str = "11";
/// State that comes with creation and membership, never with `initial_state`.
const FIXED: [&str; 3] = ["m.room.create", MEMBER, "m.room.power_levels"];
