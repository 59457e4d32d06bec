//! The adversary: rules on the network, in protocol-neutral words.
//!
//! Every firing is recorded with digests of what it met and what it left. The adversary fails closed: an error in
//! a rule ends the case.
//!
//! Rules compose: all that concern an exchange act on it, in the order in which they were put in force. A rule has one viewer, so
//! different viewers are shown different things (a forked view) by one rule each. What was held is released, and what was copied is
//! replayed, by [`Adversary::release`] and [`Adversary::deliver`].

mod action;
mod rule;

pub use action::Action;
pub use rule::{Point, Rule, RuleError};

use std::collections::BTreeMap;

use harness_driver::{Payload, Request};
use harness_evidence::Firing;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::dialect::{Class, Delivery, append_delivery, edit_deliveries};

type Kept = BTreeMap<&'static str, Vec<Delivery>>;
type Delayed = Vec<(usize, &'static str, String, Delivery)>;

/// The rules in force, and what they hold back.
#[derive(Default)]
pub struct Adversary {
    rules: Vec<Rule>,
    /// Held or copied deliveries by rule.
    kept: Kept,
    /// Deliveries to add to the next sync answer of a viewer, with the rule that adds them.
    pending: Vec<(&'static str, &'static str, String, Delivery)>,
    /// Deliveries on their way to a viewer, with the sync answers that must pass first.
    delayed: Delayed,
}

/// What the adversary decides about a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Passage {
    /// It goes on.
    Pass,
    /// It never reaches the relay; the actor gets no answer.
    Lost,
    /// It reaches the relay twice.
    Twice,
    /// It never reaches the relay; the actor gets this status.
    Answered(u16),
    /// It never reaches the relay; the actor gets this status and this JSON.
    Told(u16, Value),
}

impl Adversary {
    /// Puts a rule in force.
    pub fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Takes a rule out of force. What it kept stays for [`Adversary::deliver`].
    pub fn lift(&mut self, name: &str) {
        self.rules.retain(|rule| rule.name != name);
    }

    /// Takes all rules out of force.
    pub fn lift_all(&mut self) {
        self.rules.clear();
    }

    /// What the rule kept: held deliveries, or copies.
    #[must_use]
    pub fn kept(&self, name: &str) -> &[Delivery] {
        self.kept.get(name).map_or(&[], Vec::as_slice)
    }

    /// Adds a delivery to the next sync answer of `viewer`, in the name of `rule`.
    pub fn deliver(
        &mut self,
        rule: &'static str,
        action: &'static str,
        viewer: &str,
        delivery: Delivery,
    ) {
        self.pending
            .push((rule, action, viewer.to_owned(), delivery));
    }

    /// Releases everything that a rule held back to `viewer`.
    pub fn release(&mut self, rule: &'static str, viewer: &str) {
        for delivery in self.kept.remove(rule).unwrap_or_default() {
            self.deliver(rule, "release", viewer, delivery);
        }
    }

    /// Applies the rules to a request on its way to the relay.
    ///
    /// # Errors
    ///
    /// If a rule could not do what it is for.
    pub fn on_request(
        &mut self,
        actor: &str,
        class: Class,
        request: &mut Request,
    ) -> Result<(Passage, Vec<Firing>), RuleError> {
        let (mut passage, mut firings) = (Passage::Pass, Vec::new());
        for rule in &mut self.rules {
            if !rule.matches(actor, &Point::Request(class)) {
                continue;
            }
            let before = digest(&request.body.to_bytes());
            match &mut rule.action {
                Action::Drop | Action::Hold | Action::Withhold => passage = Passage::Lost,
                Action::Duplicate => passage = Passage::Twice,
                Action::Status(status) => passage = Passage::Answered(*status),
                Action::Answer(status, body) => passage = Passage::Told(*status, body.clone()),
                action => {
                    let body = json_body(&mut request.body).ok_or(RuleError::NotJson(rule.name))?;
                    if !action.apply(rule.name, body)? {
                        continue;
                    }
                }
            }
            let after = digest(&request.body.to_bytes());
            firings.push(rule.fire(before, after));
        }
        Ok((passage, firings))
    }

