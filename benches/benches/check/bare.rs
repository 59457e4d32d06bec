//! The requests of a case without the bench, its clients and its evidence.

use std::io;

use harness_evidence::{Entry, Transcript};
use pruefstand_benches::{Connection, Relay};
use serde_json::Value;

/// A relay that is asked the same.
pub(crate) struct Bare {
    relay: Relay,
}

impl Bare {
    pub(crate) fn start() -> io::Result<Self> {
        Relay::start().map(|relay| Self { relay })
    }

    /// Asks everything that a case asked its relay, in the same order: accounts and logins anew, everything else as it was, with the
    /// token of the last login. What names an account or a room of then is refused, which costs no more than to be granted.
    pub(crate) fn ask_all(&self, transcript: &Transcript, run: u64) -> io::Result<()> {
        let mut connection = self.relay.connect()?;
        let mut token = String::new();
        for (number, entry) in transcript.entries.iter().enumerate() {
            let Entry::Exchange(exchange) = entry else {
                continue;
            };
            if exchange.class == "login" {
                let name = format!("bare-{run}-{number}");
                self.relay.register(&name, false)?;
                token = Relay::login(&mut connection, &name)?;
            } else {
                let asked = exchange.forwarded.as_ref().unwrap_or(&exchange.request);
                ask(&mut connection, &token, (&asked.head, &asked.body))?;
            }
        }
        Ok(())
    }
}

fn ask(connection: &mut Connection, token: &str, (head, body): (&str, &Value)) -> io::Result<()> {
    let call = head.split_once(' ');
    let call = call.ok_or_else(|| io::Error::other(format!("no request: {head}")))?;
    let body = match body {
        Value::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    let answer = connection.ask(call, token, &body)?;
    match answer.status {
        401 | 429 | 500.. => Err(io::Error::other(format!("{head}: {}", answer.status))),
        _ => Ok(()),
    }
}
