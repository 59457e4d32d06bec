//! Who may import whom: crates by `cargo metadata`, the suite's own folders by their `crate::` paths.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use cargo_metadata::{CargoOpt, DependencyKind, MetadataCommand};

/// What each package's library or program is built from, by name.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// No package of the first column may reach one of the second, through any number of steps.
const FORBIDDEN: [(&[&str], &[&str]); 8] = [
    // The bench sees targets as processes and URLs only; `pruefstand` alone carries the reference.
    (&HARNESS, &REFERENCE),
    // Of the bench the reference knows only the driver protocol, and that in one place.
    (&["reference-client", "reference-relay"], &HARNESS),
    (
        &["reference-driver"],
        &["harness-evidence", "harness-report", "harness-suite"],
    ),
    // The client core does no I/O, and a foreign driver needs only lines.
    (&["reference-client", "harness-driver"], &IO),
    // What an organisation signs stands below all that reads it.
    (&["reference-organisation"], &HARNESS),
    (&["reference-organisation"], &IO),
    // Evidence is judged and rendered without the suite that made it, and offline.
    (&["harness-report", "harness-evidence"], &["harness-suite"]),
    (&["harness-report", "harness-evidence"], &IO),
];

const HARNESS: [&str; 5] = [
    "harness-driver",
    "harness-evidence",
    "harness-load",
    "harness-report",
    "harness-suite",
];

const REFERENCE: [&str; 6] = [
    "reference-chat",
    "reference-client",
    "reference-driver",
    "reference-organisation",
    "reference-relay",
    "reference-store",
];

/// Runtimes, sockets, TLS and everything that brings them.
const IO: [&str; 18] = [
    "async-io",
    "async-std",
    "axum",
    "curl",
    "futures-executor",
    "h2",
    "hyper",
    "mio",
    "native-tls",
    "quinn",
    "reqwest",
    "rustls",
    "smol",
    "socket2",
    "tokio",
    "tower",
    "tungstenite",
    "ureq",
];

/// The suite's folders; each imports only what stands below it. `check` holds the words that all of them share.
const ORDER: [&str; 12] = [
    "run",
    "ics",
    "plan",
    "catalogue",
    "checks",
    "check",
    "evil",
    "scene",
    "target",
    "network",
    "adversary",
    "dialect",
];

#[test]
fn packages_reach_only_what_they_may() {
    assert_eq!(forbidden_paths(&workspace()), Vec::<String>::new());
}

#[test]
fn a_forbidden_dependency_is_found_behind_an_allowed_one() {
    let mut graph = workspace();
    graph.insert("glue".to_owned(), ["tokio".to_owned()].into());
    add(&mut graph, "reference-client", "glue");
    add(&mut graph, "harness-suite", "reference-relay");
    let found = forbidden_paths(&graph);
    assert!(found.contains(&"reference-client reaches tokio".to_owned()));
    assert!(found.contains(&"harness-suite reaches reference-relay".to_owned()));
}

#[test]
fn the_suite_imports_downwards_only() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut modules = BTreeSet::new();
    let mut found = Vec::new();
    for (module, text) in files(&source, None) {
        found.extend(upward_imports(&module, &text));
        modules.insert(module);
    }
    assert_eq!(found, Vec::<String>::new());
    let ordered: BTreeSet<String> = ORDER.map(str::to_owned).into();
    assert_eq!(modules, ordered, "a folder without a place in the order");
}

#[test]
fn an_upward_import_is_found_in_every_spelling() {
    let text = "// crate::run in a comment\nuse crate::{dialect::{run, X}, scene::Scene, check::Stop};\nfn f() { crate::checks::all() }";
    assert_eq!(
        upward_imports("network", text),
        ["network imports scene", "network imports checks"]
    );
    assert_eq!(upward_imports("run", text), Vec::<String>::new());
}

/// What the workspace's packages are built from; tests and benches may use anything.
fn workspace() -> Graph {
    let metadata = MetadataCommand::new()
        .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned()])
        .exec()
        .unwrap();
    let name = |id| metadata[id].name.to_string();
    let nodes = &metadata.resolve.as_ref().unwrap().nodes;
    let mut graph = Graph::new();
    for node in nodes {
        let built_from = node.deps.iter().filter(|dependency| {
            let mut kinds = dependency.dep_kinds.iter();
            kinds.any(|kind| kind.kind != DependencyKind::Development)
        });
        // Two versions of one package share a name here, and with it what they are built from.
        let below = graph.entry(name(&node.id)).or_default();
        below.extend(built_from.map(|dependency| name(&dependency.pkg)));
    }
    graph
}

fn forbidden_paths(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for (from, to) in FORBIDDEN {
        for from in from {
            assert!(graph.contains_key(*from), "no package {from}");
            let reached = reach(graph, from);
            let forbidden = to.iter().filter(|to| reached.contains(**to));
            found.extend(forbidden.map(|to| format!("{from} reaches {to}")));
        }
    }
    found
}

fn reach<'a>(graph: &'a Graph, from: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = graph[from].iter().map(String::as_str).collect();
    while let Some(package) = open.pop() {
        if reached.insert(package) {
            open.extend(graph[package].iter().map(String::as_str));
        }
    }
    reached
}

fn add(graph: &mut Graph, from: &str, to: &str) {
    graph.get_mut(from).unwrap().insert(to.to_owned());
}

/// Every source file below a folder, with the module at the crate's root that it belongs to.
fn files(folder: &Path, module: Option<&str>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let module = module.unwrap_or(stem);
        if path.is_dir() {
            files.extend(self::files(&path, Some(module)));
        } else if path.extension().is_some_and(|kind| kind == "rs") && module != "lib" {
            files.push((module.to_owned(), fs::read_to_string(&path).unwrap()));
        }
    }
    files
}

/// The imports of a file of `module` that go upwards.
fn upward_imports(module: &str, text: &str) -> Vec<String> {
    let place = |of: &str| ORDER.iter().position(|name| *name == of);
    let own = place(module);
    let upward = |of: &&str| *of != "check" && place(of) < own;
    let imports = imports(text);
    let upward = imports.iter().map(String::as_str).filter(upward);
    upward.map(|of| format!("{module} imports {of}")).collect()
}

/// The modules at the crate's root that a source names by `crate::a` or `crate::{a, b::{c}}`.
fn imports(text: &str) -> Vec<String> {
    let code: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    for path in code.split("crate::").skip(1) {
        match path.strip_prefix('{') {
            Some(list) => found.extend(heads(list)),
            None => found.push(head(path)),
        }
    }
    found
}

/// The first names in an import list that was opened, without those in its inner lists.
fn heads(list: &str) -> Vec<String> {
    let mut depth = 0;
    let mut top = String::new();
    for sign in list.chars() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            _ if depth == 0 => top.push(sign),
            _ => {}
        }
    }
    let names = top.split(',').map(head).filter(|name| !name.is_empty());
    names.collect()
}

fn head(path: &str) -> String {
    let path = path.trim_start().chars();
    path.take_while(|sign| sign.is_alphanumeric() || *sign == '_')
        .collect()
}
