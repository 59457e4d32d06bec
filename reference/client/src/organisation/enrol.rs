//! Enrolment: the invitation code says which organisation is the right one, and its one-time key admits the account.

use reference_organisation::{Admission, InvitationCode, Time, UserName, value_of};
use serde_json::json;

use super::{Asked, ENDPOINT, Organisation, directory::Listing};
use crate::{
    CallId, Client, Flaw, Refusal, Secret,
    client::{Answer, Body, Method, Pending},
};

/// An enrolment under way. The key of the invitation is not in it: it has signed and is forgotten.
#[derive(Debug)]
pub(crate) struct Enrolling {
    pub(crate) call: CallId,
    organisation: Organisation,
}

impl Client {
    /// Admits this account with the key of an invitation; ends when the organisation's news are here.
    ///
    /// # Errors
    /// If the code does not hold, is of another relay, or this device does not hold the identity's keys.
    pub(crate) fn enrol(&mut self, now: u64, call: CallId, code: &Secret) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        if own.identity.is_none() {
            return Err(Refusal::NoIdentityKeys);
        }
        if self.affiliation.organisation().is_some() {
            return Err(Refusal::Enrolled);
        }
        let master = self.directory.pinned(&own.user);
        let master = master.ok_or(Refusal::NoIdentityKeys)?;
        let refused = |error: &dyn std::fmt::Display| Refusal::InvitationCode(error.to_string());
        let parsed = InvitationCode::parse(code.reveal()).map_err(|error| refused(&error))?;
        let user = UserName::new(own.user.as_str()).map_err(|error| refused(&error))?;
        let admission = parsed.admission(&user, master, Time(now));
        let admission: Admission = admission.map_err(|error| refused(&error))?;
        let body = value_of(&admission).map_err(|error| refused(&error))?;
        let invitation = parsed.invitation.body();
        let (tenant, role) = (invitation.tenant.clone(), invitation.role);
        let mut organisation = Organisation::new(parsed.charter.clone(), tenant, role);
        organisation.directory_key = parsed.directory.clone();
        if self.conduct.has(Flaw::KeepsInvitationKey) {
            organisation.seed = Some(code.clone());
        }
        let enrolling = Enrolling { call, organisation };
        let path = format!("{ENDPOINT}/admission");
        let pending = Pending::Organisation(Asked::Enrolment(Box::new(enrolling)));
        self.wire.send(Method::Put, path, Body::Json(body), pending);
        Ok(())
    }

    /// The relay has the admission; from now on the organisation's rules hold.
    pub(super) fn take_enrolment(
        &mut self,
        now: u64,
        enrolling: Enrolling,
        answer: Answer<'_>,
    ) -> Result<(), Refusal> {
        answer.good()?;
        self.affiliation.join(enrolling.organisation);
        self.obey(self.affiliation.policy());
        self.ask_news(now, Some(enrolling.call));
        Ok(())
    }

    /// What the user sees of the organisation.
    pub(crate) fn organisation_status(&self) -> serde_json::Value {
        let Some(known) = self.affiliation.organisation() else {
            return json!({ "organisation": null });
        };
        let users = self.directory.standings().map(|(user, standing)| {
            let view = standing.view(&self.conduct);
            (user.to_string(), view)
        });
        let users: serde_json::Map<String, serde_json::Value> = users.collect();
        json!({
            "organisation": known.root(),
            "name": known.charter.body.name,
            "tenant": known.tenant,
            "role": known.role,
            "policy": known.policy.as_ref().map(|policy| policy.body().version),
            "directory": self.affiliation.listing().map(Listing::version),
            "acts": known.acts.len(),
            "fault": known.fault,
            "users": users,
        })
    }
}
