//! An agent that holds a private key: asked through the socket that `SSH_AUTH_SOCK` names.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    time::Duration,
};

use harness_evidence::{AGENT_ANSWER_LIMIT, AgentKey, PublicKey, Signer};

use crate::{failure::Failure, seal::key_text};

/// How long somebody may take to touch a token or to type a passphrase.
const PATIENCE: Duration = Duration::from_secs(120);

/// An agent and one of its keys.
#[derive(Debug)]
pub(crate) struct Agent {
    key: AgentKey,
    socket: PathBuf,
}

impl Agent {
    /// The agent of this session, and the key in a `.pub` file.
    pub(crate) fn of(path: &Path) -> Result<Self, Failure> {
        let key = AgentKey::parse(&key_text(path)?)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
        let socket = std::env::var_os("SSH_AUTH_SOCK").map(PathBuf::from);
        let socket = socket.ok_or_else(|| {
            let told = "SSH_AUTH_SOCK is not set; start ssh-agent and add the key with ssh-add";
            Failure::Usage(told.to_owned())
        })?;
        Ok(Self { key, socket })
    }

    fn ask(&self, message: &[u8]) -> io::Result<Vec<u8>> {
        let mut stream = UnixStream::connect(&self.socket)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(&self.key.request(message))?;
        let mut length = [0; 4];
        stream.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > AGENT_ANSWER_LIMIT {
            let told = format!("an answer of {length} bytes, {AGENT_ANSWER_LIMIT} are read");
            return Err(io::Error::new(io::ErrorKind::InvalidData, told));
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    }
}

impl Signer for Agent {
    fn public(&self) -> PublicKey {
        self.key.public().clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let answer = self
            .ask(message)
            .map_err(|error| format!("ssh-agent: {error}"))?;
        self.key
            .signature(&answer)
            .map_err(|error| error.to_string())
    }
}
