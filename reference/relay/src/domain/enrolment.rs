use reference_organisation::{EnrolmentToken, Role, Serial, Tenant, Time, TrustError, UserName};
use ruma::UserId;
use serde::{Deserialize, Serialize};

use crate::conduct::{Conduct, Flaw};
use crate::organisation::{Organisation, refuse};
use crate::refusal::Refusal;
use crate::store::{Key, Table, Tables, TablesMut, load, save};

/// As what an account was admitted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Enrolment {
    pub(crate) tenant: Tenant,
    pub(crate) role: Role,
    pub(crate) serial: Serial,
}

/// As what `token` admits `user` now; refused if it does not, or was used before.
pub(crate) fn admit(
    tables: &dyn Tables,
    organisation: &Organisation,
    (token, user): (&EnrolmentToken, &UserId),
    now: u64,
    conduct: &Conduct,
) -> Result<Enrolment, Refusal> {
    let log = organisation.durable_log(tables)?;
    check(organisation, &log, (token, user), Time(now), conduct).map_err(refuse)?;
    let invitation = token.invitation.body();
    refuse_spent(tables, invitation.serial, conduct)?;
    Ok(Enrolment {
        tenant: invitation.tenant.clone(),
        role: invitation.role,
        serial: invitation.serial,
    })
}

/// Uses an invitation up, if nobody did so meanwhile.
pub(crate) fn spend(
    tables: &mut dyn TablesMut,
    enrolment: &Enrolment,
    conduct: &Conduct,
) -> Result<(), Refusal> {
    refuse_spent(tables, enrolment.serial, conduct)?;
    Ok(save(
        tables,
        Table::Invitations,
        &row(enrolment.serial),
        &1_u32,
    )?)
}

fn check(
    organisation: &Organisation,
    log: &reference_organisation::Log,
    (token, user): (&EnrolmentToken, &UserId),
    now: Time,
    conduct: &Conduct,
) -> Result<(), TrustError> {
    let invitation = token.invitation.body();
    let tenant = Some(&invitation.tenant).filter(|_| !conduct.has(Flaw::InvitationAnyTenant));
    if !conduct.has(Flaw::InvitationUnverified) {
        token.invitation.verify(log.trust())?;
        // An admin whose say has ended cannot let anybody in any more.
        let admin = token.invitation.verify_at(log.trust(), now)?;
        admin.check_admin(tenant.or(admin.tenant.as_ref()))?;
        invitation.check_terms(log.trust())?;
    }
    if tenant.is_some() {
        organisation.charter().check_tenant(&invitation.tenant)?;
    }
    if !conduct.has(Flaw::InvitationNeverExpires) {
        invitation.check_open(log.trust(), now)?;
    }
    if !conduct.has(Flaw::InvitationAnyUser) {
        token.check_proof(&UserName::new(user.as_str())?)?;
    }
    Ok(())
}

fn refuse_spent(tables: &dyn Tables, serial: Serial, conduct: &Conduct) -> Result<(), Refusal> {
    let used: Option<u32> = load(tables, Table::Invitations, &row(serial))?;
    if used.is_some() && !conduct.has(Flaw::InvitationReusable) {
        return Err(Refusal::forbidden("the invitation was used"));
    }
    Ok(())
}

/// A serial has 22 characters, the hash of a registration token 43.
fn row(serial: Serial) -> Key {
    Key::of(&[&serial.to_string()])
}
