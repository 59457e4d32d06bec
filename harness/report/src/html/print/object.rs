//! What was tested, what is declared of it, and with what it was tested.

use harness_evidence::{
    Artefact, CatalogueIdentity, CheckedIcs, Deviation, Limits, Profile, Shortfall, TargetIdentity,
};
use serde::Serialize;

use crate::html::claims::Claimed;
use crate::html::mark::Mark;
use crate::html::page::Page;

#[derive(Serialize)]
pub(super) struct Object<'a> {
    name: &'a str,
    relay: &'a str,
    client: &'a str,
    binding: &'a str,
    binding_means: &'static str,
    artefacts: &'a [Artefact],
    profile: Option<&'static str>,
    manifest: &'a str,
    claims: Vec<Claim<'a>>,
    ics: Option<Statement<'a>>,
    deviations: &'a [Deviation],
}

/// A sentence of the maker with its verdict.
#[derive(Serialize)]
struct Claim<'a> {
    text: &'a str,
    mark: &'a Mark,
    needed: Vec<(&'a str, &'a Mark)>,
}

/// What the vendor declares.
#[derive(Serialize)]
struct Statement<'a> {
    switches: Vec<(&'static str, bool)>,
    limits: &'a Limits,
    /// Where the target contradicts it.
    contradictions: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Environment<'a> {
    tool: &'a str,
    judge: u32,
    command: &'a str,
    seed: String,
    catalogue: Option<&'a CatalogueIdentity>,
    plan: &'a str,
}

impl<'a> Object<'a> {
    pub(super) fn of(page: &'a Page<'a>) -> Self {
        let TargetIdentity {
            name,
            flaw: _,
            manifest,
            relay,
            client,
            artefacts,
            binding,
            claims: _,
            ics,
        } = &page.r.plan.target;
        Self {
            name,
            relay: page.or_unknown(relay),
            client: page.or_unknown(client),
            binding,
            binding_means: page.w.binding(binding),
            artefacts,
            profile: page.r.plan.profile.map(Profile::name),
            manifest,
            claims: page.claims.iter().map(claim).collect(),
            ics: ics.as_ref().map(|ics| statement(page, ics)),
            deviations: &page.r.deviations,
        }
    }
}

impl<'a> Environment<'a> {
    pub(super) fn of(page: &'a Page<'a>) -> Self {
        Self {
            tool: &page.r.tool.version,
            judge: page.r.tool.judge,
            command: &page.r.command,
            seed: page.r.plan.seed.to_string(),
            catalogue: page.r.plan.catalogue.as_ref(),
            plan: &page.plan,
        }
    }
}

fn claim<'a>(claimed: &'a Claimed<'a>) -> Claim<'a> {
    let needed = claimed.requirements.iter();
    Claim {
        text: claimed.text,
        mark: &claimed.mark,
        needed: needed.map(|one| (one.id, &one.mark)).collect(),
    }
}

fn statement<'a>(page: &Page<'_>, checked: &'a CheckedIcs) -> Statement<'a> {
    let switches = checked.ics.switches.iter();
    let findings = checked.findings.iter().cloned();
    Statement {
        switches: switches.map(|(switch, is)| (switch.name(), *is)).collect(),
        limits: &checked.ics.limits,
        contradictions: findings
            .map(|finding| page.w.shortfall(&Shortfall::IcsContradicted { finding }))
            .collect(),
    }
}
