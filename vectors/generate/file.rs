//! A file of vectors while it is being made.

use std::collections::BTreeMap;

use pruefstand_vectors::{BugType, Measured, Note, Outcome, Stage};
use serde::Serialize;

use super::{draft::Draft, measure::Measurements};

/// One file: vectors numbered through, in groups of one class and operation.
pub(crate) struct File {
    algorithm: String,
    source: String,
    notes: BTreeMap<String, Note>,
    groups: Vec<Group>,
    count: u32,
    /// The last valid vector of each class and operation.
    valid: BTreeMap<(String, String), u32>,
}

struct Group {
    class: String,
    operation: String,
    input: BTreeMap<&'static str, String>,
    tests: Vec<Test>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    tc_id: u32,
    comment: String,
    flags: Vec<String>,
    input: BTreeMap<&'static str, String>,
    result: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<Stage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    twin: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
}

/// A test as it is written.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    test: &'a Test,
    measured: BTreeMap<String, Measured>,
}

impl File {
    pub(super) fn new(algorithm: &str, source: &str) -> Self {
        Self {
            algorithm: algorithm.to_owned(),
            source: source.to_owned(),
            notes: BTreeMap::new(),
            groups: Vec::new(),
            count: 0,
            valid: BTreeMap::new(),
        }
    }

    /// Explains a flag: the kind of fault, what the vector is about, and where that is said.
    pub(super) fn note(self, flag: &str, bug_type: BugType, about: &str, source: &str) -> Self {
        self.explain(
            flag,
            Note {
                bug_type,
                description: about.to_owned(),
                effect: None,
                source: source.to_owned(),
            },
        )
    }

    pub(super) fn explain(mut self, flag: &str, note: Note) -> Self {
        self.notes.insert(flag.to_owned(), note);
        self
    }

    /// Adds a group: each vector gets its number and its twin; what all of them have in common is
    /// said once.
    pub(super) fn group(mut self, class: &str, operation: &str, drafts: Vec<Draft>) -> Self {
        let first = self.count + 1;
        let kind = (class.to_owned(), operation.to_owned());
        let twins = twins(first, &drafts, self.valid.get(&kind).copied());
        let valid = (first..).zip(&drafts);
        let valid = valid.filter(|(_, draft)| draft.stage.is_none()).last();
        self.valid.extend(valid.map(|(number, _)| (kind, number)));
        let common = common(&drafts);
        let tests = drafts.into_iter().zip(twins).zip(first..);
        let tests: Vec<Test> = tests
            .map(|((draft, twin), number)| test(number, twin, draft, &common))
            .collect();
        self.count += u32::try_from(tests.len()).expect("a file holds fewer than 2^32 vectors");
        self.groups.push(Group {
            class: class.to_owned(),
            operation: operation.to_owned(),
            input: common,
            tests,
        });
        self
    }

    /// The text of the file, one vector a line.
    pub(crate) fn text(&self, measurements: &Measurements) -> String {
        let notes = serde_json::to_string_pretty(&self.notes).expect("notes are JSON");
        let groups: Vec<String> = self
            .groups
            .iter()
            .map(|group| group.text(measurements))
            .collect();
        format!(
            "{{\n\"algorithm\":{},\n\"schema\":\"schema.json\",\n\"source\":{},\n\
             \"numberOfTests\":{},\n\"notes\":{notes},\n\"testGroups\":[\n{}\n]}}\n",
            json(&self.algorithm),
            json(&self.source),
            self.count,
            groups.join(",\n")
        )
    }
}

impl Group {
    fn text(&self, measurements: &Measurements) -> String {
        let line = |test: &Test| {
            let all = self.input.iter().chain(&test.input);
            let all = all.map(|(name, hex)| ((*name).to_owned(), hex.clone()));
            let measured = measurements.of(&(self.operation.clone(), all.collect()));
            json(&Line { test, measured })
        };
        let tests: Vec<String> = self.tests.iter().map(line).collect();
        let input = match self.input.is_empty() {
            true => String::new(),
            false => format!("\"input\":{},", json(&self.input)),
        };
        format!(
            "{{\"class\":{},\"operation\":{},{input}\"tests\":[\n{}\n]}}",
            json(&self.class),
            json(&self.operation),
            tests.join(",\n")
        )
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("numbers, text and maps of text are JSON")
}

fn test(
    number: u32,
    twin: Option<u32>,
    draft: Draft,
    common: &BTreeMap<&'static str, String>,
) -> Test {
    let own = draft.input.into_iter();
    let own = own.filter(|(name, _)| !common.contains_key(name));
    Test {
        tc_id: number,
        comment: draft.comment,
        flags: draft.flags,
        input: own.map(|(name, bytes)| (name, hex(&bytes))).collect(),
        result: match draft.stage {
            None => Outcome::Valid,
            Some(_) => Outcome::Invalid,
        },
        stage: draft.stage,
        twin,
        output: draft.output.map(|bytes| hex(&bytes)),
    }
}

/// The twin of each draft: the valid one before it, or the first valid one of the group, or the one
/// of an earlier group.
fn twins(first: u32, drafts: &[Draft], earlier: Option<u32>) -> Vec<Option<u32>> {
    let mut valid = (first..)
        .zip(drafts)
        .find_map(|(number, draft)| draft.stage.is_none().then_some(number))
        .or(earlier);
    (first..)
        .zip(drafts)
        .map(|(number, draft)| match draft.stage {
            Some(_) => Some(valid.unwrap_or_else(|| panic!("{}: no twin", draft.comment))),
            None => {
                valid = Some(number);
                None
            }
        })
        .collect()
}

/// The inputs that all drafts of a group have in common, if there are several.
fn common(drafts: &[Draft]) -> BTreeMap<&'static str, String> {
    let [first, others @ ..] = drafts else {
        return BTreeMap::new();
    };
    let is_common = |input: &&(&'static str, Vec<u8>)| {
        !others.is_empty() && others.iter().all(|draft| draft.input.contains(input))
    };
    let inputs = first.input.iter().filter(is_common);
    inputs.map(|(name, bytes)| (*name, hex(bytes))).collect()
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
