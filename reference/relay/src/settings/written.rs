use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::clients::Clients;
use crate::config::{Limits, RegistrationToken};
use crate::connections::Connections;
use crate::push::Push;
use crate::retention::Retention;
use crate::tls::Tls;

/// The file as it is written. `relay.example.toml` explains every key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) server_name: String,
    pub(super) listen: SocketAddr,
    pub(super) operator: Option<SocketAddr>,
    pub(super) store: PathBuf,
    pub(super) log: PathBuf,
    pub(super) organisation: Option<PathBuf>,
    pub(super) tls: Option<Tls>,
    #[serde(default)]
    pub(super) connections: Connections,
    #[serde(default)]
    pub(super) limits: Limits,
    #[serde(default)]
    pub(super) retention: Retention,
    #[serde(default)]
    pub(super) clients: Clients,
    #[serde(default)]
    pub(super) push: Push,
    #[serde(default)]
    registration: Vec<Registration>,
}

/// A token that lets people register: in the file, or in a file of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Registration {
    token: Option<String>,
    token_file: Option<PathBuf>,
    #[serde(default = "once")]
    uses: u32,
}

impl Written {
    /// Says what does not go together.
    pub(super) fn check(&self) -> Result<(), String> {
        let listen = self.listen;
        if self.tls.is_none() && !listen.ip().is_loopback() {
            return Err(format!(
                "listen = {listen} is reached from other machines and needs [tls]"
            ));
        }
        if let Some(operator) = self.operator.filter(|address| !address.ip().is_loopback()) {
            return Err(format!("operator = {operator} is no loopback address"));
        }
        let tls = self.tls.as_ref();
        if tls.is_some_and(|tls| tls.client_revocations.is_some() && tls.client_ca.is_none()) {
            return Err("tls.client_revocations needs tls.client_ca".to_owned());
        }
        Ok(())
    }

    /// The registration tokens. Errors name files, never tokens.
    pub(super) fn tokens(&self, folder: &Path) -> Result<Vec<RegistrationToken>, String> {
        self.registration
            .iter()
            .map(|registration| registration.token(folder))
            .collect()
    }
}

impl Registration {
    fn token(&self, folder: &Path) -> Result<RegistrationToken, String> {
        let token = match (&self.token, &self.token_file) {
            (Some(token), None) => token.clone(),
            (None, Some(path)) => {
                let path = folder.join(path);
                let read = std::fs::read_to_string(&path);
                read.map_err(|error| format!("{}: {error}", path.display()))?
            }
            _ => return Err("[[registration]] has either token or token_file".to_owned()),
        };
        RegistrationToken::parse(token.trim(), self.uses).ok_or_else(|| {
            "a registration token has 1 to 64 of letters, digits, . _ ~ -".to_owned()
        })
    }
}

fn once() -> u32 {
    1
}
