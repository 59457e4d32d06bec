//! A copy of the checkout in which every mutant is woven, built once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::{
    error::Error,
    fate::{Fate, Told},
    mutant::{Id, Mutant},
    weave::{Part, weave},
};

const RUNTIME: &str = include_str!("runtime.rs");

/// The copy.
pub(crate) struct Tree<'a> {
    root: PathBuf,
    mutants: &'a [Mutant],
    sources: BTreeMap<PathBuf, String>,
    /// What is no longer woven, and why.
    dropped: BTreeMap<Id, Fate>,
}

impl<'a> Tree<'a> {
    /// Copies what is committed in `checkout` to `root`.
    ///
    /// # Errors
    ///
    /// If the copy cannot be made.
    pub(crate) fn copy(
        checkout: &Path,
        root: PathBuf,
        mutants: &'a [Mutant],
    ) -> Result<Self, Error> {
        fs::create_dir_all(&root).map_err(Error::file(&root))?;
        let failed = |words: &str| Error::Failed {
            program: "git archive | tar",
            words: words.to_owned(),
        };
        let start = |source| Error::Start {
            program: "git archive | tar",
            source,
        };
        let mut archive = Command::new("git")
            .arg("-C")
            .arg(checkout)
            .args(["archive", "HEAD"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let stream = archive.stdout.take().ok_or_else(|| failed("no stream"))?;
        let unpacked = Command::new("tar")
            .arg("-xC")
            .arg(&root)
            .stdin(stream)
            .status();
        let archived = archive.wait().map_err(start)?;
        if !unpacked.map_err(start)?.success() || !archived.success() {
            return Err(failed("see above"));
        }
        let mut sources = BTreeMap::new();
        for file in mutants
            .iter()
            .map(|mutant| &mutant.file)
            .collect::<BTreeSet<_>>()
        {
            let path = root.join(file);
            let text = fs::read_to_string(&path).map_err(Error::file(path))?;
            sources.insert(file.clone(), text);
        }
        Ok(Self {
            root,
            mutants,
            sources,
            dropped: BTreeMap::new(),
        })
    }

    /// Weaves and builds until it compiles; each round leaves out the mutants to blame. Gives what was left out.
    ///
    /// # Errors
    ///
    /// If it does not compile for another reason.
    pub(crate) fn build(mut self) -> Result<Vec<Told>, Error> {
        self.declare()?;
        for round in 1.. {
            let woven = self.write()?;
            eprintln!(
                "round {round}: {} mutants woven",
                self.mutants.len() - self.dropped.len()
            );
            let errors = self.compile()?;
            if errors.is_empty() {
                break;
            }
            if let Some(error) = errors.first() {
                eprintln!(
                    "{} errors, the first: {}",
                    errors.len(),
                    error.words.lines().next().unwrap_or_default()
                );
            }
            let known = self.dropped.len();
            for error in &errors {
                self.blame(error, &woven);
            }
            if self.dropped.len() == known {
                let first = errors.first().map(|error| error.words.clone());
                return Err(Error::NoBlame(first.unwrap_or_default()));
            }
        }
        let told = |(mutant, fate): (&Id, &Fate)| Told {
            mutant: *mutant,
            fate: *fate,
            check: None,
        };
        Ok(self.dropped.iter().map(told).collect())
    }

    /// Adds the module that says which mutant is active to each crate.
    fn declare(&mut self) -> Result<(), Error> {
        let crates: BTreeSet<PathBuf> = self
            .sources
            .keys()
            .map(|file| {
                let before = file.iter().take_while(|part| *part != "src");
                before.collect::<PathBuf>().join("src")
            })
            .collect();
        for sources in crates {
            let module = self.root.join(&sources).join("mutant.rs");
            fs::write(&module, RUNTIME).map_err(Error::file(module))?;
            let lib = sources.join("lib.rs");
            let path = self.root.join(&lib);
            let mut text = fs::read_to_string(&path).map_err(Error::file(&path))?;
            text.push_str("\nmod mutant;\n");
            fs::write(&path, &text).map_err(Error::file(&path))?;
            self.sources
                .entry(lib)
                .and_modify(|known| known.clone_from(&text));
        }
        Ok(())
    }

    fn write(&mut self) -> Result<BTreeMap<PathBuf, Vec<Part>>, Error> {
        let mut woven = BTreeMap::new();
        for (file, text) in &self.sources {
            let parsed = syn::parse_file(text).map_err(|source| Error::Source {
                path: file.clone(),
                source,
            })?;
            let here: Vec<(Id, &Mutant)> = self
                .mutants
                .iter()
                .enumerate()
                .filter(|(id, mutant)| &mutant.file == file && !self.dropped.contains_key(id))
                .collect();
            // The program's own file has no module of the library.
            let result = if file.ends_with("main.rs") {
                weave(text, &parsed, &[])
            } else {
                weave(text, &parsed, &here)
            };
            let placed: BTreeSet<Id> = result
                .parts
                .iter()
                .flat_map(|part| part.mutants.iter().copied())
                .collect();
            for (id, _) in here.iter().filter(|(id, _)| !placed.contains(id)) {
                self.dropped.insert(*id, Fate::NotWoven);
            }
            let path = self.root.join(file);
            if fs::read_to_string(&path).map_err(Error::file(&path))? != result.text {
                fs::write(&path, &result.text).map_err(Error::file(&path))?;
            }
            woven.insert(file.clone(), result.parts);
        }
        Ok(woven)
    }

    fn compile(&self) -> Result<Vec<CompileError>, Error> {
        let output = Command::new("cargo")
            .current_dir(&self.root)
            .args([
                "build",
                "--release",
                "--keep-going",
                "--bin",
                "pruefstand",
                "--message-format",
                "json",
            ])
            .stderr(Stdio::piped())
            .output()
            .map_err(|source| Error::Start {
                program: "cargo",
                source,
            })?;
        let text = String::from_utf8_lossy(&output.stdout);
        let errors: Vec<CompileError> = text.lines().filter_map(CompileError::parse).collect();
        if !output.status.success() && errors.is_empty() {
            let words = String::from_utf8_lossy(&output.stderr)
                .lines()
                .rev()
                .take(3)
                .collect::<Vec<_>>()
                .join(" | ");
            return Err(Error::Failed {
                program: "cargo",
                words,
            });
        }
        Ok(errors)
    }

    /// Leaves out the mutants to blame: those whose own text is wrong; if there are none, those whose text the error speaks of
    /// beside (it fixes a type for the rest of the function); if there are none, those around which the choice stands.
    fn blame(&mut self, error: &CompileError, woven: &BTreeMap<PathBuf, Vec<Part>>) {
        let smallest = |place: &CompilePlace| {
            let parts = woven.get(&place.file).into_iter().flatten();
            let around = parts.filter(|part| part.bytes.contains(&place.byte));
            around.min_by_key(|part| part.bytes.len())
        };
        let found = |is_primary: bool, is_text: bool| {
            let places = error.places.iter();
            let places = places.filter(move |place| place.is_primary == is_primary);
            let parts = places.filter_map(smallest);
            let ids = parts.filter(move |part| part.is_text == is_text);
            ids.flat_map(|part| part.mutants.iter().copied())
                .collect::<Vec<Id>>()
        };
        let guilty = [
            (found(true, true), Fate::Unviable),
            (found(false, true), Fate::NotWoven),
            (found(true, false), Fate::NotWoven),
        ];
        if let Some((ids, fate)) = guilty.into_iter().find(|(ids, _)| !ids.is_empty()) {
            for id in ids {
                self.dropped.entry(id).or_insert(fate);
            }
        }
    }
}

/// An error of the compiler.
struct CompileError {
    places: Vec<CompilePlace>,
    words: String,
}

/// A place that an error is about, or speaks of beside.
struct CompilePlace {
    file: PathBuf,
    byte: usize,
    is_primary: bool,
}

impl CompileError {
    fn parse(line: &str) -> Option<Self> {
        let line: Value = serde_json::from_str(line).ok()?;
        let message = line.get("message")?;
        let level = message.get("level")?.as_str()?;
        let spans = message.get("spans")?.as_array()?;
        let places: Vec<_> = spans.iter().filter_map(CompilePlace::parse).collect();
        let words = message.get("rendered")?.as_str()?.to_owned();
        // The last one only counts the others.
        (level == "error" && !places.is_empty()).then_some(Self { places, words })
    }
}

impl CompilePlace {
    fn parse(span: &Value) -> Option<Self> {
        Some(Self {
            file: span.get("file_name")?.as_str()?.into(),
            byte: usize::try_from(span.get("byte_start")?.as_u64()?).ok()?,
            is_primary: span.get("is_primary")?.as_bool()?,
        })
    }
}
