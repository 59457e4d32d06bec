//! Starting a relay and waiting for it.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Stdio,
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    time::Duration,
};

use harness_driver::{Payload, Request, Response};
use serde_json::Value;

use crate::{
    network::Http,
    target::{
        Patience, TargetError,
        address::check_address,
        file::unusable,
        process::{Process, keep_and_find},
    },
};

/// The pause between two questions to a relay that is not ready yet.
const PAUSE: Duration = Duration::from_millis(50);

/// How a relay is started.
pub(super) struct Launch {
    /// Program and arguments.
    pub(super) command: Vec<String>,
    /// The folder to start it in; its outputs are kept there.
    pub(super) folder: PathBuf,
    /// The URL to ask, for a relay that does not announce itself.
    pub(super) url: Option<String>,
    /// Whether it may listen outside this machine.
    pub(super) allow_remote: bool,
    /// How long it may take to become ready.
    pub(super) patience: Patience,
}

impl Launch {
    /// Starts the relay and waits until it is ready; returns it with its base URL.
    pub(super) fn start(&self) -> Result<(Process, String), TargetError> {
        if let Some(url) = &self.url
            && answers(url)
        {
            return Err(TargetError::AddressInUse { url: url.clone() });
        }
        fs::create_dir_all(&self.folder).map_err(|reason| unusable(&self.folder, reason))?;
        let [output, errors] = self.outputs();
        let kept = File::options().create(true).append(true).open(&output);
        let kept = kept.map_err(|reason| unusable(&output, reason))?;
        let (program, arguments) = self
            .command
            .split_first()
            .map_or(("", &[][..]), |(program, rest)| (program, rest));
        let started = Process::start(
            program,
            arguments,
            Some(&self.folder),
            Stdio::null(),
            &errors,
        );
        let mut process = started.map_err(|reason| TargetError::NotStarted {
            program: program.to_owned(),
            reason,
        })?;
        let (announce, announced) = mpsc::channel();
        process.read_output(move |input| {
            keep_and_find(input, kept, "listening ", |url| drop(announce.send(url)));
        });
        let base = match &self.url {
            Some(url) => self.answering(&mut process, &errors, url)?,
            None => self.announced_url(&mut process, &errors, &announced)?,
        };
        check_address(&base, self.allow_remote)?;
        Ok((process, base.trim_end_matches('/').to_owned()))
    }

    /// The files where its standard output and its standard error are kept.
    pub(super) fn outputs(&self) -> [PathBuf; 2] {
        ["relay-stdout.log", "relay-stderr.log"].map(|name| self.folder.join(name))
    }

    fn announced_url(
        &self,
        process: &mut Process,
        errors: &Path,
        announced: &Receiver<String>,
    ) -> Result<String, TargetError> {
        announced
            .recv_timeout(self.patience.duration())
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => self.not_ready(),
                RecvTimeoutError::Disconnected => ended_early(process, errors),
            })
    }

    /// Asks until the relay answers. A relay that does not announce itself gives no event to wait for, so between two
    /// questions this waits on a channel that nobody writes to.
    fn answering(
        &self,
        process: &mut Process,
        errors: &Path,
        url: &str,
    ) -> Result<String, TargetError> {
        let (_never, pause) = mpsc::channel::<()>();
        for _ in 0..self.patience.duration().as_millis() / PAUSE.as_millis() {
            if answers(url) {
                return Ok(url.to_owned());
            }
            if !matches!(process.child().try_wait(), Ok(None)) {
                return Err(ended_early(process, errors));
            }
            let _timeout = pause.recv_timeout(PAUSE);
        }
        Err(self.not_ready())
    }

    fn not_ready(&self) -> TargetError {
        TargetError::NotReady {
            seconds: self.patience.seconds(),
        }
    }
}

fn ended_early(process: &mut Process, errors: &Path) -> TargetError {
    let (status, last) = process.last_words(errors);
    TargetError::EndedEarly { status, last }
}

fn answers(url: &str) -> bool {
    Http::new(url)
        .send(&versions())
        .is_ok_and(|answer| offers_versions(&answer.response))
}

/// Whether this is a homeserver's answer to [`versions`] (Matrix client-server API, `GET /_matrix/client/versions`).
pub(super) fn offers_versions(answer: &Response) -> bool {
    let Payload::Json(body) = &answer.body else {
        return false;
    };
    answer.status == 200 && body.get("versions").is_some_and(Value::is_array)
}

/// The first question to any Matrix homeserver; it needs no account.
pub(super) fn versions() -> Request {
    Request {
        id: "versions".to_owned(),
        method: "GET".to_owned(),
        path: "/_matrix/client/versions".to_owned(),
        token: None,
        body: Payload::Empty,
    }
}
