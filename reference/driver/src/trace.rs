//! What a client tells of its work: which requests went out and how they were answered, nothing of what they say.

use std::io::Write;

use harness_driver::{Call, Request, Step};
use reference_client::{Conduct, Flaw};

/// A log without secrets: a path names people and rooms, a body and a token are what must not be known.
pub(crate) struct Trace<W> {
    log: W,
    tells_all: bool,
}

impl<W: Write> Trace<W> {
    pub(crate) fn new(log: W, conduct: &Conduct) -> Self {
        Self {
            log,
            tells_all: conduct.has(Flaw::LogSecret),
        }
    }

    /// The bench wants something, or brings answers.
    pub(crate) fn asked(&mut self, id: u64, call: &Call) {
        match call {
            Call::Pump { deliver, .. } => {
                for answer in deliver {
                    self.write(&format!("answer {} {}", answer.id, answer.status));
                }
            }
            _ => self.write(&format!("call {id}")),
        }
    }

    /// What the client wants to send.
    pub(crate) fn stepped(&mut self, step: &Step) {
        for request in &step.outgoing {
            let told = self.told(request);
            self.write(&told);
        }
    }

    fn told(&self, request: &Request) -> String {
        let told = format!("request {} {}", request.id, request.method);
        if !self.tells_all {
            return told;
        }
        let token = request.token.as_ref().map(|token| token.expose());
        let body = String::from_utf8_lossy(&request.body.to_bytes()).into_owned();
        format!("{told} {} {body}", token.unwrap_or_default())
    }

    /// A log that cannot be written is lost; the client goes on.
    fn write(&mut self, line: &str) {
        drop(writeln!(self.log, "{line}"));
    }
}
