//! The shape of a file (`schema.json`), read strictly: an unknown member is an error.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Measured, Note, Outcome, Stage};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct File<'a> {
    #[serde(rename = "algorithm")]
    pub(crate) _algorithm: String,
    #[serde(rename = "schema")]
    pub(crate) _schema: String,
    pub(crate) source: String,
    pub(crate) number_of_tests: usize,
    pub(crate) notes: BTreeMap<String, Note>,
    #[serde(borrow)]
    pub(crate) test_groups: Vec<Group<'a>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Group<'a> {
    pub(crate) class: String,
    pub(crate) operation: String,
    /// What all tests of the group have in common.
    #[serde(default)]
    pub(crate) input: BTreeMap<String, String>,
    /// Read one by one, so that a fault names its test.
    #[serde(borrow)]
    pub(crate) tests: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Test {
    pub(crate) tc_id: u32,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    pub(crate) input: BTreeMap<String, String>,
    pub(crate) result: Outcome,
    pub(crate) stage: Option<Stage>,
    pub(crate) twin: Option<u32>,
    pub(crate) output: Option<String>,
    #[serde(default)]
    pub(crate) measured: BTreeMap<String, Measured>,
}

/// The number of a test whatever else is wrong with it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Numbered {
    pub(crate) tc_id: u32,
}
