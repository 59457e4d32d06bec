//! What stays of a part in the merged record: its plan, its log, its results, and the statement that its own key signed over them.

use std::collections::{BTreeMap, BTreeSet};

use crate::bag::{self, MANIFEST, SIGNATURES};
use crate::folder::{CLOSED, EVENTS, OPENED, PLAN, REDACTIONS, RESULTS, check_id};
use crate::logged::Logged;
use crate::sign::Envelope;
use crate::statement::{PublicOpening, Sealed, run_statement};
use crate::{Bundle, CaseRecord, Chain, MergedShard, Plan, Results, Shard, read_chain, sha256_hex};

/// Where parts stand in a merged record.
const PARTS: &str = "data/shards";

/// What is kept of a part's record, and under which name.
const RECORD: [(&str, &str); 4] = [
    (PLAN, "plan.json"),
    (EVENTS, "events.jsonl"),
    (RESULTS, "results.json"),
    (REDACTIONS, "redactions.json"),
];
const KEPT_MANIFEST: &str = "manifest-sha256.txt";
const KEPT_STATEMENT: &str = "statement.intoto.jsonl";

/// A part whose statement, plan, log and results belong together.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) shard: Shard,
    pub(crate) plan: Plan,
    pub(crate) results: Results,
    pub(crate) nonce: Option<String>,
    pub(crate) cases: Vec<CaseRecord>,
    pub(crate) asked: BTreeMap<String, BTreeSet<String>>,
    /// SHA-256 of the manifest over its record, hex.
    pub(crate) manifest: String,
    /// The files that a merged record keeps of it, by the path that they have there.
    pub(crate) kept: Vec<(String, Vec<u8>)>,
}

impl Part {
    /// Reads a part from its own bundle.
    ///
    /// # Errors
    /// Why it is none, or does not belong together.
    pub(crate) fn of_bundle(bundle: &Bundle) -> Result<Self, String> {
        let mut part = Self::read(bundle, &|own, _kept| own.to_owned())?;
        for (path, _bytes) in &mut part.kept {
            *path = kept_path(&part.plan.run, path);
        }
        Ok(part)
    }

    /// Reads a part from the record that it was merged into.
    ///
    /// # Errors
    /// Why it is none, or not the one that was merged.
    pub(crate) fn of_merged(bundle: &Bundle, merged: &MergedShard) -> Result<Self, String> {
        let part = Self::read(bundle, &|_own, kept| kept_path(&merged.run, kept))?;
        if part.identity() != *merged {
            return Err("not the part that the plan names".to_owned());
        }
        Ok(part)
    }

    /// As the plan of the merged record names it.
    pub(crate) fn identity(&self) -> MergedShard {
        MergedShard {
            shard: self.shard,
            run: self.plan.run.clone(),
            manifest: self.manifest.clone(),
        }
    }

    /// `place` tells where a file lies, from its path in a part's own bundle and its name in a merged record.
    fn read(bundle: &Bundle, place: &dyn Fn(&str, &str) -> String) -> Result<Self, String> {
        let read = |own: &str, kept: &str| {
            let path = place(own, kept);
            bundle
                .read(&path)
                .map_err(|error| format!("{path}: {error}"))
        };
        let manifest = read(MANIFEST, KEPT_MANIFEST)?;
        let listed = listed(&manifest)?;
        let mut kept = Vec::new();
        for (own, name) in RECORD {
            let bytes = read(own, name)?;
            if listed.get(own) != Some(&sha256_hex(&bytes)) {
                return Err(format!("{own}: not the file in its manifest"));
            }
            kept.push((name.to_owned(), bytes));
        }
        let statement = first_line(&read(SIGNATURES, KEPT_STATEMENT)?)?;
        let part = Self::understood(&kept, &statement, sha256_hex(&manifest))?;
        kept.push((KEPT_MANIFEST.to_owned(), manifest));
        kept.push((KEPT_STATEMENT.to_owned(), (statement + "\n").into_bytes()));
        Ok(Self { kept, ..part })
    }

