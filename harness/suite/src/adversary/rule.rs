//! A rule: who, where, how often, what.

use harness_evidence::Firing;
use thiserror::Error;

use crate::{
    adversary::Action,
    dialect::{Class, Delivery},
};

/// A rule of the adversary.
pub struct Rule {
    /// Its name in the check; the record and the expectations speak of it.
    pub name: &'static str,
    /// Whose traffic it is about: an actor's name, or everybody's.
    pub viewer: Option<String>,
    /// Where it acts.
    pub point: Point,
    /// How often it acts at most.
    pub at_most: usize,
    /// What it does.
    pub action: Action,
}

/// Where a rule acts.
pub enum Point {
    /// On requests of the class, before the relay sees them.
    Request(Class),
    /// On answers to requests of the class, as a whole.
    Response(Class),
    /// On the single events inside sync answers for which the test holds.
    Delivery(Box<dyn Fn(&Delivery) -> bool + Send>),
}

/// A rule that could not do what it is for. It ends the case; nothing is let through.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum RuleError {
    /// The body is not JSON.
    #[error("rule {0}: the body is not JSON")]
    NotJson(&'static str),
    /// The field that the action needs is not there.
    #[error("rule {0}: no field {1}")]
    NoField(&'static str, String),
    /// The action makes no sense at this point.
    #[error("rule {0}: this action cannot act here")]
    Misplaced(&'static str),
}

impl Rule {
    /// A rule about one actor's traffic, without a limit.
    #[must_use]
    pub fn new(name: &'static str, viewer: &str, point: Point, action: Action) -> Self {
        Self {
            name,
            viewer: Some(viewer.to_owned()),
            point,
            at_most: usize::MAX,
            action,
        }
    }

    /// The same rule, acting `n` times at most.
    #[must_use]
    pub fn at_most(mut self, n: usize) -> Self {
        self.at_most = n;
        self
    }

    pub(super) fn matches(&self, actor: &str, point: &Point) -> bool {
        let here = match (&self.point, point) {
            (Point::Request(mine), Point::Request(class))
            | (Point::Response(mine), Point::Response(class)) => mine == class,
            (Point::Request(_) | Point::Response(_) | Point::Delivery(_), _) => false,
        };
        here && self.concerns(actor)
    }

    pub(super) fn matches_delivery(&self, actor: &str, delivery: &Delivery) -> bool {
        matches!(&self.point, Point::Delivery(test) if test(delivery)) && self.concerns(actor)
    }

    fn concerns(&self, actor: &str) -> bool {
        self.at_most > 0 && self.viewer.as_deref().is_none_or(|viewer| viewer == actor)
    }

    pub(super) fn fire(&mut self, before: String, after: String) -> Firing {
        self.at_most = self.at_most.saturating_sub(1);
        Firing {
            rule: self.name.to_owned(),
            action: self.action.name().to_owned(),
            before,
            after,
        }
    }
}
