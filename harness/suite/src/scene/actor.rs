//! Actors: devices of users, played by the driver of the client under test.

use harness_driver::{Bytes, Call, Event, RefusalClass, Reply, Response, Secret, Step};
use harness_evidence::Entry;
use serde_json::Value;

use crate::{check::Stop, dialect::redact, scene::Scene, target::Account};

/// How many rounds of requests one call may take.
pub(super) const MOST_ROUNDS: usize = 100;

/// One device of one user.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Its name in the record and for the adversary's rules.
    pub name: String,
    /// The user id.
    pub user: String,
    /// The device id.
    pub device: String,
    pub(crate) account: Account,
}

/// What a driver answered at once.
pub(super) enum Told {
    /// The id of the call and the answer.
    Replied(u64, Reply),
    /// The product's refusal and its own code.
    Refused(RefusalClass, String),
}

/// How a call ended.
#[derive(Clone, Debug)]
pub enum Ended {
    /// It was carried out.
    Done(Event),
    /// The product would not or could not.
    Refused {
        /// The kind of reason.
        class: RefusalClass,
        /// The product's own code.
        reason: String,
        /// What else there is to know.
        value: Option<Value>,
    },
}

impl Scene {
    pub(super) fn begin(&mut self) -> Result<(), Stop> {
        // A driver that only runs test vectors knows no cases.
        if !self
            .client
            .as_ref()
            .is_some_and(|client| client.offers("case.begin"))
        {
            return Ok(());
        }
        let call = Call::CaseBegin {
            nonce: self.nonce.clone(),
            now: self.now,
        };
        self.tell(&call).map(drop)
    }

    /// A new user with one device, logged in, keys published, synced once.
    ///
    /// # Errors
    ///
    /// If the account cannot be made or the product does not log in.
    pub fn client(&mut self, name: &str) -> Result<Actor, Stop> {
        let account = self.account(name)?;
        self.log_in(name, account)
    }

    /// Another device of the same user.
    ///
    /// # Errors
    ///
    /// If the product does not log in.
    pub fn device_of(&mut self, owner: &Actor, name: &str) -> Result<Actor, Stop> {
        self.log_in(name, owner.account.clone())
    }

    pub(super) fn log_in(&mut self, name: &str, account: Account) -> Result<Actor, Stop> {
        self.tell(&Call::ActorNew {
            actor: name.to_owned(),
        })?;
        let password: Secret = account.password.clone();
        let login = Call::Login {
            actor: name.to_owned(),
            user: account.user.clone(),
            password,
            device: None,
            now: self.now,
        };
        let Ended::Done(Event::Done {
            user: Some(user),
            device: Some(device),
            ..
        }) = self.carry_out(login)?
        else {
            return Err(Stop::target(format!("{name} cannot log in")));
        };
        let actor = Actor {
            name: name.to_owned(),
            user,
            device,
            account,
        };
        self.sync(&actor)?;
        Ok(actor)
    }

    /// Asks the relay for news once, as the actor.
    ///
    /// # Errors
    ///
    /// If the driver fails. A product that refuses to sync is recorded and goes on.
    pub fn sync(&mut self, actor: &Actor) -> Result<(), Stop> {
        self.advance(1_000);
        self.carry_out(Call::Sync {
            actor: actor.name.clone(),
            now: self.now,
        })
        .map(drop)
    }

    /// Several actors sync, twice each, so that answers to news arrive too.
    ///
    /// # Errors
    ///
    /// As [`Scene::sync`].
    pub fn sync_all(&mut self, actors: &[&Actor]) -> Result<(), Stop> {
        for actor in actors.iter().chain(actors) {
            self.sync(actor)?;
        }
        Ok(())
    }

