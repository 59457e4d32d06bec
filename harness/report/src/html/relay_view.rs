//! What the server can see: the fields of the requests that clients sent and that reached it.

use std::collections::BTreeMap;

use harness_evidence::{CaseResult, Entry, Exchange, Transcript};

use super::coverage::group;
use super::fields::{Fields, Nature, Seen, is_value};
use super::mark::Mark;
use crate::facts::Facts;

/// How many endpoints and fields are listed.
const ENDPOINT_LIMIT: usize = 80;
const FIELD_LIMIT: usize = 60;

/// The groups of requirements about what the server learns and keeps: metadata and privacy (MET, PRV).
const GROUPS: [&str; 2] = ["MET", "PRV"];

/// The single requirements about it in other groups: bodies, signals, the names of groups, files.
const SINGLE: [&str; 4] = ["E2E-01", "E2E-10", "GRP-08", "MED-01"];

pub(crate) struct RelayView<'a> {
    /// How many requests of clients reached the server.
    pub(crate) requests: usize,
    pub(crate) endpoints: Vec<Endpoint>,
    /// The checks that bear on what it learns.
    pub(super) checks: Vec<(&'a CaseResult, Mark)>,
}

/// A kind of request.
pub(crate) struct Endpoint {
    pub(crate) class: String,
    /// Method and path, with `…` for what differs from request to request.
    pub(crate) route: String,
    pub(crate) requests: usize,
    pub(crate) readable: usize,
    pub(crate) unreadable: usize,
    pub(crate) fields: Vec<Field>,
    /// How many fields are left out.
    pub(crate) more: usize,
}

pub(crate) struct Field {
    pub(crate) path: String,
    pub(crate) natures: Vec<(&'static str, &'static str)>,
    pub(crate) example: String,
}

/// Everything that is gathered while transcripts are read, one after the other.
#[derive(Default)]
pub(super) struct Gathered {
    requests: usize,
    endpoints: BTreeMap<(String, String, usize), Requests>,
}

#[derive(Default)]
struct Requests {
    count: usize,
    /// The parts of the path; `None` where they differ.
    path: Vec<Option<String>>,
    fields: Fields,
}

impl Gathered {
    pub(super) fn add(&mut self, transcript: &Transcript) {
        for entry in &transcript.entries {
            if let Entry::Exchange(exchange) = entry
                && is_of_a_client(exchange)
                && reached(exchange)
            {
                self.add_exchange(exchange);
            }
        }
    }

    fn add_exchange(&mut self, exchange: &Exchange) {
        let (method, target) = exchange.request.head.split_once(' ').unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let parts: Vec<_> = path.split('/').map(ToOwned::to_owned).collect();
        let key = (exchange.class.clone(), method.to_owned(), parts.len());
        let requests = self.endpoints.entry(key).or_default();
        self.requests += 1;
        requests.count += 1;
        requests.add_path(parts);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            requests.fields.add_text(&format!("?{name}"), value);
        }
        requests.fields.add("", &exchange.request.body);
    }

    pub(super) fn view(self, facts: Facts<'_>) -> RelayView<'_> {
        let natures = facts.words.relay_view.natures;
        let endpoints = self.endpoints.into_iter().take(ENDPOINT_LIMIT);
        RelayView {
            requests: self.requests,
            endpoints: endpoints
                .map(|((class, method, _), requests)| endpoint(class, &method, requests, natures))
                .collect(),
            checks: checks(facts),
        }
    }
}

impl Requests {
    fn add_path(&mut self, parts: Vec<String>) {
        if self.path.is_empty() {
            let known = |part: &String| (!is_value(part)).then(|| part.clone());
            self.path = parts.iter().map(known).collect();
        }
        let mut before = String::new();
        for (known, part) in self.path.iter_mut().zip(parts) {
            if known.as_deref() != Some(part.as_str()) {
                *known = None;
            }
            match known {
                Some(part) => before.clone_from(part),
                None => self.fields.add_text(&format!("/{before}/…"), &part),
            }
        }
    }
}

/// What the server saw in the cases on the target; `transcript` reads a transcript by its path in the record.
pub(crate) fn seen<'a>(
    facts: Facts<'a>,
    transcript: &dyn Fn(&str) -> Option<Transcript>,
) -> RelayView<'a> {
    let mut gathered = Gathered::default();
    for case in &facts.results.cases {
        let path = Some(case.transcript.as_str()).filter(|path| !path.is_empty());
        if let Some(transcript) = path.and_then(transcript) {
            gathered.add(&transcript);
        }
    }
    gathered.view(facts)
}

/// Whether the server got the request: a rule that fired and left neither a changed request nor a changed answer kept it back.
fn reached(exchange: &Exchange) -> bool {
    exchange.firings.is_empty() || exchange.forwarded.is_some() || exchange.answered.is_some()
}

/// Whoever is neither the bench nor an evil peer.
fn is_of_a_client(exchange: &Exchange) -> bool {
    let actor = exchange.actor.as_str();
    !actor.is_empty() && actor != "bench" && !actor.starts_with("evil")
}

fn endpoint(
    class: String,
    method: &str,
    requests: Requests,
    natures: [&'static str; 4],
) -> Endpoint {
    let path: Vec<_> = requests
        .path
        .iter()
        .map(|part| part.as_deref().unwrap_or("…"))
        .collect();
    let seen = requests.fields.into_seen();
    let count = |wanted: fn(&Seen) -> bool| seen.values().filter(|one| wanted(one)).count();
    let (readable, unreadable) = (
        count(|one| one.natures.contains(&Nature::Readable)),
        count(|one| !one.natures.contains(&Nature::Readable)),
    );
    let more = seen.len().saturating_sub(FIELD_LIMIT);
    let fields = seen
        .into_iter()
        .take(FIELD_LIMIT)
        .map(|(path, seen)| Field {
            path,
            natures: seen.natures.iter().map(|one| word(*one, natures)).collect(),
            example: seen.example,
        });
    Endpoint {
        class,
        route: format!("{method} {}", path.join("/")),
        requests: requests.count,
        readable,
        unreadable,
        fields: fields.collect(),
        more,
    }
}

/// Class and word of a nature.
fn word(nature: Nature, words: [&'static str; 4]) -> (&'static str, &'static str) {
    let [readable, unreadable, secret, bytes] = words;
    match nature {
        Nature::Readable => ("open", readable),
        Nature::Unreadable => ("pass", unreadable),
        Nature::Secret => ("na", secret),
        Nature::Bytes => ("na", bytes),
    }
}

fn checks(facts: Facts<'_>) -> Vec<(&CaseResult, Mark)> {
    let bears = |id: &String| GROUPS.contains(&group(id)) || SINGLE.contains(&id.as_str());
    let checks = facts.results.plan.checks.iter();
    checks
        .filter(|check| check.requirements.iter().any(bears))
        .filter_map(|check| facts.case(&check.id))
        .map(|case| (case, Mark::of(case.verdict.outcome, facts.words)))
        .collect()
}
