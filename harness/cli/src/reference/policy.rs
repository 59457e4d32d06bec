//! `reference policy`: rules from a file of the administrator's, signed and published.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use reference_organisation::{
    Act, Authorised, Digest, Policy as Signable, Signed, policy::Rules, value_of,
};
use serde_json::json;

use super::{
    folder::{Folder, Place, failed, now, read_file, read_toml, wrong},
    ledger::{self, By},
    printed::Printed,
    reach::Reach,
};
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Policy {
    /// Show every rule: the protective values, or those with the changes of a TOML file
    Show(Show),
    /// Sign a policy and print it
    Sign(Sign),
    /// Sign a policy, put it in force and enter it into the log of acts
    Publish(Publish),
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// TOML file with the rules that differ
    #[arg(value_name = "FILE")]
    rules: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// TOML file with the rules that differ from the protective values
    #[arg(value_name = "FILE")]
    rules: Option<PathBuf>,
    /// Its version: higher than every one before
    #[arg(long, value_name = "N")]
    number: u64,
    /// The tenant
    #[arg(long, value_name = "NAME", default_value = "main")]
    tenant: String,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// A policy that `policy sign` printed
    #[arg(value_name = "FILE")]
    policy: PathBuf,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    printed: Printed,
}

/// Does what is asked.
pub(crate) fn run(policy: Policy) -> Result<u8, Failure> {
    match policy {
        Policy::Show(show) => {
            let rules = rules(show.rules.as_ref())?;
            json_of(&rules)
        }
        Policy::Sign(sign) => {
            let folder = sign.place.open()?;
            let signed = signed(&folder, &sign)?;
            json_of(&signed)
        }
        Policy::Publish(publish) => put_in_force(&publish),
    }
}

fn signed(folder: &Folder, sign: &Sign) -> Result<Authorised<Signable>, Failure> {
    let tenant = folder.tenant(&sign.tenant)?;
    let by = sign.by.first(folder)?;
    let policy = Signable {
        organisation: folder.organisation(),
        tenant,
        version: sign.number,
        issued: now(),
        rules: rules(sign.rules.as_ref())?,
        log: folder.known_head()?,
    };
    Ok(Authorised {
        statement: Signed::new(policy, &by.key).map_err(failed)?,
        chain: by.chain,
    })
}

fn put_in_force(publish: &Publish) -> Result<u8, Failure> {
    let folder = publish.place.open()?;
    let policy: Authorised<Signable> = read_file(&publish.policy)?;
    let by = publish.by.keys(&folder)?;
    let body = policy.body();
    body.check_publishable().map_err(failed)?;
    let digest = Digest::of(body).map_err(failed)?;
    let act = Act::Policy {
        version: body.version,
        digest,
    };
    publish
        .reach
        .send("PUT", "policy", &value_of(&policy).map_err(failed)?)?;
    let head = ledger::act(
        &folder,
        &publish.reach,
        &by,
        (act, Some(body.tenant.clone())),
    )?;
    let lines = [format!(
        "policy {} of {} is in force",
        body.version, body.tenant
    )];
    let object = json!({ "version": body.version, "tenant": body.tenant, "digest": digest, "acts": head.length });
    publish.printed.print(&object, &lines)
}

/// The protective rules with the changes of a file.
fn rules(path: Option<&PathBuf>) -> Result<Rules, Failure> {
    let Some(path) = path else {
        return Ok(Rules::default());
    };
    let rules: Rules = read_toml(path)?;
    let checked = rules.check();
    checked.map_err(|fault| wrong(path, &fault.to_string()))?;
    Ok(rules)
}

/// These are for files and programs, so they are JSON whatever the reader is.
fn json_of<T: serde::Serialize>(object: &T) -> Result<u8, Failure> {
    use std::io::Write as _;
    let value = value_of(object).map_err(failed)?;
    let text = serde_json::to_string_pretty(&value).map_err(std::io::Error::from)?;
    writeln!(anstream::stdout(), "{text}")?;
    Ok(crate::failure::PASSED)
}
