//! The table of `reference/README.md` says what the reference can do; every check and flaw that it names is there.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Deserialize;
use serde_json::Value;

/// What one file of `reference/rows/` says of one feature.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    feature: String,
    claim: String,
    #[serde(default)]
    checks: Vec<String>,
    #[serde(default)]
    twins: Vec<String>,
    /// What is missing, and why.
    #[serde(default)]
    left_out: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    row: Vec<Row>,
}

/// The rows that a closed business messenger has.
const FEATURES: [&str; 38] = [
    "R01", "R02", "R03", "R04", "R05", "R06", "R07", "R10", "R11", "R12", "R13", "R14", "R15",
    "R16", "R17", "R18", "R19", "R20", "R21", "R22", "R23", "R24", "R25", "R26", "R30", "R31",
    "R32", "R40", "R41", "R42", "R43", "R44", "R45", "R46", "R47", "R48", "R49", "R50",
];

#[test]
fn every_feature_has_a_row_and_every_check_and_twin_of_a_row_exists() {
    let (checks, flaws) = (listed(&["list"]), listed(&["list", "--flaws"]));
    let rows = rows();
    let ids: Vec<&str> = rows.keys().map(String::as_str).collect();
    assert_eq!(ids, FEATURES);
    for row in rows.values().flatten() {
        for check in &row.checks {
            assert!(checks.contains(check), "{} names the check {check}", row.id);
        }
        for twin in &row.twins {
            assert!(flaws.contains(twin), "{} names the flaw {twin}", row.id);
        }
        let says_something = !row.checks.is_empty() || !row.left_out.is_empty();
        assert!(
            says_something,
            "{} has neither a check nor a reason",
            row.id
        );
    }
}

#[test]
fn the_readme_holds_the_table_of_the_rows() {
    let table = table(&rows());
    let readme = fs::read_to_string(root().join("reference/README.md")).unwrap();
    let fresh = root().join("target/rows.md");
    if !readme.contains(&table) {
        fs::create_dir_all(fresh.parent().unwrap()).unwrap();
        fs::write(&fresh, &table).unwrap();
    }
    assert!(
        readme.contains(&table),
        "put {} into reference/README.md",
        fresh.display()
    );
}

/// The rows of all files, by feature.
fn rows() -> BTreeMap<String, Vec<Row>> {
    let mut all: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("reference/rows"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let rows = toml::from_str::<Rows>(&fs::read_to_string(&file).unwrap());
        assert!(rows.is_ok(), "{}: {:?}", file.display(), rows.err());
        for row in rows.unwrap().row {
            all.entry(row.id.clone()).or_default().push(row);
        }
    }
    all
}

fn table(rows: &BTreeMap<String, Vec<Row>>) -> String {
    let mut table =
        "| row | feature | claim | checks | twins | left out |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for (id, parts) in rows {
        let join = |pick: fn(&Row) -> &str, between: &str| {
            let texts = parts.iter().map(pick).filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join(between).replace('|', "\\|")
        };
        let ids = |pick: fn(&Row) -> &Vec<String>| {
            let ids: BTreeSet<&String> = parts.iter().flat_map(pick).collect();
            ids.iter()
                .map(|id| format!("`{id}`"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        let (feature, claim, left_out) = (
            parts[0].feature.replace('|', "\\|"),
            join(|row| row.claim.as_str(), " "),
            join(|row| row.left_out.as_str(), " "),
        );
        let (checks, twins) = (ids(|row| &row.checks), ids(|row| &row.twins));
        writeln!(
            table,
            "| {id} | {feature} | {claim} | {checks} | {twins} | {left_out} |"
        )
        .unwrap();
    }
    table
}

/// The ids that a list of the program holds.
fn listed(arguments: &[&str]) -> BTreeSet<String> {
    let mut program = Command::new(env!("CARGO_BIN_EXE_pruefstand"));
    let output = program
        .args(arguments)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut ids = BTreeSet::new();
    collect(&list, &mut ids);
    ids
}

fn collect(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|item| collect(item, ids)),
        Value::Object(fields) => {
            ids.extend(fields.get("id").and_then(Value::as_str).map(str::to_owned));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
