//! What our user and the clock do to a flow.

use serde_json::json;

use super::{
    super::{CancelCode, content, event, mac::Proof},
    Flow, FlowError, Message, Phase, Stage, is_expired,
};

impl Flow {
    /// Answers a request with "ready".
    ///
    /// # Errors
    /// If the flow is not at [`Stage::Invited`].
    pub fn accept(&mut self, now: u64) -> Result<Vec<Message>, FlowError> {
        if let Some(cancel) = self.expire(now) {
            return Ok(vec![cancel]);
        }
        if !matches!(self.phase, Phase::Invited) {
            return Err(self.not_now());
        }
        self.phase = Phase::Ready;
        let ready = json!({"from_device": self.own.device(), "methods": [content::METHOD]});
        Ok(vec![self.message(event::READY, ready)])
    }

    /// Starts the exchange of keys.
    ///
    /// # Errors
    /// If the flow is not at [`Stage::Ready`].
    pub fn start(&mut self, now: u64) -> Result<Vec<Message>, FlowError> {
        if let Some(cancel) = self.expire(now) {
            return Ok(vec![cancel]);
        }
        if !matches!(self.phase, Phase::Ready) {
            return Err(self.not_now());
        }
        let start = self.message(event::START, content::start(self.own.device()));
        self.phase = Phase::Started {
            start: start.content.clone(),
        };
        Ok(vec![start])
    }

    /// Our user says that both screens show the same.
    ///
    /// # Errors
    /// If the flow is not at [`Stage::Comparing`].
    pub fn confirm(&mut self, now: u64) -> Result<Vec<Message>, FlowError> {
        if let Some(cancel) = self.expire(now) {
            return Ok(vec![cancel]);
        }
        let not_now = self.not_now();
        let proof = Proof {
            prover: &self.own,
            verifier: &self.peer,
            transaction: &self.transaction,
        };
        let agreed = match &mut self.phase {
            Phase::Agreed(agreed) if !agreed.is_confirmed => agreed,
            _ => return Err(not_now),
        };
        agreed.is_confirmed = true;
        let proof = proof.content(&agreed.agreement);
        let proven = agreed.proven;
        let mut messages = vec![self.message(event::MAC, proof)];
        if let Some(keys) = proven {
            self.phase = Phase::Verified(keys);
            messages.push(self.message(event::DONE, json!({})));
        }
        Ok(messages)
    }

    /// Our user says that the screens differ: somebody is in the middle.
    ///
    /// # Errors
    /// If the flow is not at [`Stage::Comparing`].
    pub fn mismatch(&mut self) -> Result<Vec<Message>, FlowError> {
        if self.stage() != Stage::Comparing {
            return Err(self.not_now());
        }
        Ok(vec![self.end(CancelCode::MismatchedSas)])
    }

    /// Our user stops the flow.
    ///
    /// # Errors
    /// If the flow has ended.
    pub fn cancel(&mut self) -> Result<Vec<Message>, FlowError> {
        if self.has_ended() {
            return Err(self.not_now());
        }
        Ok(vec![self.end(CancelCode::User)])
    }

    /// Ends a flow that is older than ten minutes; the message tells the other side.
    pub fn expire(&mut self, now: u64) -> Option<Message> {
        if self.has_ended() || !is_expired(self.began, now) {
            return None;
        }
        Some(self.end(CancelCode::Timeout))
    }
}
