//! One case: a check carried out once, on the target or on a weak twin.

use harness_evidence::{CaseRecord, FinishedCase, RunFolder, Transcript, judge};
use sha2::{Digest as _, Sha256};

use crate::{
    check::{Need, Seeded, Side, Stop},
    run::{Bench, Job, Lineup, Options, RunError, bench::Subject, milliseconds},
    scene::{Scene, Stage},
    target::ClientDriver,
};

/// Carries a case out, judges it and records it.
pub(super) fn carry_out(
    bench: &Bench<'_>,
    options: &Options,
    subject: &Subject,
    folder: &RunFolder,
    job: Job,
) -> Result<CaseRecord, RunError> {
    let from = (bench.clock)();
    let transcript = match set_stage(bench, subject, job) {
        Ok((stage, client)) => play(job, stage, client, seed_of(options.seed, job), from.wall_ms),
        Err(error) => stopped(Stop::environment(error.to_string())),
    };
    let verdict = judge(&transcript, job.check.witness);
    let to = (bench.clock)();
    let case = FinishedCase {
        check: job.check.id,
        flaw: job.twin.map(|twin| twin.flaw),
        transcript: &transcript,
        verdict,
        milliseconds: milliseconds(from, to),
    };
    Ok(folder.close_case(case, to)?)
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

fn stopped(Stop { fault, reason }: Stop) -> Transcript {
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
    let seeded_relay = job.twin.is_some() && relay_flaw.is_some();
    let stage = if seeded_relay || job.check.needs.contains(&Need::OwnRelay) {
        let name = format!(
            "{}.{}",
            job.check.id,
            flaw.map_or("honest", |flaw| flaw.flaw)
        );
        Lineup::start(bench, manifest, &name, relay_flaw)?.into_stage(&subject.secrets)
    } else {
        shared.stage(&subject.secrets)
    };
    // A relay without a client of its own is talked to by the reference.
    let players = if manifest.client.is_some() {
        manifest
    } else {
        bench.reference
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
