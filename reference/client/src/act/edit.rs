//! Edits (Matrix specification, 'Event replacements'), in the order that their author gave them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{message::is_plain, related};
use crate::{Conduct, Flaw, UserId, json::text, label::Label, room::Item};

/// The field that counts the edits of a message; the highest holds.
const VERSION: &str = "dev.pruefstand.version";

pub(crate) fn is_edit(content: &Value) -> bool {
    related(content, "m.replace").is_some()
}

/// Replaces the text of the message that `content` names.
///
/// Matrix specification, 'Validity of replacement events': nobody edits what somebody else wrote. Files and what is
/// shared like them have no text to edit, and what was deleted stays so. An edit without a version, as other clients
/// send it, follows what is shown.
pub(super) fn edit(items: &mut [Item], author: &UserId, content: &Value, conduct: &Conduct) {
    let body = content
        .get("m.new_content")
        .and_then(|new| text(new, "body"));
    let (Some(target), Some(body)) = (related(content, "m.replace"), body) else {
        return;
    };
    let target = items.iter_mut().find(|item| item.event.as_str() == target);
    let mine = |item: &&mut Item| item.sender == *author || conduct.has(Flaw::EditByAnyone);
    let Some(item) = target.filter(mine).filter(|item| is_plain(item)) else {
        return;
    };
    if item.body.is_none() && !conduct.has(Flaw::EditRevivesDeleted) {
        return;
    }
    let mut versions = versions(item);
    let last = versions.keys().next_back().copied().unwrap_or_default();
    let version = content.get(VERSION).and_then(Value::as_u64);
    let version = match version {
        Some(version) if !conduct.has(Flaw::StaleEditWins) => version,
        _ => last.saturating_add(1),
    };
    versions.entry(version).or_insert_with(|| body.to_owned());
    if conduct.has(Flaw::LabelLostOnEdit) && Label::of(content).is_none() {
        item.facts.remove("label");
    }
    show(item, versions, conduct);
}

/// The edit that replaces the text of an own message.
pub(super) fn replacement(item: &Item, version: u64, body: &str) -> Value {
    json!({
        "msgtype": "m.text",
        // What a client shows that knows no edits.
        "body": format!("* {body}"),
        "m.new_content": { "msgtype": "m.text", "body": body },
        "m.relates_to": { "rel_type": "m.replace", "event_id": item.event },
        VERSION: version,
    })
}

/// The version of the text that is shown.
pub(super) fn last_version(item: &Item) -> u64 {
    versions(item).into_keys().next_back().unwrap_or_default()
}

/// Every text that the message had, by version; 0 is the first.
fn versions(item: &Item) -> BTreeMap<u64, String> {
    let history = item.facts.get("history").and_then(Value::as_array);
    let mut versions: BTreeMap<u64, String> = history
        .into_iter()
        .flatten()
        .filter_map(|it| Some((it.get("version")?.as_u64()?, text(it, "body")?.to_owned())))
        .collect();
    if versions.is_empty() {
        versions.insert(0, item.body.clone().unwrap_or_default());
    }
    versions
}

/// Shows the last version, and all of them beside it.
fn show(item: &mut Item, versions: BTreeMap<u64, String>, conduct: &Conduct) {
    item.body = versions.values().next_back().cloned();
    if conduct.has(Flaw::EditHidden) {
        return;
    }
    item.facts.insert("edited".to_owned(), json!(true));
    let history: Vec<Value> = versions
        .into_iter()
        .map(|(version, body)| json!({ "version": version, "body": body }))
        .collect();
    item.facts.insert("history".to_owned(), json!(history));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventId, ItemKind, ItemState, Trust, appointment::permutations};

    fn message() -> Item {
        Item {
            event: EventId::new("$m"),
            sender: UserId::new("@bob:x"),
            device: None,
            kind: ItemKind::Message,
            body: Some("one".to_owned()),
            state: ItemState::Decrypted,
            trust: Trust::Unverified,
            reason: None,
            facts: BTreeMap::new(),
        }
    }

    fn edit_to(body: &str, version: u64) -> Value {
        json!({
            "m.new_content": { "body": body },
            "m.relates_to": { "rel_type": "m.replace", "event_id": "$m" },
            VERSION: version,
        })
    }

    #[test]
    fn edits_end_in_the_same_text_in_whatever_order_they_come() {
        let edits = [edit_to("two", 1), edit_to("three", 2), edit_to("four", 3)];
        for order in permutations(edits.len()) {
            let mut items = [message()];
            for at in order {
                let bob = UserId::new("@bob:x");
                edit(&mut items, &bob, &edits[at], &Conduct::honest());
            }
            assert_eq!(items[0].body.as_deref(), Some("four"));
            let history = items[0].facts["history"].as_array().unwrap();
            let texts: Vec<&str> = history
                .iter()
                .map(|it| it["body"].as_str().unwrap())
                .collect();
            assert_eq!(texts, ["one", "two", "three", "four"]);
        }
    }

    #[test]
    fn a_second_text_under_one_version_changes_nothing() {
        let mut items = [message()];
        let bob = UserId::new("@bob:x");
        for body in ["two", "other"] {
            edit(&mut items, &bob, &edit_to(body, 1), &Conduct::honest());
        }
        assert_eq!(items[0].body.as_deref(), Some("two"));
        let again = json!({
            "m.new_content": { "body": "from another client" },
            "m.relates_to": { "rel_type": "m.replace", "event_id": "$m" },
        });
        edit(&mut items, &bob, &again, &Conduct::honest());
        assert_eq!(items[0].body.as_deref(), Some("from another client"));
        assert_eq!(last_version(&items[0]), 2);
    }

    #[test]
    fn neither_files_nor_removed_messages_are_edited() {
        let bob = UserId::new("@bob:x");
        let file = Item {
            kind: ItemKind::File,
            ..message()
        };
        let removed = Item {
            body: None,
            ..message()
        };
        for item in [file, removed] {
            let mut items = [item.clone()];
            edit(&mut items, &bob, &edit_to("two", 1), &Conduct::honest());
            assert_eq!(items, [item]);
        }
    }
}
