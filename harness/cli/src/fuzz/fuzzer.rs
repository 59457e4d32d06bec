//! One libFuzzer process: started, read while it runs, and ended if it does not end.

use std::{
    io::{self, BufRead, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use harness_evidence::{CoveragePoint, Covered};
use harness_load::cpu_ms;

use super::{
    LIMITS,
    output::{Event, Line, Status},
};
use crate::clock;

/// The longest line that is read; libFuzzer's are far shorter.
const LINE_LIMIT: u64 = 16 * 1024;

/// How much longer than its time a fuzzer may take before it counts as hanging, in seconds: one execution and its end.
const GRACE: u64 = LIMITS.timeout_s + 50;

/// The most points of coverage that are kept of one fuzzer.
const POINTS_LIMIT: usize = 1000;

/// libFuzzer's exit codes for what an input has done: crash, timeout, too much memory.
const FOUND: [i32; 3] = [77, 70, 71];

/// What one fuzzer did.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) executions: u64,
    pub(super) start: Option<Covered>,
    pub(super) end: Covered,
    pub(super) points: Vec<CoveragePoint>,
    pub(super) cpu_ms: u64,
    pub(super) wall_ms: u64,
    /// What ended it early, in the words of the target.
    pub(super) said: String,
    /// Whether an input ended it.
    pub(super) is_crash: bool,
    /// Why nothing follows from it; empty if it came to its end, or to a crash.
    pub(super) fault: String,
    is_done: bool,
    /// Whether the next line belongs to what was said.
    is_saying: bool,
}

/// The fuzzer of a target with its arguments, before it is started.
pub(super) fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .arg(format!("-max_len={}", LIMITS.max_len))
        .arg(format!("-rss_limit_mb={}", LIMITS.rss_mib))
        .arg(format!("-timeout={}", LIMITS.timeout_s))
        .current_dir(folder)
        // A fuzzer ends without cleaning up what its target keeps in a temporary folder.
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// Lets a fuzzer run for so many seconds; `see` hears of every status.
pub(super) fn run(
    command: &mut Command,
    target: &str,
    seconds: u64,
    see: &dyn Fn(&Session),
) -> Session {
    let mut session = Session::default();
    command.arg(format!("-max_total_time={seconds}"));
    command.arg("-print_final_stats=1").stderr(Stdio::piped());
    let begun = clock::now().mono_ns;
    let done = command
        .spawn()
        .and_then(|child| session.watch(child, target, seconds, begun, see));
    session.wall_ms = since(begun);
    match done {
        Err(error) => session.fault = format!("not carried out: {error}"),
        Ok(None) => {
            let reason = format!("it did not end {GRACE} s after its time, and was ended");
            session.fault = reason;
        }
        Ok(Some(code)) if FOUND.contains(&code) => session.is_crash = true,
        Ok(Some(0)) if session.is_done && session.fault.is_empty() => {}
        Ok(Some(code)) if session.fault.is_empty() => {
            let said = std::mem::take(&mut session.said);
            session.fault = format!("it ended with {code} before its time was over {said}");
        }
        Ok(Some(_)) => {}
    }
    session
}

impl Session {
    /// Reads until the fuzzer ends; its exit code, or `None` if it had to be ended.
    fn watch(
        &mut self,
        mut child: Child,
        target: &str,
        seconds: u64,
        begun: u64,
        see: &dyn Fn(&Self),
    ) -> io::Result<Option<i32>> {
        let lines = lines(&mut child)?;
        let deadline = seconds.saturating_add(GRACE).saturating_mul(1000);
        let is_ended = loop {
            let left = Duration::from_millis(deadline.saturating_sub(since(begun)));
            match lines.recv_timeout(left) {
                Ok(line) => {
                    self.take(&line, target, since(begun) / 1000);
                    see(self);
                }
                Err(RecvTimeoutError::Disconnected) => break true,
                Err(RecvTimeoutError::Timeout) => break false,
            }
        };
        if !is_ended {
            child.kill()?;
        }
        // Before it is waited for: afterwards the system has forgotten it.
        self.cpu_ms = cpu_ms(child.id()).unwrap_or(0);
        let status = child.wait()?;
        Ok(is_ended.then(|| status.code().unwrap_or(-1)))
    }

    fn take(&mut self, line: &str, target: &str, second: u64) {
        if std::mem::take(&mut self.is_saying) {
            self.said += &format!(" {}", line.trim());
        }
        match Line::parse(line) {
            Line::Status(status) => self.status(status, target, second),
            Line::Executions(count) => self.executions = self.executions.max(count),
            Line::Said(said) if self.said.is_empty() => {
                self.is_saying = said.ends_with(':');
                self.said = said;
            }
            Line::Said(_) | Line::Other => {}
        }
    }

    fn status(&mut self, status: Status, target: &str, second: u64) {
        let Status {
            event,
            executions,
            covered,
        } = status;
        let grows = executions >= self.executions
            && covered.edges >= self.end.edges
            && covered.features >= self.end.features;
        if !grows {
            self.fault = "it says less than it has said before".to_owned();
            return;
        }
        let is_more = covered.edges > self.end.edges || event != Event::Going;
        (self.executions, self.end) = (executions, covered);
        if event == Event::Inited {
            self.start = Some(covered);
        }
        self.is_done |= event == Event::Done;
        if is_more && self.start.is_some() {
            self.point(target, second);
        }
    }

    /// Keeps a point; with too many, every second one goes.
    fn point(&mut self, target: &str, second: u64) {
        if self.points.len() >= POINTS_LIMIT {
            let mut keep = [true, false].into_iter().cycle();
            self.points.retain(|_| keep.next().unwrap_or(true));
        }
        self.points.push(CoveragePoint {
            target: target.to_owned(),
            executions: self.executions,
            edges: self.end.edges,
            features: self.end.features,
            second,
        });
    }
}

/// The lines on a process's standard error, cut at [`LINE_LIMIT`]; a thread reads them, so that waiting for one can end.
fn lines(child: &mut Child) -> io::Result<mpsc::Receiver<String>> {
    let errors = child.stderr.take();
    let errors = errors.ok_or_else(|| io::Error::other("no standard error"))?;
    let (sender, receiver) = mpsc::sync_channel(64);
    thread::spawn(move || {
        let mut reader = BufReader::new(errors);
        loop {
            let mut line = Vec::new();
            let read = reader
                .by_ref()
                .take(LINE_LIMIT)
                .read_until(b'\n', &mut line);
            if !matches!(read, Ok(length) if length > 0) {
                break;
            }
            // Nobody listens any longer once the fuzzer was ended.
            if sender
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                break;
            }
        }
    });
    Ok(receiver)
}

