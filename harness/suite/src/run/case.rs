//! One case: a check carried out once, on the target or on a weak twin.

use std::{collections::BTreeSet, fs};

use harness_evidence::{CaseRecord, FinishedCase, Outcome, Transcript, judge};
use sha2::{Digest as _, Sha256};

use crate::{
    check::{Need, Side, Stop, Subject as About},
    run::{
        Bench, RunError, Twins,
        bench::Subject,
        queue::Job,
        relays::Lineup,
        twin::{Twin, told},
        watch::Watch,
        workers::{Running, milliseconds},
    },
    scene::{Scene, Stage},
    target::ClientDriver,
};

/// A case that was carried out, and the names of the flaws and variants that the reference was asked for, if that was watched.
pub(super) struct Closed {
    pub(super) case: CaseRecord,
    pub(super) asked: Option<BTreeSet<String>>,
}

/// Carries a case out, judges it and records it; `None` if it was torn down because the run was cancelled.
pub(super) fn carry_out(run: &Running<'_>, job: Job) -> Result<Option<Closed>, RunError> {
    let Running {
        bench,
        options,
        subject,
        ..
    } = run;
    let from = (bench.clock)();
    // Only the honest cases of a matrix are watched: they tell which of its other cases can differ.
    let every = options.twins == Twins::Every;
    let watch = (every && job.twin.is_none()).then(|| Watch::of(bench, job));
    let transcript = match set_stage(bench, subject, job, (watch.as_ref(), every)) {
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
        flaw: job.twin.map(Twin::name),
        transcript: &transcript,
        verdict,
        milliseconds: milliseconds(from, to),
    };
    let case = run.folder.close_case(case, to)?;
    if every && job.twin.is_some() {
        // Thousands of stores would fill a disk. One that cannot be removed now goes with the scratch folder.
        fs::remove_dir_all(bench.places(&place(job, job.twin)).dir).ok();
    }
    let asked = watch.map(|watch| watch.read()).transpose()?;
    if let Some(asked) = &asked {
        run.folder.asked(job.check.id, asked, to)?;
    }
    Ok(Some(Closed { case, asked }))
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
    (watch, every): (Option<&Watch>, bool),
) -> Result<(Stage, Option<ClientDriver>), RunError> {
    let (manifest, shared, twin) = match job.twin {
        Some(twin) => (bench.reference, &subject.twins, Some(twin)),
        None => (bench.target, &subject.relay, subject.twin),
    };
    let told = |side| told(twin, side, watch.map(|watch| watch.file(side)));
    let needs = |need| job.check.needs.contains(&need);
    let differs = twin.is_some_and(|twin| twin.side() == Side::Relay);
    // A twin's relay has the flaw, or invitations of its own that no other twin has used up. In a matrix a watched relay hears of one
    // case only, and one that thousands of cases share would be busy with what it keeps.
    let own = job.twin.is_some() && (differs || needs(Need::Invitations)) || every;
    let name = place(job, twin);
    let stage = if needs(Need::Organisation) {
        Lineup::start_organised(bench, manifest, &name, &told(Side::Relay))?
            .into_stage(&subject.secrets)
    } else if own || needs(Need::OwnRelay) {
        Lineup::start(bench, manifest, &name, &told(Side::Relay))?.into_stage(&subject.secrets)
    } else {
        shared.stage(&subject.secrets)
    };
    // A relay is talked to by the reference where the target has no client that could.
    let players = if job.check.subject == About::Relay && !subject.has_players() {
        bench.reference
    } else {
        manifest
    };
    let mut words = told(Side::Client);
    if needs(Need::LoudClient) {
        let loudest = players.client.iter().flat_map(|client| &client.loudest);
        words.extend(loudest.cloned());
    }
    Ok((stage, bench.client(players, &words)?))
}

/// The name of a case's folder.
fn place(job: Job, twin: Option<Twin>) -> String {
    format!("{}.{}", job.check.id, twin.map_or("honest", Twin::name))
}

/// The seed of a case follows from the run's seed and the case's name, so that it does not depend on the order.
fn seed_of(seed: u64, job: Job) -> u64 {
    let name = format!(
        "{seed}/{}/{}",
        job.check.id,
        job.twin.map_or("honest", Twin::name)
    );
    let digest = Sha256::digest(name);
    digest
        .iter()
        .take(8)
        .fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}