    /// Applies the rules to an answer on its way to the actor: first to the whole, then to each delivery, then to the
    /// bytes.
    ///
    /// # Errors
    ///
    /// If a rule could not do what it is for.
    pub fn on_response(
        &mut self,
        actor: &str,
        class: Class,
        body: &mut Payload,
    ) -> Result<Vec<Firing>, RuleError> {
        let mut firings = Vec::new();
        self.on_answer(actor, class, body, false, &mut firings)?;
        if class == Class::Sync
            && let Payload::Json(sync) = body
        {
            self.on_deliveries(actor, sync, &mut firings)?;
        }
        self.on_answer(actor, class, body, true, &mut firings)?;
        Ok(firings)
    }

    /// Applies the rules about a whole answer: those about its bytes, or the others.
    fn on_answer(
        &mut self,
        actor: &str,
        class: Class,
        body: &mut Payload,
        bytes: bool,
        firings: &mut Vec<Firing>,
    ) -> Result<(), RuleError> {
        for rule in &mut self.rules {
            if matches!(rule.action, Action::RewriteBytes(..)) != bytes
                || !rule.matches(actor, &Point::Response(class))
            {
                continue;
            }
            let before = digest(&body.to_bytes());
            if !rule.action.apply_to_payload(rule.name, body)? {
                continue;
            }
            let after = digest(&body.to_bytes());
            firings.push(rule.fire(before, after));
        }
        Ok(())
    }

    /// One more answer of a viewer passes: what was delayed for fewer comes with it.
    fn let_arrive(&mut self, actor: &str) {
        let mut on_the_way = Vec::new();
        for (answers, rule, viewer, delivery) in std::mem::take(&mut self.delayed) {
            match answers.checked_sub(usize::from(viewer == actor)) {
                Some(left) => on_the_way.push((left, rule, viewer, delivery)),
                None => self.deliver(rule, "arrive", &viewer, delivery),
            }
        }
        self.delayed = on_the_way;
    }

    fn on_deliveries(
        &mut self,
        actor: &str,
        sync: &mut Value,
        firings: &mut Vec<Firing>,
    ) -> Result<(), RuleError> {
        self.let_arrive(actor);
        let Self {
            rules,
            kept,
            pending,
            delayed,
        } = self;
        edit_deliveries(sync, |delivery| {
            deliver_through(rules, (kept, delayed), firings, actor, delivery)
        })?;
        let (now, later): (Vec<_>, Vec<_>) = std::mem::take(pending)
            .into_iter()
            .partition(|(_, _, viewer, _)| viewer == actor);
        *pending = later;
        for (rule, action, _, delivery) in now {
            let after = digest(delivery.event.to_string().as_bytes());
            firings.push(Firing {
                rule: rule.to_owned(),
                action: action.to_owned(),
                before: digest(b""),
                after,
            });
            append_delivery(sync, delivery);
        }
        Ok(())
    }
}

fn deliver_through(
    rules: &mut [Rule],
    (kept, delayed): (&mut Kept, &mut Delayed),
    firings: &mut Vec<Firing>,
    actor: &str,
    delivery: Delivery,
) -> Result<Vec<Value>, RuleError> {
    let mut events = vec![delivery];
    for rule in rules {
        let mut passed = Vec::new();
        for mut delivery in events {
            if !rule.matches_delivery(actor, &delivery) {
                passed.push(delivery);
                continue;
            }
            let before = digest(delivery.event.to_string().as_bytes());
            let mut after = before.clone();
            match &mut rule.action {
                Action::Drop | Action::Withhold => {}
                Action::Hold => kept.entry(rule.name).or_default().push(delivery),
                Action::Delay { answers } => {
                    // The answer that it comes with is not one that passes without it.
                    let passing = answers.saturating_sub(1);
                    delayed.push((passing, rule.name, actor.to_owned(), delivery));
                }
                Action::Copy => {
                    kept.entry(rule.name).or_default().push(delivery.clone());
                    passed.push(delivery);
                }
                Action::Duplicate => passed.extend([delivery.clone(), delivery]),
                action => {
                    let applied = action.apply(rule.name, &mut delivery.event)?;
                    after = digest(delivery.event.to_string().as_bytes());
                    passed.push(delivery);
                    if !applied {
                        continue;
                    }
                }
            }
            firings.push(rule.fire(before, after));
        }
        events = passed;
    }
    Ok(events.into_iter().map(|delivery| delivery.event).collect())
}

fn json_body(body: &mut Payload) -> Option<&mut Value> {
    match body {
        Payload::Json(value) => Some(value),
        Payload::Empty | Payload::Raw(_) => None,
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests;
