//! The shape of a file (`schema.json`), read strictly: an unknown member is an error.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::Outcome;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct File {
    #[serde(rename = "algorithm")]
    pub(crate) _algorithm: String,
    #[serde(rename = "schema")]
    pub(crate) _schema: String,
    pub(crate) source: String,
    pub(crate) number_of_tests: usize,
    pub(crate) notes: BTreeMap<String, String>,
    pub(crate) test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Group {
    pub(crate) class: String,
    pub(crate) operation: String,
    pub(crate) tests: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Test {
    pub(crate) tc_id: u32,
    pub(crate) comment: String,
    pub(crate) flags: Vec<String>,
    pub(crate) input: BTreeMap<String, String>,
    pub(crate) result: Outcome,
    pub(crate) output: Option<String>,
    pub(crate) measured: BTreeMap<String, Outcome>,
}
