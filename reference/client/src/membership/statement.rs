//! Who brought whom into a room, signed by the device of whoever did.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    Conduct, DeviceId, Flaw, RoomId, UserId,
    account::Own,
    border::{JsonError, key, signed},
    devices::hash,
};

/// The word that keeps a statement from being taken for any other signed object.
const DOMAIN: &str = "dev.pruefstand.member.v1";

/// Members of a chain, from the founder to the one it is about.
pub(crate) const LONGEST_CHAIN: usize = 8;

/// What is said of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Act {
    /// He made the room.
    Found,
    /// He belongs to it.
    Admit,
    /// He does not belong to it any longer.
    Remove,
}

/// A statement as its fields say; whether it counts is for whoever knows the device's key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement {
    pub(crate) act: Act,
    pub(crate) user: UserId,
    pub(crate) by: UserId,
    pub(crate) device: DeviceId,
    /// Counts what is said of the user: what is not higher than his removal is over.
    pub(crate) number: u64,
    root: Option<String>,
    room: RoomId,
    pub(crate) object: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    domain: String,
    act: Act,
    room_id: RoomId,
    user_id: UserId,
    by: UserId,
    device_id: DeviceId,
    number: u64,
    #[serde(default)]
    root: Option<String>,
    #[serde(rename = "signatures")]
    _signatures: Value,
}

/// Where a new statement goes.
pub(crate) struct Slot<'a> {
    pub(crate) room: &'a RoomId,
    pub(crate) user: &'a UserId,
    pub(crate) number: u64,
    pub(crate) root: Option<&'a str>,
}

impl Statement {
    pub(crate) fn parse(object: &Value) -> Option<Self> {
        let fields = Fields::deserialize(object).ok()?;
        (fields.domain == DOMAIN && fields.number > 0).then(|| Self {
            act: fields.act,
            user: fields.user_id,
            by: fields.by,
            device: fields.device_id,
            number: fields.number,
            root: fields.root,
            room: fields.room_id,
            object: object.clone(),
        })
    }

    /// Signs a new one with the own device.
    pub(crate) fn sign(slot: &Slot<'_>, act: Act, own: &Own) -> Result<Option<Self>, JsonError> {
        let mut object = json!({
            "domain": DOMAIN,
            "act": act,
            "room_id": slot.room,
            "user_id": slot.user,
            "by": own.user,
            "device_id": own.device,
            "number": slot.number,
        });
        if let (Some(root), Some(fields)) = (slot.root, object.as_object_mut()) {
            fields.insert("root".to_owned(), Value::from(root));
        }
        own.sign(&mut object)?;
        Ok(Self::parse(&object))
    }

    /// SHA-256 of what is signed; of the founder's statement it names the room's members for ever.
    pub(crate) fn hash(&self) -> Option<String> {
        hash(&self.object).ok()
    }

    /// Whether the device with this key said it.
    pub(crate) fn is_signed_with(&self, ed25519: &str, conduct: &Conduct) -> bool {
        let key_id = format!("ed25519:{}", self.device.as_str());
        key::ed25519(ed25519, conduct)
            .is_ok_and(|key| signed::verify(&self.object, self.by.as_str(), &key_id, &key).is_ok())
    }
}

/// The statements from the founder to the user, as a membership event carries them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chain(Vec<Statement>);

