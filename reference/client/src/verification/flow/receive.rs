//! What an event of the other device does to a flow.

use std::mem;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    super::{CancelCode, Starter, agreement::Ephemeral, content, event, mac::Proof},
    Agreed, Flow, Message, Phase, offers_method,
};
use crate::{
    Conduct, Flaw,
    border::{base64, json as strict},
};

/// The next phase and what to send on the way there.
struct Step {
    phase: Phase,
    send: Vec<Message>,
}

impl Flow {
    /// Takes an event of type `kind` that the relay says is from `sender`; returns what to send.
    ///
    /// Events of other users or transactions, and events after the end, change nothing
    /// (ATK-VER-08, ATK-VER-11). Anything else that does not belong ends the flow.
    pub fn receive(&mut self, sender: &str, kind: &str, content: &Value, now: u64) -> Vec<Message> {
        let transaction = content.get("transaction_id").and_then(Value::as_str);
        let is_ours = sender == self.peer.user() && transaction == Some(&self.transaction);
        if !is_ours || self.has_ended() {
            return Vec::new();
        }
        if let Some(cancel) = self.expire(now) {
            return vec![cancel];
        }
        let phase = mem::replace(&mut self.phase, Phase::Cancelled(CancelCode::Other));
        match self.step(phase, kind, content) {
            Ok(step) => {
                self.phase = step.phase;
                step.send
            }
            Err(code) => vec![self.end(code)],
        }
    }

    fn step(&self, phase: Phase, kind: &str, content: &Value) -> Result<Step, CancelCode> {
        match (phase, kind) {
            (_, event::CANCEL) => {
                let cancel: content::Cancel = content::read(content)?;
                Ok(quiet(Phase::Cancelled(CancelCode::parse(&cancel.code))))
            }
            (Phase::Requested, event::READY) => self.on_ready(content),
            (Phase::Ready, event::START) => self.on_start(content),
            (started @ Phase::Started { .. }, event::START) => {
                // both started: the lower id wins (Matrix specification, "m.key.verification.start")
                if self.peer.rank() < self.own.rank()
                    || self.conduct.has(Flaw::SasBothStartsAnswered)
                {
                    return self.on_start(content);
                }
                Ok(quiet(started))
            }
            (Phase::Started { start }, event::ACCEPT) => self.on_accept(start, content),
            (Phase::Accepted { ephemeral }, event::KEY) => self.on_key(ephemeral, content),
            (
                Phase::Committed {
                    ephemeral,
                    start,
                    commitment,
                },
                event::KEY,
            ) => {
                check_commitment(&start, &commitment, content, &self.conduct)?;
                let agreed = self.agree(ephemeral, content, Starter::Own)?;
                Ok(quiet(Phase::Agreed(agreed)))
            }
            (Phase::Agreed(agreed), event::MAC) => self.on_mac(agreed, content),
            _ => Err(CancelCode::UnexpectedMessage),
        }
    }

    fn on_ready(&self, content: &Value) -> Result<Step, CancelCode> {
        let ready: content::Ready = content::read(content)?;
        if ready.from_device != self.peer.device() {
            return Err(CancelCode::InvalidMessage);
        }
        if !offers_method(&ready.methods) {
            return Err(CancelCode::UnknownMethod);
        }
        Ok(quiet(Phase::Ready))
    }

    fn on_start(&self, content: &Value) -> Result<Step, CancelCode> {
        content::check_start(content, self.peer.device())?;
        let ephemeral = Ephemeral::new();
        let accept = content::accept(&commit(&ephemeral.public(), content)?);
        Ok(Step {
            phase: Phase::Accepted { ephemeral },
            send: vec![self.message(event::ACCEPT, accept)],
        })
    }

    fn on_accept(&self, start: Value, content: &Value) -> Result<Step, CancelCode> {
        let commitment = content::check_accept(content, &self.conduct)?;
        let ephemeral = Ephemeral::new();
        let key = self.message(event::KEY, json!({"key": ephemeral.public()}));
        Ok(Step {
            phase: Phase::Committed {
                ephemeral,
                start,
                commitment,
            },
            send: vec![key],
        })
    }

    fn on_key(&self, ephemeral: Ephemeral, content: &Value) -> Result<Step, CancelCode> {
        let agreed = self.agree(ephemeral, content, Starter::Peer)?;
        let key = json!({"key": agreed.agreement.own_key});
        Ok(Step {
            send: vec![self.message(event::KEY, key)],
            phase: Phase::Agreed(agreed),
        })
    }

    fn on_mac(&self, mut agreed: Agreed, content: &Value) -> Result<Step, CancelCode> {
        if agreed.proven.is_some() {
            return Err(CancelCode::UnexpectedMessage);
        }
        let proof = Proof {
            prover: &self.peer,
            verifier: &self.own,
            transaction: &self.transaction,
        };
        let keys = proof.check(&agreed.agreement, content, &self.conduct)?;
        if agreed.is_confirmed {
            return Ok(Step {
                phase: Phase::Verified(keys),
                send: vec![self.message(event::DONE, json!({}))],
            });
        }
        agreed.proven = Some(keys);
        Ok(quiet(Phase::Agreed(agreed)))
    }

    fn agree(
        &self,
        ephemeral: Ephemeral,
        content: &Value,
        starter: Starter,
    ) -> Result<Agreed, CancelCode> {
        let key: content::Key = content::read(content)?;
        let agreement = ephemeral.agree(&key.key, &self.conduct)?;
        Ok(Agreed {
            short_auth: agreement.short_auth(
                starter,
                (&self.own, &self.peer),
                &self.transaction,
                &self.conduct,
            ),
            agreement,
            is_confirmed: false,
            proven: None,
        })
    }
}

/// A step that sends nothing.
fn quiet(phase: Phase) -> Step {
    Step {
        phase,
        send: Vec::new(),
    }
}

/// The other side's key must be the one that it had committed to before it saw ours, over the start event that we sent: so neither key nor
/// offer can be changed later (ATK-VER-02).
pub(crate) fn check_commitment(
    start: &Value,
    commitment: &str,
    content: &Value,
    conduct: &Conduct,
) -> Result<(), CancelCode> {
    let key: content::Key = content::read(content)?;
    if commit(&key.key, start)? != commitment && !conduct.has(Flaw::SasSkipCommitment) {
        return Err(CancelCode::MismatchedCommitment);
    }
    Ok(())
}

/// The commitment to an ephemeral key in answer to a start event.
pub(super) fn commit(key: &str, start: &Value) -> Result<String, CancelCode> {
    let start = strict::canonical(start).or(Err(CancelCode::InvalidMessage))?;
    Ok(base64::encode(Sha256::digest([key, &start].concat())))
}
