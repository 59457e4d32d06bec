//! What can be done to messages: edited (Matrix specification, 'Event replacements').

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::related;
use crate::{
    CallId, Client, Conduct, EventId, Flaw, Refusal, RoomId, UserId, json::text, room::Item,
    send::Draft,
};

/// An act on a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageAct {
    /// Replace the text of an own message.
    Edit {
        /// Where.
        conv: RoomId,
        /// Which message.
        message: EventId,
        /// The new text.
        body: String,
    },
}

impl Client {
    pub(super) fn act_on_message(&mut self, call: CallId, act: MessageAct) -> Result<(), Refusal> {
        match act {
            MessageAct::Edit {
                conv,
                message,
                body,
            } => {
                let timeline = self.timeline(&conv);
                let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
                let is_own = |item: &&Item| item.event == message && item.sender == own.user;
                timeline
                    .iter()
                    .find(is_own)
                    .ok_or(Refusal::UnknownMessage)?;
                self.queue(&conv, Draft::new(call, replacement(&message, &body)));
                Ok(())
            }
        }
    }
}

pub(super) fn is_edit(content: &Value) -> bool {
    related(content, "m.replace").is_some()
}

/// Replaces the text of the message that `content` names.
///
/// Matrix specification, 'Validity of replacement events': nobody edits what somebody else wrote.
pub(super) fn edit(items: &mut [Item], author: &UserId, content: &Value, conduct: &Conduct) {
    let body = content
        .get("m.new_content")
        .and_then(|new| text(new, "body"));
    let (Some(target), Some(body)) = (related(content, "m.replace"), body) else {
        return;
    };
    let target = items.iter_mut().find(|item| item.event.as_str() == target);
    let mine = |item: &&mut Item| item.sender == *author || conduct.has(Flaw::EditByAnyone);
    if let Some(item) = target.filter(|item| item.body.is_some()).filter(mine) {
        item.body = Some(body.to_owned());
        item.facts.insert("edited".to_owned(), json!(true));
    }
}

fn replacement(message: &EventId, body: &str) -> Value {
    json!({
        "msgtype": "m.text",
        // What a client shows that knows no edits.
        "body": format!("* {body}"),
        "m.new_content": { "msgtype": "m.text", "body": body },
        "m.relates_to": { "rel_type": "m.replace", "event_id": message },
    })
}
