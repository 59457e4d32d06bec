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

use std::io;

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
        Reference::Client { flaws } => {
            let parsed = flaws.iter().map(|name| {
                reference_driver::Flaw::parse(name).ok_or_else(|| {
                    Failure::Usage(format!("the reference client has no flaw {name:?}"))
                })
            });
            let flaws = parsed.collect::<Result<Vec<_>, _>>()?;
            let ran = reference_driver::run(&flaws, io::stdin().lock(), io::stdout().lock());
            ran.map_err(|error| Failure::Reference(format!("reference client: {error}")))?;
        }
    }
    Ok(PASSED)
}
