//! A target of a campaign: its fuzzers one after the other until its time is over.

use std::{
    fs,
    path::{Path, PathBuf},
};

use harness_evidence::{CoveragePoint, Covered, FuzzTarget, FuzzVerdict, visible_within};

use super::{
    corpus,
    crash::{self, Found},
    fuzzer::{self, Session},
};
use crate::failure::Failure;

/// After so many different crashes a target is left.
const CRASHES_LIMIT: usize = 3;

/// The longest text that is kept of why a fuzzer did not come to its end, in characters.
const FAULT_LIMIT: usize = 300;

/// A target with everything that its fuzzers need.
pub(super) struct Subject<'a> {
    pub(super) name: &'a str,
    pub(super) program: &'a Path,
    /// The committed corpus.
    pub(super) corpus: PathBuf,
    /// Where new inputs go.
    pub(super) working: PathBuf,
    /// Where the fuzzers run and leave what they find.
    pub(super) folder: PathBuf,
    /// The campaign's folder.
    pub(super) out: &'a Path,
    pub(super) seconds: u64,
    pub(super) seed: u32,
}

/// What came of a target.
pub(super) struct Done {
    pub(super) target: FuzzTarget,
    pub(super) points: Vec<CoveragePoint>,
}

/// What its fuzzers did so far.
#[derive(Default)]
struct Sum {
    executions: u64,
    wall_ms: u64,
    cpu_ms: u64,
    start: Option<Covered>,
    end: Covered,
    points: Vec<CoveragePoint>,
    crashes: Vec<String>,
    said: Vec<String>,
    fault: String,
}

impl Subject<'_> {
    /// Where libFuzzer leaves the inputs that ended it.
    pub(super) fn artifacts(&self) -> PathBuf {
        self.folder.join("artifacts")
    }

    /// Fuzzes the target for its time; `see` hears of every status, with the crashes so far.
    pub(super) fn fuzz(&self, see: &dyn Fn(&Session, usize)) -> Result<Done, Failure> {
        let folders = [self.working.as_path(), self.corpus.as_path()];
        for folder in [self.working.clone(), self.artifacts()] {
            fs::create_dir_all(&folder).map_err(|reason| Failure::File {
                path: folder,
                reason,
            })?;
        }
        let corpus_before = corpus::state(&folders)?;
        let mut sum = Sum::default();
        let mut seed = self.seed;
        while sum.wall_ms / 1000 < self.seconds && sum.crashes.len() < CRASHES_LIMIT {
            let seconds = self.seconds - sum.wall_ms / 1000;
            let mut command = fuzzer::command(self.program, &self.folder);
            command.arg(format!("-artifact_prefix={}/", self.artifacts().display()));
            command.arg(format!("-seed={}", seed.max(1))).args(folders);
            let crashes = sum.crashes.len();
            let watch = |session: &Session| see(session, crashes);
            let session = fuzzer::run(&mut command, self.name, seconds, &watch);
            let (said, is_crash) = (session.said.clone(), session.is_crash);
            sum.add(session);
            if !is_crash || sum.said.contains(&said) {
                break;
            }
            self.crashed(&mut sum, said);
            seed = seed.wrapping_add(1);
        }
        Ok(sum.judged(self.name, corpus_before, corpus::state(&folders)?))
    }

    fn crashed(&self, sum: &mut Sum, said: String) {
        let found = Found {
            said: &said,
            executions: sum.executions,
        };
        match crash::keep(self, &found) {
            Ok(sha256) if !sum.crashes.contains(&sha256) => sum.crashes.push(sha256),
            Ok(_) => {}
            Err(failure) => sum.fault = format!("a crash is not kept: {failure}"),
        }
        sum.said.push(said);
        // What is left belongs to this crash, not to the next one.
        drop(fs::remove_dir_all(self.artifacts()));
        drop(fs::create_dir_all(self.artifacts()));
    }
}

impl Sum {
    /// Adds what a further fuzzer did: it begins at the coverage of its own corpus, so only what is more counts.
    fn add(&mut self, session: Session) {
        let (before, second) = (self.executions, self.wall_ms / 1000);
        for mut point in session.points {
            point.executions = point.executions.saturating_add(before);
            point.second = point.second.saturating_add(second);
            point.edges = point.edges.max(self.end.edges);
            point.features = point.features.max(self.end.features);
            self.points.push(point);
        }
        self.executions = self.executions.saturating_add(session.executions);
        self.wall_ms = self.wall_ms.saturating_add(session.wall_ms);
        self.cpu_ms = self.cpu_ms.saturating_add(session.cpu_ms);
        self.start = self.start.or(session.start);
        self.end = Covered {
            edges: self.end.edges.max(session.end.edges),
            features: self.end.features.max(session.end.features),
        };
        if !session.fault.is_empty() {
            self.fault = session.fault;
        }
    }

