//! Honesty probes, before every run: a driver that answers anything, or a bench that passes with nothing behind it, is found out.

use harness_driver::Call;
use harness_evidence::{Entry, Outcome, Transcript, judge};
use thiserror::Error;

use crate::{
    check::Stop,
    checks,
    run::{Bench, RunError, bench::Subject},
    scene::{Scene, Stage},
    target::{ClientDriver, DriverFault},
};

/// A probe: what must hold of a driver or of the bench before anything that they say counts.
pub(crate) struct Probe {
    /// Its name.
    pub name: &'static str,
    /// What it asks; the error is what was seen instead.
    pub ask: fn(&mut ClientDriver) -> Result<(), String>,
}

/// A probe that did not hold.
#[derive(Debug, Error)]
pub enum ProbeError {
    /// The driver answered something that no honest driver answers.
    #[error("the honesty probe {probe} did not hold: {seen}")]
    NotHeld {
        /// Which.
        probe: &'static str,
        /// What was seen.
        seen: String,
    },
}

/// The probes of a driver.
pub(crate) const PROBES: [Probe; 3] = [
    Probe {
        name: "random-verb",
        ask: |client| expect_unsupported(&client.call_unknown("probe.b7e1c0d4")),
    },
    Probe {
        name: "unknown-operation",
        ask: |client| {
            let call = Call::VecRun {
                op: "no-such-operation-5f21".to_owned(),
                input: std::collections::BTreeMap::new(),
            };
            expect_unsupported(&client.call(&call).map(drop))
        },
    },
    Probe {
        name: "wrong-handle",
        ask: |client| {
            let call = Call::Observe {
                actor: "nobody-93aa".to_owned(),
                conv: "!nowhere:nowhere".to_owned(),
            };
            match client.call(&call) {
                // One that has no actors at all says so.
                Err(DriverFault::Unsupported { .. }) if !client.offers("observe") => Ok(()),
                Err(DriverFault::BadHandle { .. }) => Ok(()),
                other => Err(format!("an unknown actor was answered with {other:?}")),
            }
        },
    },
];

fn expect_unsupported(answer: &Result<(), DriverFault>) -> Result<(), String> {
    match answer {
        Err(DriverFault::Unsupported { .. }) => Ok(()),
        other => Err(format!(
            "something that does not exist was answered with {other:?}"
        )),
    }
}

/// Asks all probes.
pub(super) fn all(bench: &Bench<'_>, subject: &Subject) -> Result<(), RunError> {
    for probe in &PROBES {
        if let Some(mut client) = bench.client(bench.target, &[])? {
            (probe.ask)(&mut client).map_err(|seen| ProbeError::NotHeld {
                probe: probe.name,
                seen,
            })?;
        }
    }
    nothing_passes("dead-relay", bench, subject, |_client, stage| {
        "http://127.0.0.1:1".clone_into(&mut stage.base)
    })?;
    nothing_passes("dead-driver", bench, subject, |client, _stage| {
        if let Some(client) = client {
            client.kill();
        }
    })
}

/// Runs one check with something essential dead; anything but a pass is right.
fn nothing_passes(
    probe: &'static str,
    bench: &Bench<'_>,
    subject: &Subject,
    kill: fn(&mut Option<ClientDriver>, &mut Stage),
) -> Result<(), RunError> {
    let Some(check) = checks::all()
        .into_iter()
        .find(|check| check.id == "megolm-replay")
    else {
        return Err(ProbeError::NotHeld {
            probe,
            seen: "the check that it needs is gone".to_owned(),
        }
        .into());
    };
    let mut stage = subject.twins.stage(&subject.secrets);
    let mut client = bench.client(bench.reference, &[])?;
    kill(&mut client, &mut stage);
    stage.accounts = stage.accounts.moved_to(&stage.base);
    let transcript = match Scene::open(stage, client, 0, 0) {
        Ok(mut scene) => {
            let ended = (check.run)(&mut scene);
            scene.close(ended.err())
        }
        Err(Stop { fault, reason }) => Transcript {
            entries: vec![Entry::Stopped { fault, reason }],
        },
    };
    let outcome = judge(&transcript, check.witness).outcome;
    if outcome == Outcome::Pass {
        return Err(ProbeError::NotHeld {
            probe,
            seen: "a check passed".to_owned(),
        }
        .into());
    }
    Ok(())
}
