//! The log of acts as a relay keeps it: read, verified from its beginning, and continued.

use clap::Args;
use reference_organisation::{
    Act, ActStatement, Authorised, Entry, Head, Log, LogPage, Question, Signed, Signer, Subject,
    Tenant, read, value_of,
};
use serde_json::Value;

use super::{
    folder::{Folder, Held, failed, now},
    reach::Reach,
};
use crate::failure::Failure;

/// Who signs.
#[derive(Debug, Args)]
pub(crate) struct By {
    /// The key that signs; twice for what needs two persons
    #[arg(long = "as", value_name = "KEY", default_value = "owner")]
    names: Vec<String>,
}

impl By {
    /// The keys, one at least.
    pub(super) fn keys(&self, folder: &Folder) -> Result<Vec<Held>, Failure> {
        self.names.iter().map(|name| folder.key(name)).collect()
    }

    /// The first of them.
    pub(super) fn first(&self, folder: &Folder) -> Result<Held, Failure> {
        let name = self.names.first().map_or("owner", String::as_str);
        folder.key(name)
    }
}

/// The whole log, verified. A relay that shows less than it showed before is found out.
pub(super) fn fetch(
    folder: &Folder,
    reach: &Reach,
    by: &Held,
) -> Result<(Log, Vec<Entry>), Failure> {
    let mut log = Log::new(folder.organisation());
    let mut entries = Vec::new();
    loop {
        let from = log.head().length;
        let answer = ask(folder, reach, by, Subject::Acts { from })?;
        let page: LogPage = read(&answer).map_err(failed)?;
        for entry in &page.entries {
            log.append(entry).map_err(failed)?;
        }
        let ends = page.entries.is_empty() || log.head().length >= page.head.length;
        entries.extend(page.entries);
        if ends {
            break;
        }
    }
    if let Some(known) = folder.known_head()? {
        log.check_continues(&known).map_err(failed)?;
    }
    folder.remember(&log.head())?;
    Ok((log, entries))
}

/// Asks the relay something in the name of a key.
pub(super) fn ask(
    folder: &Folder,
    reach: &Reach,
    by: &Held,
    about: Subject,
) -> Result<Value, Failure> {
    let question = Question {
        organisation: folder.organisation(),
        tenant: by.tenant(),
        about,
        issued: now(),
    };
    let asked = Authorised {
        statement: Signed::new(question, &by.key).map_err(failed)?,
        chain: by.chain.clone(),
    };
    reach.send("POST", "question", &value_of(&asked).map_err(failed)?)
}

/// Signs an act behind the last one and brings it to the relay.
pub(super) fn act(
    folder: &Folder,
    reach: &Reach,
    by: &[Held],
    (act, tenant): (Act, Option<Tenant>),
) -> Result<Head, Failure> {
    let first = by.first();
    let first = first.ok_or_else(|| Failure::Usage("nobody signs".to_owned()))?;
    let (mut log, _) = fetch(folder, reach, first)?;
    let head = log.head();
    let statement = ActStatement {
        organisation: folder.organisation(),
        number: head.length,
        previous: head.digest,
        by: Vec::new(),
        tenant,
        act,
        issued: now(),
    };
    let signers: Vec<_> = by
        .iter()
        .map(|Held { key, chain }| Signer { key, chain })
        .collect();
    let entry = Entry::new(statement, &signers).map_err(failed)?;
    log.append(&entry).map_err(failed)?;
    reach.send("POST", "acts", &value_of(&entry).map_err(failed)?)?;
    folder.remember(&log.head())?;
    Ok(log.head())
}

/// The tenant that an act by these is about: the only one that any of them has a say in.
pub(super) fn tenant_of(by: &[Held]) -> Option<Tenant> {
    by.iter().find_map(Held::tenant)
}
