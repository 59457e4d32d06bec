//! The report as it stands on paper: what is said, where, and that nothing of a target is more than text.

mod chapters;
#[path = "../../../report/tests/renderings/corpus.rs"]
mod corpus;
#[path = "../../../report/tests/renderings/fixture.rs"]
mod fixture;
mod hostile;
mod paper;
mod refused;

use std::fs;
use std::ops::Deref;
use std::path::Path;

use harness_evidence::{Record, Results, json_text, sha256_hex};
use harness_report::Language;
use tempfile::TempDir;

use paper::Paper;

/// A record and the folder that it is read from.
struct Kept {
    record: Record,
    _folder: TempDir,
}

impl Deref for Kept {
    type Target = Record;

    fn deref(&self) -> &Record {
        &self.record
    }
}

/// A record on disk, with the transcripts in which a target says `said`.
fn kept(results: &Results, said: &str) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    keep(folder.path(), results, said);
    Kept {
        record: Record::open(folder.path()).unwrap(),
        _folder: folder,
    }
}

/// The manifest over a record with these results.
fn manifest(results: &Results) -> String {
    let results = sha256_hex(json_text(results).unwrap().as_bytes());
    format!("{results}  data/results.json\n")
}

fn keep(folder: &Path, results: &Results, said: &str) {
    let write = |path: String, text: String| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("data/results.json".to_owned(), json_text(results).unwrap());
    write("manifest-sha256.txt".to_owned(), manifest(results));
    for case in &results.cases {
        if let Some(transcript) = fixture::transcript(&case.transcript, said) {
            let text = json_text(&transcript).unwrap();
            write(format!("data/{}", case.transcript), text);
        }
    }
}
