//! Who says so: the run's key, and keys that the reader trusts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Demands, Difference, Recheck, manifest::Files};
use crate::bag::{self, RUN_KEY, SIGNATURES, SIGNED, TAG_MANIFEST};
use crate::sign::{Checkpoint, Envelope, PublicKey};
use crate::statement::{
    PublicOpening, RUN_PREDICATE, SEAL_PREDICATE, Sealed, about, run_statement,
};
use crate::{Bundle, Chain, Results, sha256_hex};

/// The most statements that one bundle may have.
const STATEMENT_LIMIT: usize = 64;

/// A signed statement: its text, what kind, and the digest it gives of the record.
struct Said {
    line: usize,
    envelope: Envelope,
    text: String,
    kind: String,
    manifest: String,
}

impl Recheck {
    /// The run's statement is made again and compared; every other statement must be about the same record, and every signature by a known key.
    pub(super) fn signatures(
        &mut self,
        bundle: &Bundle,
        chain: &Chain,
        results: &Results,
        files: &Files,
        demands: &Demands,
    ) {
        let Some((key, opening)) = PublicOpening::of(chain) else {
            self.differences.push(Difference::NoRunKey);
            return;
        };
        let said = self.statements(bundle, &files.whole_sha256);
        let head = chain.head();
        let sealed = Sealed {
            head: &head,
            opening: &opening,
            manifest_sha256: &files.whole_sha256,
        };
        let own = run_statement(results, &sealed);
        match said.first() {
            Some(first) if first.kind == RUN_PREDICATE && first.envelope.is_signed_by(&key) => {
                if first.text != own {
                    self.differences.push(Difference::StatementDiffers);
                }
            }
            _ => self.differences.push(Difference::NotSigned),
        }
        self.known_keys(bundle, &files.all, &said, &key);
        self.checkpoints(bundle, &files.all, chain, &key);
        self.trusted(bundle, &said, demands);
    }

