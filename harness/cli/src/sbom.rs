//! `sbom`: what this program is made of, as CycloneDX 1.6, from the lock file that it was built with.
//!
//! Left out is what only tests need. Dependencies of a feature that is off stay in: the lock file does not tell them apart.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write as _,
};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::failure::{Failure, PASSED};

const LOCK: &str = include_str!("../../../Cargo.lock");

/// The manifests of the workspace's packages, for the lock file names their test dependencies too.
const MANIFESTS: [&str; 15] = [
    include_str!("../Cargo.toml"),
    include_str!("../../driver/Cargo.toml"),
    include_str!("../../evidence/Cargo.toml"),
    include_str!("../../load/Cargo.toml"),
    include_str!("../../report/Cargo.toml"),
    include_str!("../../suite/Cargo.toml"),
    include_str!("../../../reference/chat/Cargo.toml"),
    include_str!("../../../reference/client/Cargo.toml"),
    include_str!("../../../reference/conduct/Cargo.toml"),
    include_str!("../../../reference/driver/Cargo.toml"),
    include_str!("../../../reference/organisation/Cargo.toml"),
    include_str!("../../../reference/relay/Cargo.toml"),
    include_str!("../../../reference/store/Cargo.toml"),
    include_str!("../../../vectors/Cargo.toml"),
    include_str!("../../../vectors/runners/vodozemac/Cargo.toml"),
];

/// Prints it.
pub(crate) fn sbom() -> Result<u8, Failure> {
    write!(anstream::stdout(), "{}", text()?)?;
    Ok(PASSED)
}

/// The document, indented.
pub(crate) fn text() -> Result<String, Failure> {
    let unreadable = |error: toml::de::Error| Failure::Usage(format!("the lock file: {error}"));
    let lock: Lock = toml::from_str(LOCK).map_err(unreadable)?;
    let manifests: Vec<Manifest> = MANIFESTS
        .into_iter()
        .map(toml::from_str)
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    let bill = bill(&lock, &manifests);
    let text = serde_json::to_string_pretty(&bill).unwrap_or_default();
    Ok(text + "\n")
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

/// The packages of a lock file: several versions may have one name.
type ByName<'a> = BTreeMap<&'a str, Vec<&'a Package>>;

impl Lock {
    fn by_name(&self) -> ByName<'_> {
        let mut named = ByName::new();
        for package in &self.package {
            named.entry(&package.name).or_default().push(package);
        }
        named
    }
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// Absent for a package of the workspace.
    source: Option<String>,
    /// SHA-256 of what the registry gave, hex.
    checksum: Option<String>,
    /// `name`, or `name version` where there are several.
    #[serde(default)]
    dependencies: Vec<String>,
}

#[derive(Deserialize)]
struct Manifest {
    package: Named,
    #[serde(default)]
    dependencies: BTreeMap<String, toml::Value>,
    #[serde(default, rename = "build-dependencies")]
    build: BTreeMap<String, toml::Value>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Package {
    /// The package URL, unique in a lock file.
    fn url(&self) -> String {
        format!("pkg:cargo/{}@{}", self.name, self.version)
    }

    /// Whether a dependency of the lock file means this package.
    fn is(&self, dependency: &str) -> bool {
        let mut words = dependency.split(' ');
        words.next() == Some(&self.name) && words.next().is_none_or(|wanted| wanted == self.version)
    }

    fn component(&self) -> Value {
        let mut component = json!({
            "type": "library",
            "bom-ref": self.url(),
            "name": self.name,
            "version": self.version,
            "purl": self.url(),
        });
        if let (Some(checksum), Some(fields)) = (&self.checksum, component.as_object_mut()) {
            let hashes = json!([{"alg": "SHA-256", "content": checksum}]);
            fields.insert("hashes".to_owned(), hashes);
        }
        component
    }
}

fn bill(lock: &Lock, manifests: &[Manifest]) -> Value {
    let root = env!("CARGO_PKG_NAME");
    let by_name = lock.by_name();
    let mut reached = BTreeMap::new();
    let mut open: Vec<_> = lock.package.iter().filter(|one| one.name == root).collect();
    while let Some(package) = open.pop() {
        if reached.contains_key(&package.url()) {
            continue;
        }
        let needed = needed(package, &by_name, manifests);
        open.extend(&needed);
        reached.insert(package.url(), (package, needed));
    }
    let others = reached.values().filter(|(package, _)| package.name != root);
    let depends = |(url, (_, needed)): (&String, &(&Package, Vec<&Package>))| {
        let on: BTreeSet<_> = needed.iter().map(|package| package.url()).collect();
        json!({"ref": url, "dependsOn": on})
    };
    let url = format!("pkg:cargo/{root}@{}", env!("CARGO_PKG_VERSION"));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {
            "type": "application", "bom-ref": url, "name": root, "version": env!("CARGO_PKG_VERSION"), "purl": url,
        }},
        "components": others.map(|(package, _)| package.component()).collect::<Vec<_>>(),
        "dependencies": reached.iter().map(depends).collect::<Vec<_>>(),
    })
}

/// What a package needs to be built and to run.
fn needed<'a>(package: &Package, by_name: &ByName<'a>, manifests: &[Manifest]) -> Vec<&'a Package> {
    let own = manifests
        .iter()
        .filter(|_| package.source.is_none())
        .find(|manifest| manifest.package.name == package.name);
    let for_tests = |name: &str| {
        own.is_some_and(|own| !own.dependencies.contains_key(name) && !own.build.contains_key(name))
    };
    let found = package.dependencies.iter().filter_map(|dependency| {
        let name = dependency.split(' ').next().unwrap_or_default();
        let named = by_name.get(name).filter(|_| !for_tests(name))?;
        named.iter().find(|one| one.is(dependency)).copied()
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bill_is_closed_and_without_what_only_tests_need() {
        let bill: Value = serde_json::from_str(&text().unwrap()).unwrap();
        let names: Vec<_> = bill["components"].as_array().unwrap().iter().collect();
        let has = |name: &str| names.iter().any(|one| one["name"] == name);
        assert!(has("vodozemac") && has("reference-relay") && has("clap"));
        assert!(!has("insta") && !has("proptest") && !has("libfuzzer-sys"));
        for depends in bill["dependencies"].as_array().unwrap() {
            for on in depends["dependsOn"].as_array().unwrap() {
                assert!(names.iter().any(|one| one["bom-ref"] == *on), "{on}");
            }
        }
        let foreign = names.iter().filter(|one| one.get("hashes").is_some());
        assert!(foreign.count() > 100);
    }

    #[test]
    fn every_package_of_the_workspace_has_its_manifest_here() {
        let bill: Value = serde_json::from_str(&text().unwrap()).unwrap();
        for own in bill["components"].as_array().unwrap() {
            if own.get("hashes").is_none() {
                let name = format!("name = {}", own["name"]);
                let known = MANIFESTS.iter().any(|manifest| manifest.contains(&name));
                assert!(known, "{name}");
            }
        }
    }
}
