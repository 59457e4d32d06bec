//! What renderings need of the transcripts, so that each is read once for all of them.

use std::collections::BTreeMap;

use harness_evidence::{Results, Transcript};

use super::DETAIL_LIMIT;
use super::relay_view::Gathered;
use crate::Language;
use crate::facts::Facts;

pub(crate) struct Transcripts {
    /// What the server saw in all cases on the target.
    pub(crate) gathered: Gathered,
    /// Those of the worst failures, which are shown in detail, by check.
    pub(super) detailed: BTreeMap<String, Transcript>,
}

impl Transcripts {
    /// Reads the transcript of every case on the target; `transcript` reads one by its path in the record.
    pub(crate) fn read(results: &Results, transcript: &dyn Fn(&str) -> Option<Transcript>) -> Self {
        let failed = Facts::new(results, Language::En.words()).failed();
        let failed = failed.iter().take(DETAIL_LIMIT);
        let detailed: Vec<_> = failed.map(|case| &case.check).collect();
        let mut read = Self {
            gathered: Gathered::default(),
            detailed: BTreeMap::new(),
        };
        for case in &results.cases {
            let path = Some(case.transcript.as_str()).filter(|path| !path.is_empty());
            if let Some(transcript) = path.and_then(transcript) {
                read.gathered.add(&transcript);
                if detailed.contains(&&case.check) {
                    read.detailed.insert(case.check.clone(), transcript);
                }
            }
        }
        read
    }
}
