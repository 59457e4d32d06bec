//! The source checkout that fuzz targets are built from.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use harness_evidence::Build;
use serde::Deserialize;

use crate::failure::Failure;

/// The crate of the fuzz targets, below the root of a checkout.
const CRATE: &str = "fuzz";
const PACKAGE: &str = "pruefstand-fuzz";
const PROFILE: &str = "fuzz";

/// What would take the place of the flags in `fuzz/.cargo/config.toml`.
const OVERRIDES: [&str; 4] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_TARGET",
];

/// A source checkout with fuzz targets.
pub(super) struct Checkout {
    pub(super) root: PathBuf,
    names: Vec<String>,
}

/// What is read of the crate's manifest.
#[derive(Deserialize)]
struct Manifest {
    package: Package,
    #[serde(default)]
    bin: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
}

/// What is read of cargo's configuration beside it.
#[derive(Deserialize)]
struct Settings {
    build: BuildSettings,
}

#[derive(Deserialize)]
struct BuildSettings {
    #[serde(default)]
    rustflags: Vec<String>,
}

/// What is read of a message of `cargo build`.
#[derive(Deserialize)]
struct Message {
    target: Option<Package>,
    executable: Option<PathBuf>,
}

impl Checkout {
    /// The checkout that the current folder lies in.
    pub(super) fn find() -> Result<Self, Failure> {
        let here = std::env::current_dir().map_err(|reason| Failure::File {
            path: PathBuf::from("."),
            reason,
        })?;
        let found = here.ancestors().find_map(|root| {
            let text = fs::read_to_string(root.join(CRATE).join("Cargo.toml")).ok()?;
            let manifest: Manifest = toml::from_str(&text).ok()?;
            (manifest.package.name == PACKAGE).then(|| Self {
                root: root.to_owned(),
                names: manifest.bin.into_iter().map(|bin| bin.name).collect(),
            })
        });
        found.ok_or(Failure::NoCheckout)
    }

    /// The targets of these names, or all, sorted.
    pub(super) fn chosen(&self, wanted: &[String]) -> Result<Vec<String>, Failure> {
        if let Some(unknown) = wanted.iter().find(|name| !self.names.contains(name)) {
            let all = self.names.join(", ");
            return Err(Failure::Usage(format!("no fuzz target {unknown:?}: {all}")));
        }
        let chosen = match wanted {
            [] => &self.names,
            wanted => wanted,
        };
        let mut chosen = chosen.to_vec();
        chosen.sort();
        chosen.dedup();
        Ok(chosen)
    }

    /// Builds targets; the program of each by its name.
    pub(super) fn build(&self, names: &[String]) -> Result<BTreeMap<String, PathBuf>, Failure> {
        let mut cargo = self.command("cargo");
        cargo.args(["build", "--locked", "--profile", PROFILE]);
        cargo.arg("--message-format=json-render-diagnostics");
        for name in names {
            cargo.args(["--bin", name]);
        }
        let built = cargo.stderr(Stdio::inherit()).output();
        let built = built.map_err(|error| Failure::Fuzz(format!("cargo: {error}")))?;
        if !built.status.success() {
            let reason = "the fuzz targets are not built; what cargo says stands above";
            return Err(Failure::Fuzz(reason.to_owned()));
        }
        let text = String::from_utf8_lossy(&built.stdout);
        let messages = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        let programs: BTreeMap<_, _> = messages
            .filter_map(|message: Message| Some((message.target?.name, message.executable?)))
            .filter(|(name, _)| names.contains(name))
            .collect();
        match names.iter().find(|name| !programs.contains_key(*name)) {
            Some(name) => Err(Failure::Fuzz(format!("cargo names no program of {name}"))),
            None => Ok(programs),
        }
    }

    /// The compiler, as it names itself.
    pub(super) fn toolchain(&self) -> Result<String, Failure> {
        let told = self.command("rustc").arg("--version").output();
        let told = told.map_err(|error| Failure::Fuzz(format!("rustc: {error}")))?;
        Ok(String::from_utf8_lossy(&told.stdout).trim().to_owned())
    }

    /// How targets are built.
    pub(super) fn settings(&self) -> Result<Build, Failure> {
        let path = self.root.join(CRATE).join(".cargo/config.toml");
        let text = fs::read_to_string(&path).map_err(|reason| Failure::File {
            path: path.clone(),
            reason,
        })?;
        let settings: Settings = toml::from_str(&text)
            .map_err(|error| Failure::Fuzz(format!("{}: {}", path.display(), error.message())))?;
        Ok(described(settings.build.rustflags))
    }

    /// The committed corpus of a target.
    pub(super) fn corpus(&self, name: &str) -> PathBuf {
        self.root.join(CRATE).join("corpus").join(name)
    }

    /// Where new inputs of a target go: they outlive a campaign, and nobody commits them by mistake.
    pub(super) fn working_corpus(&self, name: &str) -> PathBuf {
        self.root.join("target/fuzz-corpus").join(name)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.root.join(CRATE))
            .stdin(Stdio::null());
        for name in OVERRIDES {
            command.env_remove(name);
        }
        command
    }
}

/// What the compiler's flags come to.
fn described(flags: Vec<String>) -> Build {
    let words: Vec<_> = flags
        .iter()
        .flat_map(|flag| flag.split(['=', ' ']))
        .collect();
    let after = |word: &str, next: &str| words.windows(2).any(|pair| pair == [word, next]);
    let sanitizer = flags
        .iter()
        .find_map(|flag| flag.strip_prefix("-Zsanitizer="));
    Build {
        sanitizer: sanitizer.unwrap_or("none").to_owned(),
        profile: PROFILE.to_owned(),
        cfg_fuzzing: after("--cfg", "fuzzing"),
        flags,
    }
}

/// The command that shows a crash again, from the root of a checkout.
pub(super) fn reproducing(name: &str, input: &Path) -> String {
    format!(
        "(cd {CRATE} && cargo run --locked --profile {PROFILE} --bin {name} -- {})",
        input.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_tell_sanitizer_and_cfg_in_every_spelling() {
        let of = |flags: &[&str]| described(flags.iter().map(|flag| (*flag).to_owned()).collect());
        let plain = of(&["-Ccodegen-units=1"]);
        assert_eq!(
            (plain.sanitizer.as_str(), plain.cfg_fuzzing),
            ("none", false)
        );
        let weak = of(&["-Zsanitizer=address", "--cfg", "fuzzing"]);
        assert_eq!(
            (weak.sanitizer.as_str(), weak.cfg_fuzzing),
            ("address", true)
        );
        for flag in ["--cfg=fuzzing", "--cfg fuzzing"] {
            assert!(of(&[flag]).cfg_fuzzing, "{flag}");
        }
    }
}
