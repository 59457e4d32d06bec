//! A process that gets its input, may write so much, and is ended when it is late.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::process::CommandExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

use super::RunnerFault;

/// How a process came to its end, and what it had written.
pub(super) struct Ended {
    pub(super) end: End,
    pub(super) output: Vec<u8>,
}

pub(super) enum End {
    /// By itself.
    Status(ExitStatus),
    /// It was ended because it took too long.
    Late,
    /// It was ended because it wrote too much.
    Loud,
}

/// Runs `command` to its end with `input` on standard input.
pub(super) fn run(
    mut command: Command,
    input: Vec<u8>,
    patience: Duration,
    most: u64,
) -> Result<Ended, RunnerFault> {
    // A group of its own, so that what it started itself is ended with it.
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(RunnerFault::NotStarted)?;
    let (told, ended) = mpsc::channel();
    feed(&mut child, input);
    watch(&mut child, most, told);
    let (end, output) = match ended.recv_timeout(patience) {
        Ok((_, output)) if output.len() as u64 > most => (Some(End::Loud), output),
        Ok((Ok(()), output)) => (None, output),
        Ok((Err(error), _)) => {
            end_group(&child);
            return Err(RunnerFault::Lost(error));
        }
        Err(_) => (Some(End::Late), Vec::new()),
    };
    // It has not been waited for yet, so its number is still its own.
    end_group(&child);
    let status = child.wait().map_err(RunnerFault::Lost)?;
    Ok(Ended {
        end: end.unwrap_or(End::Status(status)),
        output,
    })
}

/// Writes all input, in a thread of its own: the process may answer without having read it.
fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut to_child) = child.stdin.take() {
        // An error means that it has closed its input; its exit code says what it made of it.
        thread::spawn(move || to_child.write_all(&input).ok());
    }
}

/// Reads what the process writes, up to one byte more than `most`, and tells when it has ended
/// or written too much.
fn watch(child: &mut Child, most: u64, told: mpsc::Sender<(io::Result<()>, Vec<u8>)>) {
    let (from_child, id) = (child.stdout.take(), pid(child));
    thread::spawn(move || {
        let mut output = Vec::new();
        let read = from_child
            .map(|from_child| from_child.take(most + 1).read_to_end(&mut output))
            .transpose();
        let ended = match read {
            Ok(_) if output.len() as u64 > most => Ok(()),
            Ok(_) => ended(id),
            Err(error) => Err(error),
        };
        // Nobody listens any more when it was late.
        told.send((ended, output)).ok();
    });
}

/// Waits until the process has ended, and leaves it to be waited for.
fn ended(id: Option<Pid>) -> io::Result<()> {
    if let Some(id) = id {
        waitid(
            WaitId::Pid(id),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        )?;
    }
    Ok(())
}

fn end_group(child: &Child) {
    if let Some(id) = pid(child) {
        // An error means that all have ended already.
        kill_process_group(id, Signal::KILL).ok();
    }
}

fn pid(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}
