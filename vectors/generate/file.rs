//! A file of vectors while it is being made.

use std::collections::BTreeMap;

use serde::Serialize;

use super::measure;

/// One file: vectors numbered through, in groups of one class and operation.
pub(crate) struct File {
    algorithm: String,
    source: String,
    notes: BTreeMap<String, String>,
    groups: Vec<(String, String, Vec<Test>)>,
    count: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    tc_id: u32,
    comment: String,
    flags: Vec<String>,
    input: BTreeMap<&'static str, String>,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    measured: BTreeMap<String, &'static str>,
}

/// A vector before it has a number.
pub(super) struct Draft {
    pub(super) comment: String,
    pub(super) flags: Vec<String>,
    pub(super) input: Vec<(&'static str, Vec<u8>)>,
    pub(super) is_valid: bool,
    pub(super) output: Option<Vec<u8>>,
}

impl Draft {
    pub(super) fn new(comment: &str, is_valid: bool, input: &[(&'static str, &[u8])]) -> Self {
        Self {
            comment: comment.to_owned(),
            flags: Vec::new(),
            input: input
                .iter()
                .map(|(name, bytes)| (*name, bytes.to_vec()))
                .collect(),
            is_valid,
            output: None,
        }
    }

    pub(super) fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }
}

impl File {
    pub(super) fn new(algorithm: &str, source: &str) -> Self {
        Self {
            algorithm: algorithm.to_owned(),
            source: source.to_owned(),
            notes: BTreeMap::new(),
            groups: Vec::new(),
            count: 0,
        }
    }

    pub(super) fn note(mut self, flag: &str, meaning: &str) -> Self {
        self.notes.insert(flag.to_owned(), meaning.to_owned());
        self
    }

    /// Adds a group; each vector gets its number and what the library makes of it.
    pub(super) fn group(mut self, class: &str, operation: &str, drafts: Vec<Draft>) -> Self {
        let mut tests = Vec::new();
        for draft in drafts {
            self.count += 1;
            let measured = measure::measured(operation, &draft.input);
            tests.push(Test {
                tc_id: self.count,
                comment: draft.comment,
                flags: draft.flags,
                input: draft
                    .input
                    .into_iter()
                    .map(|(name, bytes)| (name, hex(&bytes)))
                    .collect(),
                result: outcome(draft.is_valid),
                output: draft.output.map(|bytes| hex(&bytes)),
                measured,
            });
        }
        self.groups
            .push((class.to_owned(), operation.to_owned(), tests));
        self
    }

    /// The text of the file, one vector a line.
    pub(crate) fn text(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).expect("text is JSON");
        let notes = serde_json::to_string_pretty(&self.notes).expect("notes are JSON");
        let groups: Vec<String> = self
            .groups
            .iter()
            .map(|(class, operation, tests)| {
                let tests: Vec<String> = tests
                    .iter()
                    .map(|test| serde_json::to_string(test).expect("tests are JSON"))
                    .collect();
                let (class, operation) = (quoted(class), quoted(operation));
                format!(
                    "{{\"class\":{class},\"operation\":{operation},\"tests\":[\n{}\n]}}",
                    tests.join(",\n")
                )
            })
            .collect();
        format!(
            "{{\n\"algorithm\":{},\n\"schema\":\"schema.json\",\n\"source\":{},\n\
             \"numberOfTests\":{},\n\"notes\":{notes},\n\"testGroups\":[\n{}\n]}}\n",
            quoted(&self.algorithm),
            quoted(&self.source),
            self.count,
            groups.join(",\n")
        )
    }
}

pub(super) fn outcome(is_valid: bool) -> &'static str {
    if is_valid { "valid" } else { "invalid" }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn unhex(text: &str) -> Vec<u8> {
    let nibble = |digit: u8| char::from(digit).to_digit(16).expect("hex digit");
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::try_from(nibble(pair[0]) << 4 | nibble(pair[1])).expect("two digits"))
        .collect()
}