impl Chain {
    /// Reads what a membership event of `user` in `room` carries. Nothing is verified but its shape.
    pub(crate) fn parse(
        value: &Value,
        room: &RoomId,
        user: &UserId,
        conduct: &Conduct,
    ) -> Option<Self> {
        let objects = value.as_array().filter(|all| all.len() <= LONGEST_CHAIN)?;
        let all: Option<Vec<_>> = objects.iter().map(Statement::parse).collect();
        let chain = Self(all?);
        let is_here =
            |said: &Statement| said.room == *room || conduct.has(Flaw::AdmissionOfAnyRoom);
        let (first, later) = chain.0.split_first()?;
        let founds = first.act == Act::Found && first.by == first.user && first.root.is_none();
        let root = chain.root()?;
        let mut brought: Vec<&UserId> = vec![&first.user];
        for (at, said) in later.iter().enumerate() {
            let is_last = at + 1 == later.len();
            let follows = match said.act {
                Act::Found => false,
                Act::Admit => {
                    brought.last() == Some(&&said.by) || conduct.has(Flaw::AdmissionByAnyone)
                }
                Act::Remove => {
                    let is_there = brought.last() == Some(&&said.user);
                    is_last && is_there && brought.contains(&&said.by)
                }
            };
            if !follows || said.root.as_ref() != Some(&root) {
                return None;
            }
            brought.push(&said.user);
        }
        let about = chain.last()?;
        (founds && about.user == *user && chain.0.iter().all(is_here)).then_some(chain)
    }

    pub(crate) fn found(statement: Statement) -> Self {
        Self(vec![statement])
    }

    /// The same with one more statement; `None` if it is too long then.
    pub(crate) fn with(&self, statement: Statement) -> Option<Self> {
        let mut all = self.0.clone();
        all.push(statement);
        (all.len() <= LONGEST_CHAIN).then_some(Self(all))
    }

    pub(crate) fn root(&self) -> Option<String> {
        self.0.first()?.hash()
    }

    pub(crate) fn last(&self) -> Option<&Statement> {
        self.0.last()
    }

    pub(crate) fn statements(&self) -> &[Statement] {
        &self.0
    }

    pub(crate) fn to_value(&self) -> Value {
        self.0.iter().map(|said| said.object.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(act: &str, user: &str, by: &str, root: Option<&str>) -> Value {
        let mut said = json!({
            "domain": DOMAIN, "act": act, "room_id": "!r", "user_id": user, "by": by,
            "device_id": "D", "number": 1, "signatures": {},
        });
        if let Some(root) = root {
            said["root"] = json!(root);
        }
        said
    }

    fn holds(chain: &[Value], user: &str) -> bool {
        let chain = Value::from(chain.to_vec());
        let (room, user) = (RoomId::new("!r"), UserId::new(user));
        Chain::parse(&chain, &room, &user, &Conduct::honest()).is_some()
    }

    #[test]
    fn a_chain_leads_from_the_founder_to_its_member() {
        let founded = said("found", "@a", "@a", None);
        let hash = hash(&founded).unwrap();
        let root = Some(hash.as_str());
        let of_b = said("admit", "@b", "@a", root);
        let of_c = said("admit", "@c", "@b", root);
        assert!(holds(std::slice::from_ref(&founded), "@a"));
        assert!(holds(&[founded.clone(), of_b.clone(), of_c.clone()], "@c"));
        assert!(
            !holds(&[founded.clone(), of_c.clone()], "@c"),
            "a link is missing"
        );
        assert!(
            !holds(std::slice::from_ref(&of_b), "@b"),
            "nobody founded it"
        );
        assert!(
            !holds(&[founded.clone(), of_b.clone()], "@c"),
            "it is about another"
        );
        let elsewhere = said("admit", "@b", "@a", Some("other"));
        assert!(!holds(&[founded.clone(), elsewhere], "@b"));
        let found_again = said("found", "@b", "@b", root);
        assert!(!holds(&[founded.clone(), found_again], "@b"));
        let mut too_long = vec![founded.clone()];
        too_long.extend(vec![said("admit", "@a", "@a", root); LONGEST_CHAIN]);
        assert!(!holds(&too_long, "@a"));
        let by_elder = said("remove", "@c", "@a", root);
        assert!(holds(
            &[
                founded.clone(),
                of_b.clone(),
                of_c.clone(),
                by_elder.clone()
            ],
            "@c"
        ));
        assert!(
            !holds(&[founded, of_b, by_elder, of_c], "@c"),
            "a removal ends it"
        );
    }
}
