//! Who gets something, asked before it leaves.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{CallId, Client, Outcome, Outgoing, RecipientSettings, Refusal, RoomId};

/// An act about recipients.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientsAct {
    /// When the guard asks, and how long a message can be taken back.
    Settings {
        /// The new settings.
        settings: RecipientSettings,
    },
    /// Who would get this, and what there is to say about them. Nothing is sent.
    Review {
        /// Where.
        conv: RoomId,
        /// What.
        what: Outgoing,
    },
    /// The user has seen the review: send exactly that draft to exactly that audience.
    Confirm {
        /// Which review.
        token: String,
    },
    /// Take back a message that is still held.
    Undo {
        /// Its handle.
        held: String,
    },
    /// The messages that are held, or were.
    Outbox {},
}

impl Client {
    pub(super) fn act_on_recipients(
        &mut self,
        now: u64,
        call: CallId,
        act: RecipientsAct,
    ) -> Result<(), Refusal> {
        let outcome = match act {
            RecipientsAct::Settings { settings } => {
                self.guard.configure(settings);
                Outcome::Finished
            }
            RecipientsAct::Review { conv, what } => {
                if !self.knows(&conv) {
                    return Err(Refusal::UnknownRoom);
                }
                let weight = what.weight();
                let (token, audience) = self.review(conv.clone(), what);
                Outcome::Value(json!({
                    "token": token,
                    "audience": self.show_audience(&conv, &audience),
                    "warnings": audience.warnings,
                    "required": !self.questions(weight, &audience).is_empty(),
                }))
            }
            RecipientsAct::Confirm { token } => return self.confirm_review(now, call, &token),
            RecipientsAct::Undo { held } => {
                self.undo(now, &held)?;
                Outcome::Finished
            }
            RecipientsAct::Outbox {} => Outcome::Value(json!({ "held": self.outbox() })),
        };
        self.wire.done(call, outcome);
        Ok(())
    }
}
