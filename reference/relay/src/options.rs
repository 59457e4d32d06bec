use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpListener;

use crate::clients::{Clients, Moment, Version};
use crate::clock::SystemClock;
use crate::conduct::{Conduct, Flaw, Variant, Watch};
use crate::config::{Config, Limits, RegistrationToken};
use crate::connections::{Connections, Door};
use crate::error::Error;
use crate::lifetime::Lifetime;
use crate::organisation::read_charter;
use crate::push::{Gateway, Push};
use crate::relay::Relay;
use crate::retention::Retention;
use crate::secret::PasswordMemory;
use crate::server::serve_open;
use crate::settings;
use crate::silence::keep_crashes_silent;
use crate::tls::Tls;

/// A relay as asked for on the command line.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Loopback address that health and metrics are answered at.
    pub operator: Option<SocketAddr>,
    /// File that the log is appended to.
    pub log: PathBuf,
    /// What the relay itself is started with.
    pub config: Config,
    /// Certificates; without them the relay speaks plain HTTP, on this machine only.
    pub tls: Option<Tls>,
    /// Bounds on connections.
    pub connections: Connections,
    /// Seeded flaws: bench mode.
    pub flaws: Vec<Flaw>,
    /// Benign variants: bench mode.
    pub variants: Vec<Variant>,
    /// File that the name of each flaw and variant that is asked for is written to.
    pub asked: Option<PathBuf>,
}

/// Runs a relay until the process is told to end (SIGINT or SIGTERM).
///
/// Once it listens it writes the one line `listening http://ADDRESS` (or `https`) to `ready`.
///
/// # Errors
/// The address, the log file, a certificate or the store is not usable.
pub fn run(options: Options, ready: &mut dyn Write) -> Result<(), Error> {
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
    runtime.block_on(options.serve(log, ready))
}

impl Options {
    /// Reads arguments: either `--config FILE` alone, or `--listen ADDRESS --operator ADDRESS --server-name NAME
    /// --store DIR --log FILE --registration-token TOKEN[:USES] --flaw NAME --variant NAME
    /// --asked FILE --password-memory-kib KIB`; tokens, flaws and variants may be repeated.
    ///
    /// # Errors
    /// An argument is unknown, incomplete or wrong, or `--store` or `--log` is missing; or the file is not usable.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self, Error> {
        let arguments: Vec<_> = arguments.into_iter().collect();
        if let [name, path] = arguments.as_slice()
            && name == "--config"
        {
            return Ok(settings::read(Path::new(path))?);
        }
        let mut options = Self::for_bench();
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let value = arguments
                .next()
                .ok_or_else(|| Error::Usage(format!("{name} needs a value")))?;
            options.take(&name, value)?;
        }
        for (name, path) in [("--store", &options.config.store), ("--log", &options.log)] {
            if path.as_os_str().is_empty() {
                return Err(Error::Usage(format!("{name} is missing")));
            }
        }
        Ok(options)
    }

    fn for_bench() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            operator: None,
            log: PathBuf::new(),
            config: Config {
                server_name: "localhost".to_owned(),
                store: PathBuf::new(),
                limits: Limits::default(),
                registration_tokens: Vec::new(),
                organisation: None,
                // A bench does not wait: what is over goes with the next write.
                retention: Retention {
                    least: Lifetime::milliseconds(1),
                    sweep: Lifetime::milliseconds(0),
                    ..Retention::default()
                },
                // A bench has its gateway on this machine, at any port.
                push: Push {
                    gateways: Gateway::parse("http://127.0.0.1:0/_matrix/push/v1/notify")
                        .into_iter()
                        .collect(),
                },
                password_memory: PasswordMemory::default(),
                // What says it is older than this is refused at once; what says nothing is served.
                clients: Clients {
                    minimum: Some(Version::new(0, 1, 0)),
                    refused_from: Some(Moment::at(0)),
                    serve_unnamed: true,
                },
            },
            tls: None,
            connections: Connections::default(),
            flaws: Vec::new(),
            variants: Vec::new(),
            asked: None,
        }
    }

    fn take(&mut self, name: &str, value: String) -> Result<(), Error> {
        let wrong = |what: &str| Error::Usage(format!("{name}: {value:?} is no {what}"));
        match name {
            "--listen" => self.listen = value.parse().map_err(|_error| wrong("address"))?,
            "--operator" => {
                self.operator = Some(value.parse().map_err(|_error| wrong("address"))?);
            }
            "--server-name" => self.config.server_name = value,
            "--store" => self.config.store = value.into(),
            "--log" => self.log = value.into(),
            "--registration-token" => {
                let token = parse_token(&value).ok_or_else(|| {
                    // The value is a secret and stays out of the error.
                    Error::Usage(format!("{name}: not TOKEN or TOKEN:USES"))
                })?;
                self.config.registration_tokens.push(token);
            }
            "--organisation" => self.config.organisation = Some(read_charter(Path::new(&value))?),
            "--flaw" => self
                .flaws
                .push(Flaw::parse(&value).ok_or_else(|| wrong("flaw"))?),
            "--variant" => self
                .variants
                .push(Variant::parse(&value).ok_or_else(|| wrong("variant"))?),
            "--password-memory-kib" => {
                let kib = value.parse().ok().and_then(PasswordMemory::for_bench);
                self.config.password_memory = kib.ok_or_else(|| wrong("memory"))?;
            }
            "--asked" => self.asked = Some(value.into()),
            "--config" => {
                return Err(Error::Usage("--config stands alone".to_owned()));
            }
            _ => return Err(Error::Usage(format!("unknown option {name}"))),
        }
        Ok(())
    }

    fn conduct(&self) -> Result<Conduct, Error> {
        let conduct = Conduct::flawed(&self.flaws).varied(&self.variants);
        Ok(match &self.asked {
            Some(path) => conduct.watched(
                Watch::written(path)
                    .map_err(failed(&format!("failed to open {}", path.display())))?,
            ),
            None => conduct,
        })
    }

    async fn serve(self, log: File, ready: &mut dyn Write) -> Result<(), Error> {
        let conduct = self.conduct()?;
        // Before anything is opened, so that a wrong certificate changes nothing.
        let tls = self.tls.as_ref().map(Tls::acceptor).transpose()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let listener = listen(self.listen).await?;
        let operator = match self.operator {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let address = listener
            .local_addr()
            .map_err(failed("failed to read the address"))?;
        let stop = stop().map_err(failed("failed to watch signals"))?;
        let relay = Relay::open(self.config, conduct, SystemClock, log)?;
        keep_crashes_silent();
        writeln!(ready, "listening {scheme}://{address}")
            .and_then(|()| ready.flush())
            .map_err(failed("failed to say that the relay listens"))?;
        let relay = Arc::new(relay);
        let door = Door {
            listener,
            tls,
            bounds: self.connections,
            metrics: Arc::clone(&relay.metrics),
            tells_peers: relay.conduct.has(Flaw::StoresAddresses),
        };
        serve_open(relay, door, operator, stop).await;
        Ok(())
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address)
        .await
        .map_err(failed(&format!("failed to listen on {address}")))
}

fn failed(what: &str) -> impl FnOnce(std::io::Error) -> Error {
    let what = what.to_owned();
    move |source| Error::Io { what, source }
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
            options.config.registration_tokens,
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