    fn understood(
        files: &[(String, Vec<u8>)],
        statement: &str,
        manifest: String,
    ) -> Result<Self, String> {
        let [(_, plan_json), (_, log), (_, results_json), _] = files else {
            return Err("files are missing".to_owned());
        };
        let of = |file: &str, error: &dyn std::fmt::Display| format!("{file}: {error}");
        let plan: Plan = serde_json::from_slice(plan_json).map_err(|error| of(PLAN, &error))?;
        let results: Results =
            serde_json::from_slice(results_json).map_err(|error| of(RESULTS, &error))?;
        let chain = read_chain(log.as_slice()).map_err(|error| of(EVENTS, &error))?;
        ends(&chain, &sha256_hex(plan_json), &sha256_hex(results_json))?;
        let nonce = signed(&chain, &results, statement, &manifest)?;
        // Its id becomes the name of a folder.
        check_id(&plan.run).map_err(|error| error.to_string())?;
        let (logged, faults) = Logged::read(&chain.events);
        if let Some(fault) = faults.first() {
            return Err(fault.to_string());
        }
        if results.opened != logged.opened {
            return Err(format!(
                "{RESULTS}: opened at another time than {EVENTS} says"
            ));
        }
        let shard = plan.shard.filter(|_| plan.merged.is_empty());
        Ok(Self {
            shard: shard.ok_or("it is no part of a run; `pruefstand run --shard` makes one")?,
            cases: logged.cases,
            asked: logged.asked,
            plan,
            results,
            nonce,
            manifest,
            kept: Vec::new(),
        })
    }
}

fn kept_path(run: &str, name: &str) -> String {
    format!("{PARTS}/{run}/{name}")
}

/// Digests by path. A part's record holds nothing that a merged one would lose.
fn listed(manifest: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let text = String::from_utf8_lossy(manifest);
    let mut lines = BTreeMap::new();
    for line in text.lines() {
        let (sha256, path) = bag::parse_line(line).ok_or("its manifest has a line that is none")?;
        let known = RECORD.iter().any(|(own, _kept)| *own == path)
            || path.starts_with("data/cases/")
            || path.starts_with("data/environment/");
        if !known {
            return Err(format!("{path}: a merge would lose it"));
        }
        lines.insert(path.to_owned(), sha256.to_owned());
    }
    Ok(lines)
}

fn first_line(signatures: &[u8]) -> Result<String, String> {
    let text = String::from_utf8_lossy(signatures);
    let line = text.lines().next().ok_or("no signed statement")?;
    Ok(line.to_owned())
}

/// The first event names the plan and the last one the results of a run that came to its end.
fn ends(chain: &Chain, plan: &str, results: &str) -> Result<(), String> {
    let ends = [
        (chain.events.first(), OPENED, "plan", plan),
        (chain.events.last(), CLOSED, "results", results),
    ];
    for (event, kind, field, digest) in ends {
        let named = event.filter(|event| event.kind == kind);
        let named = named.and_then(|event| event.body.get(field)?.as_str());
        if named != Some(digest) {
            return Err(format!(
                "{EVENTS}: no {kind} with the digest of its {field}"
            ));
        }
    }
    Ok(())
}

/// The part's own key has signed what its record comes to; the nonce that the part was opened with.
fn signed(
    chain: &Chain,
    results: &Results,
    statement: &str,
    manifest: &str,
) -> Result<Option<String>, String> {
    let (key, opening) = PublicOpening::of(chain).ok_or("its first event names no key")?;
    let envelope = Envelope::parse(statement).map_err(|error| error.to_string())?;
    let sealed = Sealed {
        head: &chain.head(),
        opening: &opening,
        manifest_sha256: manifest,
    };
    let text = envelope.statement().map_err(|error| error.to_string())?;
    if !envelope.is_signed_by(&key) || text != run_statement(results, &sealed) {
        return Err(
            "its statement does not follow from its record, or its key did not sign it".to_owned(),
        );
    }
    Ok(opening.nonce)
}
