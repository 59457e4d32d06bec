//! One case: a check carried out once, on the target or on a weak twin.

use harness_evidence::{CaseRecord, FinishedCase, Outcome, Transcript, judge};
use sha2::{Digest as _, Sha256};

use crate::{
    check::{Need, Seeded, Side, Stop, Subject as About},
    run::{
        Bench, RunError,
        bench::Subject,
        queue::Job,
        relays::Lineup,
        workers::{Running, milliseconds},
    },
    scene::{Scene, Stage},
    target::ClientDriver,
};

/// Carries a case out, judges it and records it; `None` if it was torn down because the run was cancelled.
pub(super) fn carry_out(run: &Running<'_>, job: Job) -> Result<Option<CaseRecord>, RunError> {
    let Running {
        bench,
        options,
        subject,
        ..
    } = run;
    let from = (bench.clock)();
    let transcript = match set_stage(bench, subject, job) {
        Ok((stage, client)) => play(job, stage, client, seed_of(options.seed, job), from.wall_ms),
        Err(RunError::Driver(fault)) => stopped(Stop::driver(fault.to_string())),
        Err(error) => stopped(Stop::environment(error.to_string())),
    };
    let verdict = judge(&transcript, job.check.witness);
    // It decided nothing. An interrupt ends the target's processes too.
    if verdict.outcome == Outcome::Error && run.is_cancelled() {
        return Ok(None);
    }
    let to = (bench.clock)();
    let case = FinishedCase {
        check: job.check.id,
        flaw: job.twin.map(|twin| twin.flaw),
        transcript: &transcript,
        verdict,
        milliseconds: milliseconds(from, to),
    };
    Ok(Some(run.folder.close_case(case, to)?))
}

fn play(job: Job, stage: Stage, client: Option<ClientDriver>, seed: u64, now: u64) -> Transcript {
    match Scene::open(stage, client, seed, now) {
        Ok(mut scene) => {
            let ended = (job.check.run)(&mut scene);
            scene.close(ended.err())
        }
        Err(stop) => stopped(stop),
    }
}

fn stopped(stop: Stop) -> Transcript {
    let Stop { fault, reason } = stop.short();
    let mut transcript = Transcript::default();
    transcript.push(harness_evidence::Entry::Stopped { fault, reason });
    transcript
}

/// The relay and the client of a case: the target's, or the reference's with its flaw.
fn set_stage(
    bench: &Bench<'_>,
    subject: &Subject,
    job: Job,
) -> Result<(Stage, Option<ClientDriver>), RunError> {
    let (manifest, shared, flaw) = match job.twin {
        Some(twin) => (bench.reference, &subject.twins, Some(twin)),
        None => (bench.target, &subject.relay, subject.flaw),
    };
    let relay_flaw = flaw_on(flaw, Side::Relay);
    let needs = |need| job.check.needs.contains(&need);
    // A twin's relay has the flaw, or invitations of its own that no other twin has used up.
    let twins_own = job.twin.is_some() && (relay_flaw.is_some() || needs(Need::Invitations));
    let name = format!(
        "{}.{}",
        job.check.id,
        flaw.map_or("honest", |flaw| flaw.flaw)
    );
    let stage = if needs(Need::Organisation) {
        Lineup::start_organised(bench, manifest, &name, relay_flaw)?.into_stage(&subject.secrets)
    } else if twins_own || needs(Need::OwnRelay) {
        Lineup::start(bench, manifest, &name, relay_flaw)?.into_stage(&subject.secrets)
    } else {
        shared.stage(&subject.secrets)
    };
    // A relay is talked to by the reference where the target has no client that could.
    let players = if job.check.subject == About::Relay && !subject.has_players() {
        bench.reference
    } else {
        manifest
    };
    Ok((stage, bench.client(players, flaw_on(flaw, Side::Client))?))
}

fn flaw_on(flaw: Option<Seeded>, side: Side) -> Option<&'static str> {
    flaw.filter(|flaw| flaw.side == side).map(|flaw| flaw.flaw)
}

/// The seed of a case follows from the run's seed and the case's name, so that it does not depend on the order.
fn seed_of(seed: u64, job: Job) -> u64 {
    let name = format!(
        "{seed}/{}/{}",
        job.check.id,
        job.twin.map_or("honest", |twin| twin.flaw)
    );
    let digest = Sha256::digest(name);
    digest
        .iter()
        .take(8)
        .fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}
