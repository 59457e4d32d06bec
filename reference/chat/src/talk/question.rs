//! What the guard of recipients asks before something leaves, and the user's yes.

use std::io::{self, Write};

use reference_client::{Act, Outcome, Outgoing, RecipientsAct, RoomId, Verb, Warning};
use serde_json::Value;

use super::{Talk, Undone};
use crate::screen;

/// What the user wanted to send when the guard asked.
pub(super) struct Asked {
    room: RoomId,
    what: Outgoing,
}

impl Asked {
    /// What a verb sends, if the guard may ask about it.
    pub(super) fn of(verb: &Verb) -> Option<Self> {
        let label = None;
        match verb {
            Verb::Send { room, body } => Some(Self {
                room: room.clone(),
                what: Outgoing::Text {
                    body: body.clone(),
                    label,
                },
            }),
            Verb::SendFile {
                room,
                name,
                content,
            } => Some(Self {
                room: room.clone(),
                what: Outgoing::File {
                    name: name.clone(),
                    content: content.clone(),
                    label,
                },
            }),
            _ => None,
        }
    }
}

impl<W: Write> Talk<W> {
    /// Shows what there is to say about the recipients, and how to go on.
    pub(super) fn ask(&mut self, asked: Asked, warnings: &[Warning]) -> io::Result<()> {
        for warning in warnings {
            writeln!(self.out, "{}", screen::warned(&words(warning)))?;
        }
        writeln!(self.out, "nothing was sent; /yes sends it all the same")?;
        self.asked = Some(asked);
        Ok(())
    }

    /// The user has read what the guard asked: exactly that draft goes to exactly that audience.
    pub(super) fn answer_yes(&mut self) -> io::Result<Result<(), Undone>> {
        match self.confirm() {
            Ok(Outcome::Value(value)) => self.hold(&value).map(Ok),
            Ok(_) => Ok(Ok(())),
            Err(undone) => Ok(Err(undone)),
        }
    }

    fn confirm(&mut self) -> Result<Outcome, Undone> {
        let nothing = || Undone("nothing waits for a yes".to_owned());
        let Asked { room: conv, what } = self.asked.take().ok_or_else(nothing)?;
        let review = RecipientsAct::Review { conv, what };
        let reviewed = self.device.call(Verb::Act(Act::Recipients(review)))?;
        let Outcome::Value(review) = reviewed else {
            return Err(nothing());
        };
        let token = review.get("token").and_then(Value::as_str);
        let token = token.ok_or_else(nothing)?.to_owned();
        let confirm = RecipientsAct::Confirm { token };
        Ok(self.device.call(Verb::Act(Act::Recipients(confirm)))?)
    }

    /// Says that a message waits before it leaves.
    pub(super) fn hold(&mut self, value: &Value) -> io::Result<()> {
        let held = value.get("held").and_then(Value::as_str);
        self.held = held.map(str::to_owned);
        writeln!(
            self.out,
            "it waits a few seconds before it leaves; /undo takes it back"
        )
    }

    /// Takes the message that waits back.
    pub(super) fn undo(&mut self) -> Result<(), Undone> {
        let nothing = || Undone("nothing waits".to_owned());
        let held = self.held.take().ok_or_else(nothing)?;
        let undo = RecipientsAct::Undo { held };
        self.device.call(Verb::Act(Act::Recipients(undo)))?;
        Ok(())
    }
}

fn words(warning: &Warning) -> String {
    match warning {
        Warning::External { user } => format!("{user} is external"),
        Warning::FirstContact { user } => format!("nothing was ever sent to {user}"),
        Warning::UnverifiedAfterChange { user } => {
            format!("the identity of {user} was replaced and is not verified")
        }
        Warning::LookAlike { user, of } => format!("the name of {user} looks like that of {of}"),
        Warning::DisguisedName { user } => format!("the name of {user} hides what it is"),
        Warning::LargeAudience { members, limit } => {
            format!("{members} people would read it, more than {limit}")
        }
    }
}
