use std::fs::OpenOptions;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::clock::SystemClock;
use crate::conduct::{Flaw, bench};
use crate::config::{Config, Limits, RegistrationToken};
use crate::error::Error;
use crate::relay::Relay;
use crate::server::serve_open;

/// A relay as asked for on the command line.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Matrix server name.
    pub server_name: String,
    /// Folder of the store.
    pub store: PathBuf,
    /// File that the log is appended to.
    pub log: PathBuf,
    /// Tokens that let people register.
    pub registration_tokens: Vec<RegistrationToken>,
    /// Seeded flaws: bench mode.
    pub flaws: Vec<Flaw>,
}

/// Runs a relay until the process is told to end (SIGINT or SIGTERM).
///
/// Once it listens it writes the one line `listening http://ADDRESS` to `ready`.
///
/// # Errors
/// The address, the log file or the store is not usable, or the listener fails.
pub fn run(options: Options, ready: &mut dyn Write) -> Result<(), Error> {
    let failed = |what: &str| {
        let what = what.to_owned();
        move |source| Error::Io { what, source }
    };
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&options.log)
        .map_err(failed(&format!(
            "failed to open log {}",
            options.log.display()
        )))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(BLOCKING)
        .enable_all()
        .build()
        .map_err(failed("failed to start the runtime"))?;
    runtime.block_on(async {
        let address = options.listen;
        let listener = TcpListener::bind(address)
            .await
            .map_err(failed(&format!("failed to listen on {address}")))?;
        let address = listener
            .local_addr()
            .map_err(failed("failed to read the address"))?;
        let stop = stop().map_err(failed("failed to watch signals"))?;
        let config = Config {
            server_name: options.server_name,
            store: options.store,
            limits: Limits::default(),
            registration_tokens: options.registration_tokens,
        };
        let relay = Relay::open(config, bench::conduct(&options.flaws), SystemClock, log)?;
        writeln!(ready, "listening http://{address}")
            .and_then(|()| ready.flush())
            .map_err(failed("failed to say that the relay listens"))?;
        serve_open(Arc::new(relay), listener, stop).await
    })
}

impl Options {
    /// Reads arguments: `--listen ADDRESS --server-name NAME --store DIR --log FILE
    /// --registration-token TOKEN[:USES] --flaw NAME`; the last two may be repeated.
    ///
    /// # Errors
    /// An argument is unknown, incomplete or wrong, or `--store` or `--log` is missing.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, Error> {
        let mut options = Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            server_name: "localhost".to_owned(),
            store: PathBuf::new(),
            log: PathBuf::new(),
            registration_tokens: Vec::new(),
            flaws: Vec::new(),
        };
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let value = arguments
                .next()
                .ok_or_else(|| Error::Usage(format!("{name} needs a value")))?;
            options.take(&name, value)?;
        }
        for (name, path) in [("--store", &options.store), ("--log", &options.log)] {
            if path.as_os_str().is_empty() {
                return Err(Error::Usage(format!("{name} is missing")));
            }
        }
        Ok(options)
    }

    fn take(&mut self, name: &str, value: String) -> Result<(), Error> {
        let wrong = |what: &str| Error::Usage(format!("{name}: {value:?} is no {what}"));
        match name {
            "--listen" => self.listen = value.parse().map_err(|_error| wrong("address"))?,
            "--server-name" => self.server_name = value,
            "--store" => self.store = value.into(),
            "--log" => self.log = value.into(),
            "--registration-token" => {
                let token = parse_token(&value).ok_or_else(|| {
                    // The value is a secret and stays out of the error.
                    Error::Usage(format!("{name}: not TOKEN or TOKEN:USES"))
                })?;
                self.registration_tokens.push(token);
            }
            "--flaw" => self
                .flaws
                .push(Flaw::parse(&value).ok_or_else(|| wrong("flaw"))?),
            _ => return Err(Error::Usage(format!("unknown option {name}"))),
        }
        Ok(())
    }
}

/// Resolves at the first SIGINT or SIGTERM.
fn stop() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// `TOKEN` is good once, `TOKEN:USES` as often as it says.
fn parse_token(text: &str) -> Option<RegistrationToken> {
    match text.rsplit_once(':') {
        Some((token, uses)) => RegistrationToken::parse(token, uses.parse().ok()?),
        None => RegistrationToken::parse(text, 1),
    }
}

/// Threads for reads and password hashes: each reader holds a connection, so more only cost memory.
const BLOCKING: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, Error> {
        Options::parse(arguments.iter().map(|&argument| argument.to_owned()))
    }

    #[test]
    fn arguments_become_options() {
        let given = [
            "--store",
            "s",
            "--log",
            "l",
            "--registration-token",
            "t:3",
            "--flaw",
            "relay-room-idor",
        ];
        let options = parse(&given).unwrap();
        assert_eq!(options.flaws, [Flaw::RoomIdor]);
        assert_eq!(
            options.registration_tokens,
            [RegistrationToken::parse("t", 3).unwrap()]
        );
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (arguments, error) in [
            (&["--log", "l"][..], "--store is missing"),
            (&["--store"], "--store needs a value"),
            (&["--flaw", "x"], "--flaw: \"x\" is no flaw"),
            (&["--port", "1"], "unknown option --port"),
            (
                &["--registration-token", "geheim:x"],
                "--registration-token: not TOKEN or TOKEN:USES",
            ),
        ] {
            assert_eq!(parse(arguments).unwrap_err().to_string(), error);
        }
    }
}
