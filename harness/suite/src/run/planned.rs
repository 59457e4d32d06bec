//! The plan of a run, from its target, the user's wish and the catalogue.

use harness_evidence::{CatalogueIdentity, CheckedIcs, Plan, Profile, TargetIdentity};

use crate::{
    catalogue::Catalogue,
    check::Check,
    checks, ics, plan,
    run::{Bench, Options, Twins, VARIANTS, bench},
};

/// What the vendor declares, compared with what was seen of the target so far.
fn checked_ics(bench: &Bench<'_>, subject: &bench::Subject) -> Option<CheckedIcs> {
    let ics = bench.target.ics.clone()?;
    let hello = subject.hello.as_ref();
    Some(CheckedIcs {
        findings: ics::contradictions(&ics, hello, &subject.relay_offers),
        ics,
    })
}

/// The target's name; a weak twin is never called as the reference is.
fn named(name: &str, flaw: Option<&str>) -> String {
    match flaw {
        Some(flaw) => format!("{name} with the seeded flaw {flaw}"),
        None => name.to_owned(),
    }
}

/// Why a check does not count for the kind of examination that is asked for.
fn out_of_profile(
    catalogue: &Catalogue,
    profile: Option<Profile>,
    check: &Check,
) -> Option<String> {
    let profile = profile?;
    let mut rows = check
        .requirements
        .iter()
        .filter_map(|id| catalogue.requirement(id));
    (!rows.any(|row| row.profiles.contains(&profile))).then(|| {
        format!(
            "none of its requirements counts for the profile {}",
            profile.name()
        )
    })
}

pub(super) fn make_plan(bench: &Bench<'_>, options: &Options, subject: &bench::Subject) -> Plan {
    let all = checks::all();
    let ics = checked_ics(bench, subject);
    let row = |id: &str| bench.catalogue.requirement(id);
    let needs_of = |id: &str| row(id).map_or(&[][..], |row| &row.needs);
    let excused = |check: &Check| {
        out_of_profile(bench.catalogue, options.profile, check)
            .or_else(|| ics::excuse(check, ics.as_ref()?, needs_of))
    };
    Plan {
        run: options.run.clone(),
        seed: options.seed,
        target: TargetIdentity {
            name: named(&bench.target.name, options.flaw.as_deref()),
            flaw: options.flaw.clone(),
            manifest: bench.target.sha256.clone(),
            relay: subject.relay_product.clone(),
            client: subject.client_product(),
            artefacts: subject.artefacts.clone(),
            binding: subject.binding().to_owned(),
            claims: bench.target.claims.clone(),
            ics: ics.clone(),
        },
        profile: options.profile,
        shard: options.shard,
        merged: Vec::new(),
        catalogue: bench
            .catalogue
            .editions()
            .last()
            .map(|edition| CatalogueIdentity {
                edition: edition.name.clone(),
                sha256: edition.digest.clone(),
            }),
        variants: match options.twins {
            Twins::Every => VARIANTS.map(|variant| variant.name.to_owned()).to_vec(),
            Twins::None | Twins::Own => Vec::new(),
        },
        checks: plan::plan(
            &all,
            bench.target,
            subject.hello.as_ref(),
            |place, id| options.selects(place, id),
            excused,
        ),
    }
}