    /// Logs the actor out.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn log_out(&mut self, actor: &Actor) -> Result<Ended, Stop> {
        self.carry_out(Call::Logout {
            actor: actor.name.clone(),
            now: self.now,
        })
    }

    /// Throws the actor's memory away and opens its store again.
    ///
    /// # Errors
    ///
    /// If the product does not come back.
    pub fn restart(&mut self, actor: &Actor) -> Result<(), Stop> {
        let call = Call::ActorRestart {
            actor: actor.name.clone(),
            now: self.now,
        };
        self.insist(call, "does not come back after a restart")
    }

    /// A copy of the actor's store.
    ///
    /// # Errors
    ///
    /// If the driver fails.
    pub fn snapshot(&mut self, actor: &Actor) -> Result<Bytes, Stop> {
        match self.tell(&Call::ActorSnapshot {
            actor: actor.name.clone(),
        })? {
            (_, Reply::Snapshot { snapshot }) => Ok(snapshot),
            (_, other) => Err(unexpected(&other)),
        }
    }

    /// Puts an earlier copy of the actor's store back.
    ///
    /// # Errors
    ///
    /// If the product does not come back.
    pub fn restore(&mut self, actor: &Actor, snapshot: Bytes) -> Result<(), Stop> {
        let call = Call::ActorRestore {
            actor: actor.name.clone(),
            snapshot,
            now: self.now,
        };
        self.insist(call, "does not come back after a restore")
    }

    /// Carries a call out: tells the driver, carries its requests until it comes to rest, and finds how the call ended.
    ///
    /// # Errors
    ///
    /// If the driver breaks the protocol, a rule fails, or the relay is gone.
    pub fn carry_out(&mut self, call: Call) -> Result<Ended, Stop> {
        let Some(actor) = call.actor().map(str::to_owned) else {
            return Err(Stop::harness("a call without an actor needs no network"));
        };
        let (id, reply) = match self.try_tell(&call)? {
            Told::Replied(id, reply) => (id, reply),
            Told::Refused(class, reason) => {
                let value = None;
                return Ok(Ended::Refused {
                    class,
                    reason,
                    value,
                });
            }
        };
        let Reply::Step(mut step) = reply else {
            return Err(unexpected(&reply));
        };
        let mut ended = None;
        for _ in 0..MOST_ROUNDS {
            for event in std::mem::take(&mut step.events) {
                if event.call() == id {
                    ended = Some(event);
                }
            }
            if step.outgoing.is_empty() {
                return match ended {
                    Some(Event::Refused {
                        class,
                        reason,
                        value,
                        ..
                    }) => Ok(Ended::Refused {
                        class,
                        reason,
                        value,
                    }),
                    Some(event @ Event::Done { .. }) => Ok(Ended::Done(event)),
                    None => Err(Stop::driver(format!(
                        "{actor}: a call came to rest without an end"
                    ))),
                };
            }
            step = self.pump(&actor, step)?;
        }
        Err(Stop::driver(format!(
            "{actor} does not come to rest after {MOST_ROUNDS} rounds"
        )))
    }

    fn pump(&mut self, actor: &str, step: Step) -> Result<Step, Stop> {
        let mut deliver = Vec::new();
        for request in &step.outgoing {
            deliver.push(self.carry(actor, request)?);
        }
        self.answer(actor, deliver)
    }

    /// Hands the relay's answers to the actor.
    pub(super) fn answer(&mut self, actor: &str, deliver: Vec<Response>) -> Result<Step, Stop> {
        let pump = Call::Pump {
            actor: actor.to_owned(),
            deliver,
            now: self.now,
        };
        match self.tell(&pump)? {
            (_, Reply::Step(step)) => Ok(step),
            (_, other) => Err(unexpected(&other)),
        }
    }

    /// Tells the driver something that the product has no reason to refuse.
    pub(super) fn tell(&mut self, call: &Call) -> Result<(u64, Reply), Stop> {
        match self.try_tell(call)? {
            Told::Replied(id, reply) => Ok((id, reply)),
            Told::Refused(class, reason) => {
                let reason = format!("{}: refused ({class:?}): {reason}", method(call));
                Err(Stop::target(reason))
            }
        }
    }

    pub(super) fn try_tell(&mut self, call: &Call) -> Result<Told, Stop> {
        let client = self
            .client
            .as_mut()
            .ok_or_else(|| Stop::harness("the target has no client"))?;
        let told = client.call(call);
        self.note(call, &told);
        match told {
            Ok((id, reply)) => Ok(Told::Replied(id, reply)),
            Err(error) => match error.refusal() {
                Some((class, reason)) => Ok(Told::Refused(class, reason)),
                None => Err(Stop::driver(error.to_string())),
            },
        }
    }

    /// Records a call. What a pump carries stands in the record already, as exchanges.
    fn note(&mut self, call: &Call, told: &Result<(u64, Reply), crate::target::DriverFault>) {
        if matches!(call, Call::Pump { .. }) && told.is_ok() {
            return;
        }
        let mut params = serde_json::to_value(call)
            .ok()
            .and_then(|call| call.get("params").cloned())
            .unwrap_or_default();
        let mut answer = match told {
            Ok((_, Reply::Step(step))) => serde_json::to_value(&step.events).unwrap_or_default(),
            Ok((_, Reply::Snapshot { snapshot })) => {
                Value::from(format!("snapshot of {} bytes", snapshot.bytes.len()))
            }
            Ok((_, reply)) => serde_json::to_value(reply).unwrap_or_default(),
            Err(error) => Value::from(error.to_string()),
        };
        if matches!(call, Call::ActorRestore { .. } | Call::Pump { .. }) {
            params = Value::Null;
        }
        redact(&mut params, &self.stage.secrets);
        redact(&mut answer, &self.stage.secrets);
        let actor = call.actor().unwrap_or_default().to_owned();
        self.record.push(Entry::Call {
            actor,
            method: method(call),
            params,
            answer,
        });
    }
}

fn method(call: &Call) -> String {
    let named = serde_json::to_value(call).ok();
    named
        .and_then(|call| call.get("method")?.as_str().map(str::to_owned))
        .unwrap_or_default()
}

pub(super) fn unexpected(reply: &Reply) -> Stop {
    Stop::driver(format!("an answer of another verb: {reply:?}"))
}
