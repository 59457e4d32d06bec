//! `reference directory`: whom the members of a tenant can look up, sealed so that the relay learns no name.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use reference_organisation::{
    Act, Authorised, Digest, Directory as Signable, Listed, Page, Signed, Tenant, UserName,
    value_of,
};
use serde::Deserialize;
use serde_json::json;

use super::{
    folder::{Folder, Place, failed, fresh_nonce, now, read_toml, wrong},
    ledger::{self, By},
    printed::Printed,
    reach::Reach,
};
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Directory {
    /// Seal, sign and publish whom a TOML file lists, and enter that into the log of acts
    Publish(Publish),
}

#[derive(Debug, Args)]
pub(crate) struct Publish {
    /// TOML file with a table `person` for each: user, name and, if it matters, unit
    #[arg(value_name = "FILE")]
    people: PathBuf,
    /// Its version: higher than every one before
    #[arg(long, value_name = "N")]
    number: u64,
    /// The tenant
    #[arg(long, value_name = "NAME", default_value = "main")]
    tenant: String,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    printed: Printed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    #[serde(default)]
    person: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    user: String,
    name: String,
    #[serde(default)]
    unit: String,
}

/// Does what is asked.
pub(crate) fn run(directory: &Directory) -> Result<u8, Failure> {
    let Directory::Publish(publish) = directory;
    let folder = publish.place.open()?;
    let tenant = folder.tenant(&publish.tenant)?;
    let people = people(&publish.people)?;
    let listed = people.len();
    let pages = sealed(&folder, &tenant, people)?;
    let by = publish.by.keys(&folder)?;
    let first = publish.by.first(&folder)?;
    let digests = pages.iter().map(|page| Signable::digest_of(page));
    let body = Signable {
        organisation: folder.organisation(),
        tenant: tenant.clone(),
        version: publish.number,
        issued: now(),
        pages: digests.collect::<Result<_, _>>().map_err(failed)?,
    };
    let (version, digest) = (body.version, Digest::of(&body).map_err(failed)?);
    let signed = Authorised {
        statement: Signed::new(body, &first.key).map_err(failed)?,
        chain: first.chain,
    };
    let brought = json!({ "directory": value_of(&signed).map_err(failed)?, "pages": pages });
    publish.reach.send("PUT", "directory", &brought)?;
    let act = Act::Directory { version, digest };
    let head = ledger::act(&folder, &publish.reach, &by, (act, Some(tenant.clone())))?;
    let lines = [format!("directory {version} of {tenant} lists {listed}")];
    let object = json!({ "version": version, "tenant": tenant, "listed": listed, "pages": pages.len(), "acts": head.length });
    publish.printed.print(&object, &lines)
}

fn people(path: &Path) -> Result<Vec<Listed>, Failure> {
    let people: People = read_toml(path)?;
    let listed = people.person.into_iter().map(|person| {
        let user = UserName::new(&person.user).map_err(|fault| {
            let user = &person.user;
            wrong(path, &format!("{user:?}: {fault}"))
        })?;
        Ok(Listed {
            user,
            name: person.name,
            unit: person.unit,
        })
    });
    listed.collect()
}

fn sealed(folder: &Folder, tenant: &Tenant, people: Vec<Listed>) -> Result<Vec<String>, Failure> {
    let key = folder.directory_key(tenant)?;
    let pages = Page::pack(people).map_err(|fault| Failure::Usage(fault.to_string()))?;
    let place = (&folder.organisation(), tenant);
    let sealed = pages.iter().map(|page| {
        let sealed = page.seal(&key, place, fresh_nonce()?);
        sealed.map_err(failed)
    });
    sealed.collect()
}