    fn statements(&mut self, bundle: &Bundle, whole_sha256: &str) -> Vec<Said> {
        let text = match bundle.read(SIGNATURES) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                self.differences.push(Difference::SignatureFile {
                    file: SIGNATURES.to_owned(),
                    reason: error.to_string(),
                });
                return Vec::new();
            }
        };
        let mut said = Vec::new();
        if text.lines().count() > STATEMENT_LIMIT || !text.ends_with('\n') {
            self.strange(0, "too many lines, or cut off");
            return said;
        }
        for (n, line) in text.lines().enumerate() {
            match parse(n + 1, line) {
                Ok(one) if one.manifest == whole_sha256 => said.push(one),
                Ok(_) => self.strange(n + 1, "it is about another record"),
                Err(reason) => self.strange(n + 1, &reason),
            }
        }
        let mut own = said.iter().filter(|one| one.kind == RUN_PREDICATE);
        if let Some(second) = own.nth(1) {
            self.strange(second.line, "a second statement of the run");
        }
        said
    }

    /// Every signature must be made by a key that is in the bundle; one that nobody can check is no signature.
    fn known_keys(
        &mut self,
        bundle: &Bundle,
        files: &[String],
        said: &[Said],
        run_key: &PublicKey,
    ) {
        let mut keys = vec![run_key.clone()];
        for file in files
            .iter()
            .filter(|file| file.starts_with("signatures/keys/"))
        {
            let pem = bundle.read(file).unwrap_or_default();
            let key = PublicKey::from_pem(&String::from_utf8_lossy(&pem));
            // A key's file holds its one text and nothing else, so that no byte of it can change unseen.
            match key.ok().filter(|key| key.to_pem().as_bytes() == pem) {
                Some(key) if file == RUN_KEY && key != *run_key => {
                    self.signature_file(file, "not the key in the first event")
                }
                Some(key)
                    if file == RUN_KEY || *file == format!("{SIGNED}keys/{}.pem", key.id()) =>
                {
                    keys.push(key)
                }
                _ => self.signature_file(file, "no key, or not the one of its name"),
            }
        }
        if !files.iter().any(|file| file == RUN_KEY) {
            self.signature_file(RUN_KEY, "missing");
        }
        for one in said
            .iter()
            .filter(|one| !one.envelope.is_signed_only_by(&keys))
        {
            self.strange(one.line, "a signature that no key of the bundle made");
        }
        let signers = said.first().map(|first| {
            let made = keys.iter().filter(|key| first.envelope.is_signed_by(key));
            made.map(PublicKey::id).collect::<BTreeSet<_>>()
        });
        self.signed_by = signers.unwrap_or_default().into_iter().collect();
    }

    /// Every signed head of the log must be the head of the log at that length, and the last one of its whole length.
    fn checkpoints(&mut self, bundle: &Bundle, files: &[String], chain: &Chain, key: &PublicKey) {
        let (mut whole, count) = (false, chain.head().count);
        for file in files {
            let Some(size) = bag::checkpoint_size(file) else {
                continue;
            };
            let note = bundle.read(file).unwrap_or_default();
            let said = chain.root_at(size).is_some_and(|root| {
                let head = Checkpoint::of(&self.run, size, root);
                head.is_said_by(&String::from_utf8_lossy(&note), key)
            });
            if !said {
                self.signature_file(
                    file,
                    "not the head of the log at that length, or not by the run's key",
                );
            }
            whole |= size == count;
        }
        if !whole {
            self.signature_file("signatures/checkpoints", "no signed head of the whole log");
        }
    }

    /// At least one key that the reader trusts must have signed the run's statement, and a seal over this bundle's renderings if there is one.
    fn trusted(&mut self, bundle: &Bundle, said: &[Said], demands: &Demands) {
        let tags = bundle.read(TAG_MANIFEST).map(|bytes| sha256_hex(&bytes));
        for seal in said.iter().filter(|one| one.kind == SEAL_PREDICATE) {
            let sealed = subject(&seal.text, TAG_MANIFEST);
            if sealed.is_none() || sealed != tags.as_ref().ok().cloned() {
                self.strange(seal.line, "it seals other renderings");
            }
        }
        if demands.trust.is_empty() {
            return;
        }
        let by_trusted = |one: &Said| {
            demands
                .trust
                .iter()
                .any(|key| one.envelope.is_signed_by(key))
        };
        let sealed = said
            .iter()
            .any(|one| one.kind == SEAL_PREDICATE && by_trusted(one));
        if !said.first().is_some_and(by_trusted) || !sealed {
            self.differences.push(Difference::NotTrusted);
        }
    }

    fn strange(&mut self, line: usize, reason: &str) {
        self.differences.push(Difference::StrangeStatement {
            line,
            reason: reason.to_owned(),
        });
    }

    fn signature_file(&mut self, file: &str, reason: &str) {
        self.differences.push(Difference::SignatureFile {
            file: file.to_owned(),
            reason: reason.to_owned(),
        });
    }
}

fn parse(line: usize, text: &str) -> Result<Said, String> {
    let envelope = Envelope::parse(text).map_err(|error| error.to_string())?;
    let again = envelope.line().map_err(|error| error.to_string())?;
    // One text for one envelope, so that no byte of it can change unseen.
    if again != text {
        return Err("not as the bench writes it".to_owned());
    }
    let text = envelope.statement().map_err(|error| error.to_string())?;
    let (kind, manifest) = about(&text).ok_or("no statement about a record")?;
    Ok(Said {
        line,
        envelope,
        text,
        kind,
        manifest,
    })
}

/// The digest that a statement gives of a file.
fn subject(text: &str, name: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let subjects = value.get("subject")?.as_array()?;
    let named = subjects
        .iter()
        .find(|subject| subject.get("name").and_then(Value::as_str) == Some(name))?;
    Some(named.pointer("/digest/sha256")?.as_str()?.to_owned())
}
