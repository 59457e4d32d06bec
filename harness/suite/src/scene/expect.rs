//! What must hold, stated as data.

use harness_evidence::{Claim, Entry, Expectation, Role};
use serde_json::json;

use crate::{
    check::Stop,
    scene::{Actor, Attempt, Room, Scene, Seen, Sent},
};

impl Scene {
    /// States an expectation about observations. `code` names its violation.
    pub fn expect(&mut self, role: Role, code: &str, about: &[&Seen], claim: Claim) {
        let about = about.iter().map(|seen| seen.entry).collect();
        self.record.push(Entry::Expectation(Expectation {
            code: code.to_owned(),
            role,
            about,
            claim,
        }));
    }

    /// The actor's user must see this message exactly once, decrypted, from its sender.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn must_show_once(
        &mut self,
        role: Role,
        code: &str,
        actor: &Actor,
        room: &Room,
        sent: &Sent,
    ) -> Result<(), Stop> {
        let seen = self.observe(actor, room)?;
        let claim = Claim::ShownOnce {
            body: sent.body.clone(),
            sender: sent.sender.clone(),
        };
        self.expect(role, code, &[&seen], claim);
        Ok(())
    }

    /// The actor's user must not see this text as an authentic message.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn must_not_show(
        &mut self,
        role: Role,
        code: &str,
        actor: &Actor,
        room: &Room,
        body: &str,
    ) -> Result<(), Stop> {
        let seen = self.observe(actor, room)?;
        self.expect(
            role,
            code,
            &[&seen],
            Claim::NotShown {
                body: body.to_owned(),
            },
        );
        Ok(())
    }

    /// The actor's user must not see this text twice.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn must_not_repeat(
        &mut self,
        role: Role,
        code: &str,
        actor: &Actor,
        room: &Room,
        body: &str,
    ) -> Result<(), Stop> {
        let seen = self.observe(actor, room)?;
        self.expect(
            role,
            code,
            &[&seen],
            Claim::NotRepeated {
                body: body.to_owned(),
            },
        );
        Ok(())
    }

    /// Sending must have been refused.
    pub fn must_be_refused(&mut self, role: Role, code: &str, attempt: &Attempt) {
        let claim = Claim::Is {
            pointer: "/sent".to_owned(),
            value: json!(false),
        };
        self.expect(role, code, &[&attempt.seen], claim);
    }

    /// The rule must have fired, or the attack was not applied.
    pub fn must_fire(&mut self, rule: &str) {
        self.expect(
            Role::Applied,
            "attack-not-applied",
            &[],
            Claim::Fired {
                rule: rule.to_owned(),
            },
        );
    }

    /// From `sender` to `reader`, a message must get through: the honest control, or the proof that no damage was left.
    ///
    /// # Errors
    ///
    /// If the driver fails, or the product refuses to send.
    pub fn must_get_through(
        &mut self,
        role: Role,
        code: &str,
        from: &Actor,
        to: &Actor,
        room: &Room,
    ) -> Result<Sent, Stop> {
        let sent = self.send(from, room, "honest message")?;
        self.sync(to)?;
        self.must_show_once(role, code, to, room, &sent)?;
        Ok(sent)
    }
}
