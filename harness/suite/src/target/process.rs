//! Child processes whose output is drained for as long as they live, and kept up to a limit.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, BufRead as _, BufReader, Read, Write as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Receiver},
    },
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};

/// The processes that were started here and have not been waited for.
static ALIVE: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// Ends every process that was started here and still lives, with all that it started itself, for a program that ends without
/// unwinding.
pub fn end_all_processes() {
    let alive = ALIVE.lock().unwrap_or_else(PoisonError::into_inner);
    for id in alive.iter() {
        end_group(*id);
    }
}

/// Ends a process and what it started: each leads a group of its own.
fn end_group(id: u32) {
    if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        // An error means that all have ended already.
        kill_process_group(id, Signal::KILL).ok();
    }
}

/// How much of each output of a target is kept, in bytes: enough for the log of an audit, not enough to fill a disk.
const MOST_KEPT: u64 = 16 << 20;

/// How long the rest of standard error may take once the process is gone; a grandchild may hold it open for ever.
const REST: Duration = Duration::from_secs(1);

/// The longest last word of a process that is quoted, in characters.
const LONGEST_QUOTED: usize = 200;

/// A running child process; it dies with this value.
pub(super) struct Process {
    child: Child,
    /// Nothing ever comes; it is closed once standard error has ended and is kept.
    errors_kept: Receiver<()>,
}

impl Process {
    /// Starts `program`; its standard error is kept in the file `errors`.
    pub(super) fn start(
        program: &str,
        arguments: &[String],
        folder: Option<&Path>,
        input: Stdio,
        errors: &Path,
    ) -> io::Result<Self> {
        let kept = File::options().create(true).append(true).open(errors)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(folder) = folder {
            command.current_dir(folder);
        }
        // A terminal's interrupt is for the bench: what runs comes to its end.
        command.process_group(0);
        let mut child = command.spawn()?;
        ALIVE
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(child.id());
        let errors: Option<ChildStderr> = child.stderr.take();
        let (kept_all, errors_kept) = mpsc::channel();
        thread::spawn(move || {
            if let Some(errors) = errors {
                keep(errors, kept);
            }
            drop(kept_all);
        });
        Ok(Self { child, errors_kept })
    }

    /// Reads standard output with `read`, in a thread of its own.
    pub(super) fn read_output(
        &mut self,
        read: impl FnOnce(BufReader<ChildStdout>) + Send + 'static,
    ) {
        if let Some(output) = self.child.stdout.take() {
            thread::spawn(move || read(BufReader::new(output)));
        }
    }

    /// Its number on this machine.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The child itself.
    pub(super) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Ends the process at once, without any chance to write, and waits until it is gone.
    pub(super) fn kill(&mut self) -> io::Result<ExitStatus> {
        // Before it is waited for: its number may be another's afterwards.
        ALIVE
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.child.id());
        if matches!(self.child.try_wait(), Ok(None)) {
            end_group(self.child.id());
        }
        drop(self.child.stdin.take());
        self.child.wait()
    }

    /// Waits until standard error has ended and is kept, but not for ever, and ends the process.
    pub(super) fn finish(&mut self) {
        let _ended_or_late = self.errors_kept.recv_timeout(REST);
        // An error means that it has ended already.
        drop(self.kill());
    }

    /// Ends the process; says how it ended and the last line of the file `errors`.
    pub(super) fn last_words(&mut self, errors: &Path) -> (String, String) {
        let status = match self.kill() {
            Ok(status) => status.to_string(),
            Err(error) => error.to_string(),
        };
        let _ended_or_late = self.errors_kept.recv_timeout(REST);
        let said = std::fs::read(errors).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        let last = said
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("none");
        (status, last.trim().chars().take(LONGEST_QUOTED).collect())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.kill());
    }
}

/// Copies `input` into the file up to the limit, and reads on to its end so that the writer never blocks.
pub(super) fn keep(mut input: impl Read, mut kept: File) {
    // A full disk loses a log, not the run: the pipe is drained either way.
    drop(io::copy(&mut (&mut input).take(MOST_KEPT), &mut kept));
    drop(io::copy(&mut input, &mut io::sink()));
}

/// Copies `input` into the file as [`keep`] does, and calls `found` with the first line that begins with `prefix`.
pub(super) fn keep_and_find(
    mut input: BufReader<ChildStdout>,
    mut kept: File,
    prefix: &str,
    found: impl FnOnce(String),
) {
    const LONGEST_LINE: u64 = 4 << 10;
    loop {
        let mut line = Vec::new();
        match (&mut input).take(LONGEST_LINE).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        drop(kept.write_all(&line));
        if let Some(rest) = String::from_utf8_lossy(&line).strip_prefix(prefix) {
            found(rest.trim().to_owned());
            break;
        }
    }
    keep(input, kept);
}
