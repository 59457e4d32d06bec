//! The relay's one TOML file: read strictly, then turned into what the relay runs on.

mod written;

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::options::Options;
use crate::organisation::read_charter;
use crate::secret::PasswordMemory;
use crate::tls::Tls;
use written::Written;

/// Why the settings are not usable.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is no TOML, or has a key that does not exist, or a value of the wrong kind.
    #[error("{path}, line {line}: {fact}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1. Not its text: that may be a token.
        line: usize,
        /// What is wrong.
        fact: String,
    },
    /// Its values do not go together.
    #[error("{path}: {fact}")]
    Contradictory {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fact: String,
    },
}

/// Reads the file at `path`. Paths in it count from its folder.
pub(crate) fn read(path: &Path) -> Result<Options, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|source| SettingsError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    understand(&text, path)
}

/// Reads `text`, which stands at `path`.
fn understand(text: &str, path: &Path) -> Result<Options, SettingsError> {
    let written: Written = toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        SettingsError::Malformed {
            path: path.to_owned(),
            line: before.unwrap_or_default().matches('\n').count() + 1,
            fact: error.message().to_owned(),
        }
    })?;
    let contradictory = |fact: String| SettingsError::Contradictory {
        path: path.to_owned(),
        fact,
    };
    written.check().map_err(contradictory)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let registration_tokens = written.tokens(folder).map_err(contradictory)?;
    let at = |path: PathBuf| folder.join(path);
    let organisation = written.organisation.map(|path| read_charter(&at(path)));
    let organisation = organisation.transpose();
    let organisation = organisation.map_err(|error| contradictory(error.to_string()))?;
    let tls = written.tls.map(|tls| Tls {
        certificate: at(tls.certificate),
        key: at(tls.key),
        client_ca: tls.client_ca.map(at),
        client_revocations: tls.client_revocations.map(at),
    });
    Ok(Options {
        listen: written.listen,
        operator: written.operator,
        log: at(written.log),
        config: Config {
            server_name: written.server_name,
            store: at(written.store),
            limits: written.limits,
            registration_tokens,
            organisation,
            retention: written.retention,
            clients: written.clients,
            password_memory: PasswordMemory::default(),
            push: written.push,
        },
        tls,
        connections: written.connections,
        flaws: Vec::new(),
        variants: Vec::new(),
        asked: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        understand(text, Path::new("relay.toml"))
            .unwrap_err()
            .to_string()
    }

    const LEAST: &str = "server_name = 'x.test'\nlisten = '127.0.0.1:0'\nstore = 's'\nlog = 'l'\n";

    #[test]
    fn the_example_is_read_and_says_every_default_truly() {
        let example = include_str!("../../relay.example.toml");
        let read = understand(example, Path::new("/etc/relay/relay.toml")).unwrap();
        let least = understand(LEAST, Path::new("relay.toml")).unwrap();
        assert_eq!(read.config.limits, least.config.limits);
        assert_eq!(read.connections, least.connections);
        assert_eq!(read.config.retention, least.config.retention);
        assert_eq!(read.config.clients, least.config.clients);
        assert_eq!(read.config.push, least.config.push);
        assert_eq!(read.config.store, Path::new("/etc/relay/store"));
        assert!(read.tls.is_some());
    }

    #[test]
    fn unknown_keys_are_errors_everywhere() {
        for text in [
            format!("{LEAST}surprise = 1"),
            format!("{LEAST}[limits]\nsurprise = 1"),
            format!("{LEAST}[connections]\nsurprise = 1"),
            format!("{LEAST}[tls]\ncertificate = 'c'\nkey = 'k'\nsurprise = 1"),
            format!("{LEAST}[[registration]]\ntoken = 't'\nsurprise = 1"),
        ] {
            let fault = fault(&text);
            assert!(fault.contains("surprise"), "{fault}");
        }
    }

    #[test]
    fn nobody_listens_outside_the_machine_without_tls() {
        let open = LEAST.replace("127.0.0.1", "0.0.0.0");
        assert!(fault(&open).contains("needs [tls]"));
        let tls = format!("{open}[tls]\ncertificate = 'c'\nkey = 'k'\n");
        understand(&tls, Path::new("relay.toml")).unwrap();
    }

    #[test]
    fn the_operators_listener_stays_on_the_machine() {
        let open = format!("{LEAST}operator = '0.0.0.0:9090'\n");
        assert!(fault(&open).contains("loopback"));
    }

    #[test]
    fn tokens_never_stand_in_errors() {
        let text = format!("{LEAST}[[registration]]\ntoken = 'a secret!'\n");
        assert!(!fault(&text).contains("secret"));
    }
}
