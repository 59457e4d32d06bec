//! The manifest as it is written, and what must hold of it.

use std::path::{Path, PathBuf};

use harness_evidence::{MakerClaim, sha256_hex};
use serde::Deserialize;

use super::{
    AccountSource, ClientSpec, Deviation, Manifest, OrganisationSpec, Reach, RelaySpec,
    statement::{Statement, declared},
};
use crate::target::{
    Patience, TargetError, address::check_address, command::unknown_place, file::parse_toml,
};

/// The most artefacts that one manifest names.
const ARTEFACTS_LIMIT: usize = 32;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default)]
    artefacts: Vec<String>,
    #[serde(default)]
    claims: Vec<String>,
    #[serde(default)]
    claim: Vec<MakerClaim>,
    ics: Option<Statement>,
    relay: WrittenRelay,
    client: Option<ClientSpec>,
    #[serde(default)]
    deviation: Vec<Deviation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRelay {
    start: Option<Vec<String>>,
    ready: Option<Ready>,
    url: Option<String>,
    #[serde(default)]
    allow_remote: bool,
    patience_seconds: Option<Patience>,
    #[serde(default)]
    store: Vec<String>,
    #[serde(default)]
    log: Vec<String>,
    #[serde(default)]
    offers: Vec<String>,
    accounts: AccountSource,
    organisation: Option<OrganisationSpec>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ready {
    Stdout,
    Http,
}

/// The manifest in `text`.
pub(super) fn understand(text: &str, path: &Path, root: PathBuf) -> Result<Manifest, TargetError> {
    let malformed = |reason: String| TargetError::Malformed {
        path: path.to_owned(),
        reason,
    };
    let Written {
        name,
        artefacts,
        claims,
        claim,
        ics,
        relay,
        client,
        deviation,
    } = parse_toml(text, path)?;
    if name.trim().is_empty() {
        return Err(malformed("name is empty".to_owned()));
    }
    let claims_something = !claims.is_empty() || !claim.is_empty();
    let ics = declared(ics, claims_something).map_err(malformed)?;
    check_artefacts(&artefacts, &relay).map_err(malformed)?;
    check_commands(&relay, client.as_ref()).map_err(malformed)?;
    let reach = reach(relay.start, relay.url, relay.ready)
        .map_err(|reason| malformed(reason.to_owned()))?;
    if let Reach::Url(url) | Reach::Answering { url, .. } = &reach {
        check_address(url, relay.allow_remote)?;
    }
    let relay = RelaySpec {
        reach,
        allow_remote: relay.allow_remote,
        patience: relay.patience_seconds.unwrap_or(Patience::RELAY),
        store: relay.store,
        log: relay.log,
        offers: relay.offers,
        accounts: relay.accounts,
        organisation: relay.organisation,
    };
    Ok(Manifest {
        name,
        artefacts,
        sha256: sha256_hex(text.as_bytes()),
        relay,
        client,
        claims: claims.into_iter().map(unmapped).chain(claim).collect(),
        ics,
        deviations: deviation,
        root,
    })
}

/// A claim of which the manifest does not say what must hold for it.
fn unmapped(text: String) -> MakerClaim {
    MakerClaim {
        text,
        requirements: Vec::new(),
    }
}

/// Checks that what is to be measured can lie where it is named, and is what the bench will start.
fn check_artefacts(artefacts: &[String], relay: &WrittenRelay) -> Result<(), String> {
    if artefacts.len() > ARTEFACTS_LIMIT {
        return Err(format!("more than {ARTEFACTS_LIMIT} artefacts"));
    }
    if !artefacts.is_empty() && relay.start.is_none() {
        return Err("artefacts are measured of a relay that the bench starts".to_owned());
    }
    let unknown = |word: &&String| unknown_place(word).is_some() || word.contains("{dir}");
    match artefacts.iter().find(unknown) {
        Some(word) => Err(format!(
            "artefact {word:?}: {{pruefstand}} and {{root}} are known"
        )),
        None => Ok(()),
    }
}

/// Checks that every command names a program and no place that nobody knows.
fn check_commands(relay: &WrittenRelay, client: Option<&ClientSpec>) -> Result<(), String> {
    if client.is_some_and(|client| client.drive.is_empty()) {
        return Err("client.drive names no program".to_owned());
    }
    let organised = relay.organisation.as_ref();
    if organised.is_some_and(|organised| organised.start.is_empty()) {
        return Err("relay.organisation.start names no program".to_owned());
    }
    let drive = client.iter().flat_map(|client| {
        let more = client.loudest.iter().chain(&client.log);
        client.drive.iter().chain(more)
    });
    let organised = organised.iter().flat_map(|organised| &organised.start);
    let mut words = relay
        .start
        .iter()
        .flatten()
        .chain(&relay.store)
        .chain(&relay.log)
        .chain(organised)
        .chain(drive);
    match words.find_map(|word| unknown_place(word)) {
        Some(place) => Err(format!(
            "{{{place}}} is not one of {{pruefstand}}, {{dir}}, {{root}}"
        )),
        None => Ok(()),
    }
}

fn reach(
    start: Option<Vec<String>>,
    url: Option<String>,
    ready: Option<Ready>,
) -> Result<Reach, &'static str> {
    match (start, url, ready) {
        (Some(start), _, _) if start.is_empty() => Err("relay.start names no program"),
        (Some(start), None, None | Some(Ready::Stdout)) => Ok(Reach::Announced { start }),
        (Some(start), Some(url), Some(Ready::Http)) => Ok(Reach::Answering { start, url }),
        (None, Some(url), None) => Ok(Reach::Url(url)),
        (None, None, _) => Err("relay needs start or url"),
        (None, Some(_), Some(_)) => Err("relay.ready is for a relay with start"),
        (Some(_), None, Some(Ready::Http)) => Err("relay.ready = \"http\" needs relay.url"),
        (Some(_), Some(_), None | Some(Ready::Stdout)) => {
            Err("relay.url beside relay.start is for ready = \"http\"")
        }
    }
}
