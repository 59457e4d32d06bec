//! The verbs of the protocol, carried out.

use std::{collections::BTreeMap, io::Write};

use harness_driver::{
    Act, Call, Channel, ClockKind, Driver, DriverError, Event, Hello, Level, PROTOCOL, Product,
    Reply, Step, VectorResult,
};
use reference_client::{
    Conduct, FlowId, Named as _, RoomId, UserId, VectorError, Verb, VerifyStep, run_vector,
    vector_operations, verification::Stage,
};

use crate::{actor::Actor, trace::Trace, translate, verb};

/// Many clients of one conduct.
pub(crate) struct ReferenceDriver<W> {
    conduct: Conduct,
    trace: Trace<W>,
    actors: BTreeMap<String, Actor>,
}

impl<W: Write> ReferenceDriver<W> {
    pub(crate) fn new(conduct: Conduct, trace: W) -> Self {
        Self {
            trace: Trace::new(trace, &conduct),
            conduct,
            actors: BTreeMap::new(),
        }
    }
}

impl<W: Write> Driver for ReferenceDriver<W> {
    fn call(&mut self, id: u64, call: Call) -> Result<Reply, DriverError> {
        self.trace.asked(id, &call);
        let reply = self.carry_out(id, call);
        if let Ok(Reply::Step(step)) = &reply {
            self.trace.stepped(step);
        }
        reply
    }
}

impl<W: Write> ReferenceDriver<W> {
    fn carry_out(&mut self, id: u64, call: Call) -> Result<Reply, DriverError> {
        match call {
            Call::Hello { .. } => Ok(Reply::Hello(self.hello())),
            Call::CaseBegin { .. } | Call::CaseEnd {} | Call::Shutdown {} => {
                self.actors.clear();
                Ok(Reply::Done {})
            }
            Call::ActorNew { actor } => self.open(actor, None),
            Call::ActorClone { actor, of } => self.open(actor, Some(&of)),
            Call::ActorDrop { actor } => match self.actors.remove(&actor) {
                Some(_) => Ok(Reply::Done {}),
                None => Err(DriverError::BadHandle { handle: actor }),
            },
            Call::VecRun { op, input } => self.run_vector(&op, &input),
            call => {
                let name = call.actor().unwrap_or_default().to_owned();
                let actor = self.actors.get_mut(&name);
                steer(
                    actor.ok_or(DriverError::BadHandle { handle: name })?,
                    id,
                    call,
                )
            }
        }
    }
}

impl<W> ReferenceDriver<W> {
    fn hello(&self) -> Hello {
        let version = env!("CARGO_PKG_VERSION");
        let product = |name: &str| Product {
            name: name.to_owned(),
            version: version.to_owned(),
        };
        let seeded_flaws: Vec<String> = self
            .conduct
            .flaws()
            .map(|flaw| flaw.name().to_owned())
            .collect();
        Hello {
            protocol: PROTOCOL,
            driver: product("pruefstand-reference-driver"),
            product: product("pruefstand-reference-client"),
            channel: if seeded_flaws.is_empty() && self.conduct.variants().next().is_none() {
                Channel::Release
            } else {
                Channel::Test
            },
            level: Level::Engine,
            verbs: Call::METHODS
                .iter()
                .chain(Act::NAMES)
                .map(ToString::to_string)
                .collect(),
            vector_operations: vector_operations().map(str::to_owned).collect(),
            clock: ClockKind::Virtual,
            seeded_flaws,
        }
    }

    fn open(&mut self, name: String, of: Option<&str>) -> Result<Reply, DriverError> {
        if self.actors.contains_key(&name) {
            return Err(DriverError::InvalidParams {
                reason: format!("actor {name} exists"),
            });
        }
        let actor = match of {
            None => Actor::new(&self.conduct)?,
            Some(of) => self
                .actors
                .get(of)
                .ok_or_else(|| DriverError::BadHandle {
                    handle: of.to_owned(),
                })?
                .twin()?,
        };
        self.actors.insert(name, actor);
        Ok(Reply::Done {})
    }

    fn run_vector(&self, op: &str, input: &BTreeMap<String, String>) -> Result<Reply, DriverError> {
        match run_vector(op, input, &self.conduct) {
            Ok(result) => Ok(Reply::Vector(VectorResult {
                accepted: result.accepted,
                output: result.output,
            })),
            Err(VectorError::UnknownOperation { operation }) => {
                Err(DriverError::Unsupported { feature: operation })
            }
            Err(error) => Err(DriverError::InvalidParams {
                reason: error.to_string(),
            }),
        }
    }
}

/// Carries out a call for one actor.
fn steer(actor: &mut Actor, id: u64, call: Call) -> Result<Reply, DriverError> {
    match call {
        Call::ActorRestart { now, .. } => Ok(reopened(id, actor.restart(now)?)),
        Call::ActorRestore { snapshot, now, .. } => {
            Ok(reopened(id, actor.restore(&snapshot, now)?))
        }
        Call::ActorSnapshot { .. } => Ok(Reply::Snapshot {
            snapshot: actor.snapshot(),
        }),
        Call::Pump { deliver, now, .. } => Ok(Reply::Step(actor.pump(deliver, now))),
        Call::ConvAcknowledge { conv, .. } => {
            let room = RoomId::new(conv);
            actor.call_at_once(id, Verb::AcknowledgeMembers { room })?;
            Ok(Reply::Done {})
        }
        Call::IdentityAccept { user, .. } => {
            let user = UserId::new(user);
            actor.call_at_once(id, Verb::AcceptIdentity { user })?;
            Ok(Reply::Done {})
        }
        Call::VerifyCancel { flow, now, .. } => {
            let flows = actor.client.flows();
            let shown = flows.iter().find(|known| known.flow.as_str() == flow);
            // Who stops while the strings are shown says that they differ.
            let step = match shown.map(|known| known.stage) {
                Some(Stage::Comparing) => VerifyStep::Mismatch,
                _ => VerifyStep::Cancel,
            };
            let flow = FlowId::new(flow);
            Ok(Reply::Step(actor.call(
                id,
                Verb::Verify { flow, step },
                now,
            )?))
        }
        call => match look(actor, &call)? {
            Some(view) => Ok(view),
            None => {
                let (verb, now) = verb::of(call)?;
                Ok(Reply::Step(actor.call(id, verb, now)?))
            }
        },
    }
}

/// What the actor's user sees, if the call asks for that.
fn look(actor: &Actor, call: &Call) -> Result<Option<Reply>, DriverError> {
    let client = &actor.client;
    Ok(Some(match call {
        Call::Observe { conv, .. } => {
            let room = RoomId::new(conv);
            if !client.knows(&room) {
                return Err(DriverError::BadHandle {
                    handle: conv.clone(),
                });
            }
            Reply::Observation(translate::observation(client, &room))
        }
        Call::DeviceList { user, .. } => {
            let devices = client.devices(&UserId::new(user)).into_iter();
            Reply::Devices {
                devices: devices.map(translate::device).collect(),
            }
        }
        Call::IdentityShow { user, .. } => {
            Reply::Identity(translate::identity(client.identity(&UserId::new(user))))
        }
        Call::VerifyFlows { .. } => Reply::Flows {
            flows: client.flows().iter().map(translate::flow).collect(),
        },
        _ => return Ok(None),
    }))
}

/// The store is open again; what was left to do goes on.
fn reopened(id: u64, mut step: Step) -> Reply {
    step.events.push(Event::done(id));
    Reply::Step(step)
}
