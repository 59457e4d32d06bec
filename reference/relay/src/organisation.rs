use std::path::Path;
use std::sync::{Mutex, PoisonError};

use reference_organisation::{self as organisation, Charter, Entry, Log, Signed, Tenant};

use crate::domain::acts;
use crate::error::Error;
use crate::refusal::Refusal;
use crate::store::Tables;

/// The organisation that a relay serves: whom it may admit, and what the organisation decided.
///
/// The relay knows the public charter alone. It checks what the organisation signed and stores it; it can make none of it.
pub(crate) struct Organisation {
    charter: Charter,
    /// The log of acts as far as it was read; the store has all of it.
    log: Mutex<Log>,
}

impl Organisation {
    /// The organisation of a charter that its root signed.
    pub(crate) fn of(charter: &Signed<Charter>) -> Result<Self, Error> {
        let charter = charter.verified().map_err(|fault| Error::Charter {
            reason: fault.to_string(),
        })?;
        Ok(Self {
            log: Mutex::new(Log::new(charter.organisation)),
            charter: charter.clone(),
        })
    }

    /// What the organisation says of itself.
    pub(crate) fn charter(&self) -> &Charter {
        &self.charter
    }

    /// Refuses tenants that the charter does not name.
    pub(crate) fn check_tenant(&self, tenant: &Tenant) -> Result<(), Refusal> {
        self.charter.check_tenant(tenant).map_err(refuse)
    }

    /// The log as `tables` hold it.
    pub(crate) fn log(&self, tables: &dyn Tables) -> Result<Log, Refusal> {
        let mut log = self.kept().clone();
        for entry in acts::after(tables, log.head().length)? {
            append(&mut log, &entry)?;
        }
        Ok(log)
    }

    /// The same inside a read, where everything is durable: what was read is kept for the next time.
    pub(crate) fn durable_log(&self, tables: &dyn Tables) -> Result<Log, Refusal> {
        let log = self.log(tables)?;
        let mut kept = self.kept();
        if log.head().length > kept.head().length {
            kept.clone_from(&log);
        }
        Ok(log)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads a charter file.
pub(crate) fn read_charter(path: &Path) -> Result<Signed<Charter>, Error> {
    let text = std::fs::read(path).map_err(|source| Error::Io {
        what: format!("failed to read charter {}", path.display()),
        source,
    })?;
    let value = organisation::json::parse(&text).map_err(organisation::ObjectError::from);
    let charter = value.and_then(|value| organisation::read(&value));
    charter.map_err(|fault| Error::Charter {
        reason: format!("{}: {fault}", path.display()),
    })
}

/// Why something signed is not taken; it names keys, serials and times of the organisation, no people and nothing of the relay.
pub(crate) fn refuse(fault: impl std::fmt::Display) -> Refusal {
    Refusal::forbidden(fault.to_string())
}

fn append(log: &mut Log, entry: &Entry) -> Result<(), Refusal> {
    let damaged = |fault| Refusal::internal().because(fault);
    log.append_unchecked(entry).map_err(damaged)
}
