//! The reference messenger as processes of this binary.

pub(crate) mod device;
pub(crate) mod directory;
mod folder;
pub(crate) mod invite;
mod ledger;
pub(crate) mod org;
pub(crate) mod policy;
mod printed;
mod reach;
pub(crate) mod user;

use std::{io, path::Path};

use reference_driver::{Conduct, Flaw, Variant, Watch};

use crate::{
    args::Reference,
    failure::{Failure, PASSED},
};

/// Runs a part of the reference until it is told to end.
pub(crate) fn run(part: Reference) -> Result<u8, Failure> {
    match part {
        Reference::Operate(operate) => return crate::operate::run(&operate),
        Reference::Relay { arguments } => {
            let options = reference_relay::Options::parse(arguments);
            let ran = options.and_then(|options| reference_relay::run(options, &mut io::stdout()));
            ran.map_err(|error| Failure::Reference(format!("reference relay: {error}")))?;
        }
        Reference::Org(org) => return org::run(org),
        Reference::Invite(invite) => return invite::run(invite),
        Reference::User(user) => return user::run(user),
        Reference::Device(device) => return device::run(device),
        Reference::Policy(policy) => return policy::run(policy),
        Reference::Directory(directory) => return directory::run(&directory),
        Reference::Chat(chat) => return crate::chat::run(chat),
        Reference::Client {
            flaws,
            variants,
            asked,
            trace,
        } => {
            let conduct = conduct(&flaws, &variants, asked.as_deref())?;
            let trace: Box<dyn io::Write> = match trace {
                true => Box::new(io::stderr()),
                false => Box::new(io::sink()),
            };
            let (input, output) = (io::stdin().lock(), io::stdout().lock());
            let ran = reference_driver::run_traced(conduct, trace, input, output);
            ran.map_err(|error| Failure::Reference(format!("reference client: {error}")))?;
        }
    }
    Ok(PASSED)
}

/// How the client on the bench behaves.
fn conduct(
    flaws: &[String],
    variants: &[String],
    asked: Option<&Path>,
) -> Result<Conduct, Failure> {
    let none = |what: &str, name: &str| {
        Failure::Usage(format!("the reference client has no {what} {name:?}"))
    };
    let flaws = flaws
        .iter()
        .map(|name| Flaw::parse(name).ok_or_else(|| none("flaw", name)));
    let variants = variants
        .iter()
        .map(|name| Variant::parse(name).ok_or_else(|| none("variant", name)));
    let conduct = Conduct::flawed(&flaws.collect::<Result<Vec<_>, _>>()?)
        .varied(&variants.collect::<Result<Vec<_>, _>>()?);
    Ok(match asked {
        Some(path) => conduct.watched(Watch::written(path).map_err(|reason| Failure::File {
            path: path.to_owned(),
            reason,
        })?),
        None => conduct,
    })
}
