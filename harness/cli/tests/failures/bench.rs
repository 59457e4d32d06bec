//! The program in a folder of its own, and what it left behind.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// The check that most runs here select: quick, and of the client.
pub(crate) const CHECK: &str = "megolm-replay";

/// Another one.
pub(crate) const OTHER: &str = "megolm-cross-room";

/// The relay of a manifest: the reference.
pub(crate) const RELAY: &str = r#"
start = [
    "{pruefstand}", "reference", "relay", "--listen", "127.0.0.1:0", "--store", "{dir}/store",
    "--log", "{dir}/relay.log", "--registration-token", "bench:1000000",
]
accounts = { method = "registration_token", token = "bench" }
"#;

/// The client of a manifest: the reference.
pub(crate) const CLIENT: &str = r#"drive = ["{pruefstand}", "reference", "client"]"#;

/// A folder to run in.
pub(crate) struct Bench {
    folder: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and tells its path as an argument.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Writes a manifest with these tables.
    pub(crate) fn manifest(&self, relay: &str, client: &str) -> String {
        let text = format!("name = \"under test\"\n[relay]\n{relay}\n[client]\n{client}\n");
        self.write("target.toml", &text)
    }

    /// A manifest whose driver is the reference's, but for `trouble`: shell code that runs when the first call of a case comes
    /// by. On its file descriptor 3 it speaks as the driver; `$PPID` is the bench, and `$1` a folder to keep things in.
    pub(crate) fn manifest_with_trouble(&self, relay: &str, trouble: &str) -> String {
        let script = format!(
            "exec 3>&1\n\
             while IFS= read -r line; do\n\
             case $line in *'\"case.begin\"'*) {trouble} ;; esac\n\
             printf '%s\\n' \"$line\"\n\
             done | \"$0\" reference client"
        );
        let words = [
            "sh",
            "-c",
            &script,
            "{pruefstand}",
            self.folder.path().to_str().unwrap(),
        ];
        // Only the shell's own braces could be taken for a place of the manifest, and there are none.
        self.manifest(relay, &format!("drive = {}", toml_words(&words)))
    }

    /// The program with these arguments, in this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pruefstand"));
        self.prepare(&mut command);
        command.args(arguments);
        command
    }

    /// A shell script in this folder; `$0` is the program.
    pub(crate) fn shell(&self, script: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("sh");
        self.prepare(&mut command);
        command
            .args(["-c", script, env!("CARGO_BIN_EXE_pruefstand")])
            .args(arguments);
        command
    }

    fn prepare(&self, command: &mut Command) {
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.command(arguments).output().unwrap())
    }

    /// Audits with the one check, without twins.
    pub(crate) fn audit(&self, manifest: &str) -> Ended {
        self.run(&["run", "--target", manifest, "--check", CHECK, "--no-twins"])
    }

    /// Audits with two checks, one after the other.
    pub(crate) fn two_checks<'a>(&self, manifest: &'a str) -> [&'a str; 10] {
        [
            "run",
            "--target",
            manifest,
            "--check",
            CHECK,
            "--check",
            OTHER,
            "--no-twins",
            "--jobs",
            "1",
        ]
    }

    /// The folders of runs, without `latest`.
    pub(crate) fn runs(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.path("reports")) else {
            return Vec::new();
        };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.is_dir() && !path.is_symlink())
            .collect()
    }

    /// The folder of the only run.
    pub(crate) fn only_run(&self) -> PathBuf {
        let runs = self.runs();
        assert_eq!(runs.len(), 1, "{runs:?}");
        runs[0].clone()
    }

    /// The results of the latest run.
    pub(crate) fn results(&self) -> Value {
        read_json(&self.path("reports/latest/data/results.json"))
    }

    /// The outcome and the detail of a check in the latest run.
    pub(crate) fn outcome(&self, check: &str) -> (String, String) {
        let results = self.results();
        let cases = results["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["check"] == check).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (
            text(&case["verdict"]["outcome"]),
            text(&case["verdict"]["detail"]),
        )
    }
}

/// A program that came to its end.
#[derive(Debug)]
pub(crate) struct Ended {
    /// `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// It ended with this code, and the only thing it said is one line with all of these words.
    #[track_caller]
    pub(crate) fn is_refused(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert!(self.stderr.starts_with("pruefstand: "), "{self:?}");
        for word in words {
            assert!(self.stderr.contains(word), "{word:?} is missing: {self:?}");
        }
    }

    /// A run that went on to its end and passed nobody: one line about the check says why.
    #[track_caller]
    pub(crate) fn is_undecided(&self, words: &[&str]) {
        assert_eq!(self.code, Some(2), "{self:?}");
        let about: Vec<_> = self
            .stderr
            .lines()
            .filter(|line| line.contains(CHECK) && !line.starts_with("Pass"))
            .collect();
        assert_eq!(about.len(), 1, "{self:?}");
        for word in words {
            assert!(about[0].contains(word), "{word:?} is missing: {self:?}");
        }
        assert!(self.stdout.contains("INCONCLUSIVE"), "{self:?}");
        assert!(!self.stdout.contains("PASS"), "{self:?}");
    }
}

/// A program that runs, with its standard error to read from line by line.
pub(crate) struct Running {
    child: Child,
    errors: BufReader<std::process::ChildStderr>,
    said: String,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let errors = BufReader::new(child.stderr.take().unwrap());
        Self {
            child,
            errors,
            said: String::new(),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line with these words on standard error.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            let read = self.errors.read_line(&mut line).unwrap();
            self.said += &line;
            assert_ne!(read, 0, "it ended without {words:?}: {}", self.said);
        }
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ended {
        while self.errors.read_line(&mut self.said).unwrap() > 0 {}
        let mut ended = Ended::of(&self.child.wait_with_output().unwrap());
        ended.stderr = self.said;
        ended
    }
}

/// Sends a signal to a process, or with a minus before its id to its group.
pub(crate) fn signal(name: &str, target: &str) {
    let kill = Command::new("sh")
        .args(["-c", "kill -s \"$0\" -- \"$1\"", name, target])
        .status();
    assert!(kill.unwrap().success(), "no process {target}");
}

/// A list of words in TOML.
pub(crate) fn toml_words(words: &[&str]) -> String {
    // TOML's basic strings take JSON's escapes.
    serde_json::to_string(words).unwrap()
}

pub(crate) fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}