    fn judged(
        mut self,
        name: &str,
        corpus_before: harness_evidence::CorpusState,
        corpus_after: harness_evidence::CorpusState,
    ) -> Done {
        self.crashes.sort();
        let mut target = FuzzTarget {
            name: name.to_owned(),
            verdict: FuzzVerdict::Incomplete,
            fault: visible_within(&self.fault, FAULT_LIMIT),
            executions: self.executions,
            wall_ms: self.wall_ms,
            cpu_ms: self.cpu_ms,
            start: self.start.unwrap_or_default(),
            end: self.end,
            corpus_before,
            corpus_after,
            crashes: self.crashes,
        };
        target.verdict = target.judged();
        Done {
            target,
            points: self.points,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use harness_evidence::{Build, Campaign, FuzzLimits, Taken, sha256_hex};
    use tempfile::TempDir;

    use super::*;
    use crate::{fuzz::write, measurement};

    /// A program in the place of a fuzzer: it crashes at once, and has a shorter input if it is asked for one.
    const CRASHES: &str = r#"#!/bin/sh
for word; do case $word in
    -artifact_prefix=*) prefix=${word#*=} ;;
    -exact_artifact_path=*) shorter=${word#*=} ;;
esac; done
if [ -n "$shorter" ]; then printf short >"$shorter"; exit 1; fi
printf '#3\tINITED cov: 5 ft: 6\n' >&2
printf "thread 'x' (1) panicked at a.rs:1:2:\nnot held\n" >&2
printf longer >"${prefix}crash-1"
exit 77
"#;

    /// What came of a target whose fuzzer is this script, and where.
    fn fuzzed(script: &str) -> (TempDir, Done) {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        // By another process: one that this process starts elsewhere must not inherit the file while it is open for writing.
        let write = [
            "-c",
            r#"printf %s "$1" >"$2" && chmod 700 "$2""#,
            "sh",
            script,
        ];
        let mut shell = Command::new("sh");
        let written = shell.args(write).arg(place("fuzzer")).status().unwrap();
        assert!(written.success());
        measurement::create(&place("out")).unwrap();
        let subject = Subject {
            name: "wire",
            program: &place("fuzzer"),
            corpus: place("corpus"),
            working: place("working"),
            folder: place("scratch"),
            out: &place("out"),
            seconds: 60,
            seed: 0,
        };
        let done = subject.fuzz(&|_, _| {}).unwrap();
        (folder, done)
    }

    fn campaign(target: FuzzTarget) -> Campaign {
        let targets = vec![target];
        Campaign {
            format: Campaign::FORMAT,
            command: String::new(),
            tool: String::new(),
            toolchain: String::new(),
            opened: String::new(),
            closed: String::new(),
            seconds: 60,
            jobs: 1,
            seed: 0,
            build: Build {
                sanitizer: "none".to_owned(),
                profile: String::new(),
                flags: Vec::new(),
                cfg_fuzzing: false,
            },
            limits: FuzzLimits {
                max_len: 1,
                rss_mib: 1,
                timeout_s: 1,
            },
            sum: Campaign::summed(&targets),
            targets,
        }
    }

    #[test]
    fn a_crash_is_kept_once_with_its_shorter_input_and_a_record_takes_the_folder() {
        let (folder, done) = fuzzed(CRASHES);
        let target = &done.target;
        assert_eq!(target.verdict, FuzzVerdict::Crashed);
        assert_eq!(target.crashes, [sha256_hex(b"short")]);
        assert_eq!(
            target.executions, 6,
            "the second fuzzer crashed at the same place"
        );
        let out = folder.path().join("out");
        write::campaign(&out, &campaign(target.clone()), done.points.into_iter()).unwrap();
        let mut taken = Taken::default();
        taken.add(&out).unwrap();
        let fuzz = taken.measured.fuzz.unwrap();
        let repro = &fuzz.crashes.first().unwrap().repro;
        assert_eq!(
            (repro.said.as_str(), repro.minimised),
            ("a.rs:1:2: not held", true)
        );
        assert_eq!(repro.executions, 3);
    }

    #[test]
    fn a_fuzzer_that_dies_leaves_its_target_incomplete_with_the_reason() {
        let (_folder, done) = fuzzed("#!/bin/sh\nexit 3\n");
        assert_eq!(done.target.verdict, FuzzVerdict::Incomplete);
        assert!(done.target.fault.starts_with("it ended with 3 before"));
    }
}