fn since(begun: u64) -> u64 {
    clock::now().mono_ns.saturating_sub(begun) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell that says these lines and ends with a code.
    fn session(lines: &str, code: i32) -> Session {
        let mut shell = Command::new("sh");
        let script = format!("printf '%b' \"$0\" >&2; exit {code}");
        shell.args(["-c", &script, lines]);
        run(&mut shell, "t", 1, &|_| {})
    }

    const INITED: &str = "#3\\tINITED cov: 10 ft: 20 corp: 3/9b\\n";

    #[test]
    fn a_fuzzer_that_comes_to_its_end_has_no_fault() {
        let going = "#900\\tNEW    cov: 12 ft: 22 corp: 4/9b\\n#950\\tpulse  cov: 12 ft: 23\\n";
        let done = "#1200\\tDONE   cov: 12 ft: 23\\nstat::number_of_executed_units: 1201\\n";
        let session = session(&format!("{INITED}{going}{done}"), 0);
        assert_eq!((session.fault.as_str(), session.is_crash), ("", false));
        assert_eq!(session.executions, 1201);
        assert_eq!(session.start.unwrap().edges, 10);
        assert_eq!(session.end.features, 23);
        let points: Vec<_> = session.points.iter().map(|one| one.executions).collect();
        assert_eq!(points, [3, 900, 1200]);
    }

    #[test]
    fn a_crash_is_told_in_the_words_of_the_target() {
        let said = "thread 'x' (7) panicked at a.rs:1:2:\\nnot held\\nmore\\n";
        let session = session(&format!("{INITED}{said}"), 77);
        assert!(session.is_crash && session.fault.is_empty());
        assert_eq!(session.said, "a.rs:1:2: not held");
    }

    #[test]
    fn dying_otherwise_and_nonsense_are_faults() {
        for (lines, code, told) in [
            (INITED.to_owned(), 0, "it ended with 0 before"),
            (String::new(), 1, "it ended with 1 before"),
            (
                format!("{INITED}#2\\tDONE cov: 10 ft: 20\\n"),
                0,
                "it says less",
            ),
            (
                format!("{INITED}#9\\tDONE cov: 1 ft: 20\\n"),
                0,
                "it says less",
            ),
        ] {
            let session = session(&lines, code);
            assert!(session.fault.starts_with(told), "{:?}", session.fault);
        }
        let missing = Path::new("/nothing/here");
        let session = run(&mut command(missing, Path::new("/")), "t", 1, &|_| {});
        assert!(session.fault.starts_with("not carried out: "));
    }

    #[test]
    fn a_fuzzer_that_says_very_much_keeps_few_points() {
        let mut session = Session::default();
        session.take("#0\tINITED cov: 1 ft: 1", "t", 0);
        for n in 1..20_000 {
            session.take(&format!("#{n}\tNEW cov: {n} ft: {n}"), "t", 0);
        }
        assert!(session.points.len() <= POINTS_LIMIT);
        assert_eq!(session.points.first().unwrap().executions, 0);
    }
}
