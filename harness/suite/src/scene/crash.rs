//! Devices that die in the middle of an act: at every request of it, on either side of the relay (ATK-OLM-20, ATK-MEGOLM-25).

use harness_driver::{Call, Reply, Request};

use crate::{
    adversary::{Action, Point, Rule},
    check::Stop,
    dialect::Class,
    scene::{
        Scene,
        actor::{MOST_ROUNDS, Told, unexpected},
    },
};

/// The rule that loses what a dying device was waiting for; [`Scene::must_fire`] knows it by this name.
pub const CUT: &str = "cut";

/// What the relay knows of the request at which a device dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The request is lost on its way: the network has seen it, the relay has not.
    BeforeRelay,
    /// The relay has acted on it; the answer is lost.
    AfterRelay,
}

impl Side {
    /// Both, in the order of a request's way.
    pub const BOTH: [Self; 2] = [Self::BeforeRelay, Self::AfterRelay];

    /// A word for it that can stand in a name.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BeforeRelay => "before",
            Self::AfterRelay => "after",
        }
    }
}

impl Scene {
    /// Carries a call out until the device dies at its request number `at`, counted from 0. True if it died there; false if the call
    /// came to rest before: then it has no such request.
    ///
    /// What follows of a dead device is [`Scene::restart`], or a copy of its store first.
    ///
    /// # Errors
    ///
    /// If the product refuses the call at once, the driver breaks the protocol, or the relay is gone.
    pub fn cut(&mut self, call: &Call, at: usize, side: Side) -> Result<bool, Stop> {
        let actor = call.actor().unwrap_or_default().to_owned();
        let mut step = match self.try_tell(call)? {
            Told::Replied(_, Reply::Step(step)) => step,
            Told::Replied(_, other) => return Err(unexpected(&other)),
            Told::Refused(_, reason) => {
                return Err(Stop::target(format!("{actor} does not begin: {reason}")));
            }
        };
        let mut left = at;
        for _ in 0..MOST_ROUNDS {
            if step.outgoing.is_empty() {
                return Ok(false);
            }
            let mut answers = Vec::new();
            for request in &step.outgoing {
                if left == 0 {
                    self.lose(&actor, request, side)?;
                    return Ok(true);
                }
                left -= 1;
                answers.push(self.carry(&actor, request)?);
            }
            step = self.answer(&actor, answers)?;
        }
        Err(Stop::driver(format!(
            "{actor} does not come to rest after {MOST_ROUNDS} rounds"
        )))
    }

    fn lose(&mut self, actor: &str, request: &Request, side: Side) -> Result<(), Stop> {
        let class = Class::of(&request.method, &request.path);
        let (point, action) = match side {
            Side::BeforeRelay => (Point::Request(class), Action::Drop),
            Side::AfterRelay => (Point::Response(class), Action::Garbage(Vec::new())),
        };
        self.attack(Rule::new(CUT, actor, point, action).at_most(1));
        self.carry(actor, request)?;
        self.adversary().lift(CUT);
        Ok(())
    }
}
