//! The relay that a command talks with.

use std::{fs, path::PathBuf};

use clap::Args;
use reference_chat::Link;
use serde_json::Value;

use crate::failure::Failure;

/// Which relay.
#[derive(Debug, Args)]
pub(crate) struct Reach {
    /// Address of the relay, with https, or http on this machine
    #[arg(long, value_name = "URL")]
    relay: String,
    /// A PEM file: the only authority that vouches for the relay
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

impl Reach {
    /// Sends something signed; the relay's answer, if it took it.
    pub(super) fn send(&self, method: &str, name: &str, body: &Value) -> Result<Value, Failure> {
        let authority = self.ca.as_ref().map(|path| {
            fs::read(path).map_err(|reason| Failure::File {
                path: path.clone(),
                reason,
            })
        });
        let link = Link::new(&self.relay, authority.transpose()?.as_deref());
        let link = link.map_err(|error| Failure::Usage(error.to_string()))?;
        let path = format!("/_matrix/client/unstable/dev.pruefstand/{name}");
        let (status, answer) = link.send(method, &path, body);
        let said = answer.get("error").and_then(Value::as_str);
        match status {
            200 => Ok(answer),
            0 => Err(Failure::Reference(format!(
                "the relay at {} gave no answer",
                self.relay
            ))),
            404 if said == Some("request is not recognized") => Err(Failure::Reference(format!(
                "the relay at {} serves no organisation",
                self.relay
            ))),
            _ => Err(Failure::Reference(format!(
                "the relay refused ({status}): {}",
                said.unwrap_or("without a reason")
            ))),
        }
    }
}
