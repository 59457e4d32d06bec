//! `reference org`: found an organisation, give roles, read its log of acts.

use clap::{Args, Subcommand, ValueEnum};
use reference_organisation::{
    Act, Authority, Chain, Charter, Grant, OrganisationName, Revocations, Role, Signed, Suite,
    Tenant, Trust, value_of,
};
use serde_json::json;

use super::{
    folder::{Folder, Held, Place, ROOT, failed, fresh_key, fresh_serial, now},
    ledger::{self, By},
    printed::Printed,
    reach::Reach,
};
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Org {
    /// Found an organisation: a root key, an owner key and a charter in a folder
    New(New),
    /// Show an organisation and its keys
    Show(Show),
    /// Make a key with a role, signed by the root or an owner
    Grant(Granted),
    /// Read the log of acts from a relay and verify it
    Log(Shown),
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// What people call it
    #[arg(long, value_name = "NAME")]
    name: String,
    /// A tenant; may be given more than once
    #[arg(long, value_name = "NAME", default_value = "main")]
    tenant: Vec<String>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    printed: Printed,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    printed: Printed,
}

#[derive(Debug, Args)]
pub(crate) struct Granted {
    /// Name of the new key
    #[arg(value_name = "KEY")]
    name: String,
    /// Its role
    #[arg(long, value_enum)]
    role: Kind,
    /// The only tenant that it is for
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// For how many days
    #[arg(long, value_name = "N", default_value_t = 365)]
    days: u64,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    printed: Printed,
}

#[derive(Debug, Args)]
pub(crate) struct Shown {
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    printed: Printed,
}

/// The roles that a key can have.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Owner,
    Admin,
    Auditor,
    Publisher,
}

const DAY: u64 = 24 * 60 * 60 * 1000;

/// How long the first owner is granted: ten years.
const OWNER_DAYS: u64 = 3652;

/// Does what is asked.
pub(crate) fn run(org: Org) -> Result<u8, Failure> {
    match org {
        Org::New(new) => found(&new),
        Org::Show(show) => describe(&show),
        Org::Grant(granted) => give(&granted),
        Org::Log(shown) => log(&shown),
    }
}

fn found(new: &New) -> Result<u8, Failure> {
    let root = fresh_key()?;
    let wrong = |fault: reference_organisation::NameFault| Failure::Usage(fault.to_string());
    let tenants = new
        .tenant
        .iter()
        .map(|name| Tenant::new(name).map_err(wrong));
    let charter = Charter {
        organisation: root.public(),
        name: OrganisationName::new(&new.name).map_err(wrong)?,
        tenants: tenants.collect::<Result<_, _>>()?,
        suite_floor: Suite(1),
        issued: now(),
    };
    let charter = charter.sign(&root).map_err(failed)?;
    charter.verified().map_err(failed)?;
    let folder = new.place.found(charter)?;
    let root = Held {
        key: root,
        chain: Chain::root(),
    };
    folder.keep(ROOT, &root)?;
    let (owner, _) = granted(&folder, &root, (Role::Owner, None), OWNER_DAYS)?;
    folder.keep("owner", &owner)?;
    let id = folder.organisation().to_string();
    let lines = [
        format!("organisation {id}"),
        "keys: root (take keys/root.json off this machine), owner".to_owned(),
        "start the relay with --organisation and the file charter.json".to_owned(),
    ];
    new.printed.print(&json!({ "organisation": id }), &lines)
}

fn describe(show: &Show) -> Result<u8, Failure> {
    let folder = show.place.open()?;
    let charter = &folder.charter.body;
    let id = folder.organisation();
    let mut lines = vec![format!("{} {id}", charter.name)];
    lines.extend(
        charter
            .tenants
            .iter()
            .map(|tenant| format!("tenant {tenant}")),
    );
    let mut keys = Vec::new();
    for name in folder.names()? {
        let held = folder.key(&name)?;
        let trust = Trust {
            organisation: &id,
            revocations: &Revocations::default(),
        };
        let public = held.key.public();
        let role = match held.chain.verify(&public, trust, now()) {
            Ok(Authority { is_root: true, .. }) => ROOT.to_owned(),
            Ok(Authority { role, tenant, .. }) => match tenant {
                Some(tenant) => format!("{role} of {tenant}"),
                None => role.to_string(),
            },
            Err(fault) => format!("without a say: {fault}"),
        };
        lines.push(format!("key {name}: {role}, {public}"));
        keys.push(json!({ "name": name, "role": role, "key": public }));
    }
    let charter = value_of(&folder.charter).map_err(failed)?;
    let object = json!({ "charter": charter, "keys": keys });
    show.printed.print(&object, &lines)
}

fn give(wish: &Granted) -> Result<u8, Failure> {
    let folder = wish.place.open()?;
    let by = wish.by.keys(&folder)?;
    let tenant = wish.tenant.as_deref().map(|name| folder.tenant(name));
    let tenant = tenant.transpose()?;
    let role = match wish.role {
        Kind::Owner => Role::Owner,
        Kind::Admin => Role::Admin,
        Kind::Auditor => Role::Auditor,
        Kind::Publisher => Role::Publisher,
    };
    let grantor = wish.by.first(&folder)?;
    let (held, grant) = granted(&folder, &grantor, (role, tenant.clone()), wish.days)?;
    // First the key, so that nothing is granted that nobody holds.
    folder.keep(&wish.name, &held)?;
    let act = Act::Grant {
        grant: grant.into(),
    };
    let head = ledger::act(&folder, &wish.reach, &by, (act, tenant))?;
    let key = held.key.public();
    let lines = [format!("{} is {role}: {key}", wish.name)];
    let object = json!({ "name": wish.name, "role": role, "key": key, "acts": head.length });
    wish.printed.print(&object, &lines)
}

/// A new key with a role by `by`.
fn granted(
    folder: &Folder,
    by: &Held,
    (role, tenant): (Role, Option<Tenant>),
    days: u64,
) -> Result<(Held, Signed<Grant>), Failure> {
    let key = fresh_key()?;
    let issued = now();
    let grant = Grant {
        organisation: folder.organisation(),
        serial: fresh_serial()?,
        key: key.public(),
        role,
        tenant,
        issued,
        expires: issued.plus(days.saturating_mul(DAY)),
    };
    let grant = Signed::new(grant, &by.key).map_err(failed)?;
    let chain = by.chain.with(grant.clone()).map_err(failed)?;
    Ok((Held { key, chain }, grant))
}

fn log(shown: &Shown) -> Result<u8, Failure> {
    let folder = shown.place.open()?;
    let by = shown.by.first(&folder)?;
    let (log, entries) = ledger::fetch(&folder, &shown.reach, &by)?;
    let mut lines = Vec::new();
    let mut acts = Vec::new();
    for entry in &entries {
        let body = entry.body();
        let act = value_of(&body.act).map_err(failed)?;
        let by: Vec<String> = body.by.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "{} {} {act} by {}",
            body.number,
            body.issued,
            by.join(" and ")
        ));
        acts.push(value_of(body).map_err(failed)?);
    }
    let head = log.head();
    lines.push(format!(
        "{} entries, verified; {}",
        head.length, head.digest
    ));
    let object = json!({ "acts": acts, "head": head });
    shown.printed.print(&object, &lines)
}
