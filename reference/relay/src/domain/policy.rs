use reference_organisation::{Authorised, Policy, Tenant, Time, read, value_of};
use serde_json::Value;

use crate::conduct::{Conduct, Flaw};
use crate::organisation::{Organisation, refuse};
use crate::refusal::Refusal;
use crate::store::{Key, Table, Tables, TablesMut, load, save};

/// The newest policy of a tenant, as it was signed.
pub(crate) fn newest(tables: &dyn Tables, tenant: &Tenant) -> Result<Option<Value>, Refusal> {
    Ok(load(tables, Table::Policies, &row(tenant))?)
}

/// Takes a policy that someone who may has signed, and that follows the one in force.
pub(crate) fn publish(
    tables: &mut dyn TablesMut,
    organisation: &Organisation,
    policy: &Authorised<Policy>,
    now: u64,
    conduct: &Conduct,
) -> Result<(), Refusal> {
    let next = policy.body();
    let log = organisation.log(tables)?;
    if !conduct.has(Flaw::PolicyUnsigned) {
        policy
            .verify_policy(log.trust(), Time(now))
            .map_err(refuse)?;
        // Valid when it was made is not enough for what is published now.
        policy.verify_at(log.trust(), Time(now)).map_err(refuse)?;
    }
    organisation.check_tenant(&next.tenant)?;
    next.check_publishable().map_err(refuse)?;
    if let Some(head) = &next.log {
        log.check_continues(head).map_err(refuse)?;
    }
    let in_force = newest(tables, &next.tenant)?;
    if let Some(in_force) = in_force.filter(|_| !conduct.has(Flaw::PolicyRollback)) {
        let damaged = |fault| Refusal::internal().because(fault);
        let in_force: Authorised<Policy> = read(&in_force).map_err(damaged)?;
        in_force.body().accepts(next).map_err(refuse)?;
    }
    let value = value_of(policy).map_err(refuse)?;
    Ok(save(tables, Table::Policies, &row(&next.tenant), &value)?)
}

fn row(tenant: &Tenant) -> Key {
    Key::of(&[tenant.as_str()])
}
