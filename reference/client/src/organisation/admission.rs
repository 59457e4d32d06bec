//! Admissions: whom the organisation has invited, by its signatures over each user's identity.

use reference_organisation::{Admission, Role, Tenant, UserName, read};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Asked, ENDPOINT, Organisation};
use crate::{
    Client, Conduct, Flaw, UserId,
    client::{Answer, Body, Method, Pending},
};

/// Users that one question names.
const BATCH: usize = 200;

/// What is known of a user's admission. It is about one identity: with another one he is a stranger again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    /// The master key that was judged.
    master: String,
    /// What the relay served; one that once held is kept, whatever the relay serves later.
    admission: Option<Admission>,
    /// As what, once it was verified.
    admitted: Option<Admitted>,
    /// Why he is not admitted.
    fault: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Admitted {
    role: Role,
    tenant: Tenant,
}

impl Standing {
    /// As what he was admitted.
    pub(crate) fn role(&self) -> Option<Role> {
        self.admitted.as_ref().map(|admitted| admitted.role)
    }

    pub(crate) fn is_for(&self, master: &str) -> bool {
        self.master == master
    }

    pub(super) fn view(&self, conduct: &Conduct) -> Value {
        let admitted = self.admitted.as_ref();
        let role = admitted.map(|admitted| admitted.role);
        let hides = role == Some(Role::Reader) && conduct.has(Flaw::ReaderUnmarked);
        json!({
            "standing": if admitted.is_some() { "admitted" } else { "not_admitted" },
            "role": if hides { Some(Role::Member) } else { role },
            "tenant": admitted.map(|admitted| &admitted.tenant),
            "reason": self.fault,
        })
    }

    /// Judges what is known by the acts and the identity of now.
    fn judge(&mut self, organisation: &Organisation, user: &UserId, conduct: &Conduct) {
        let judged = match &self.admission {
            None if conduct.has(Flaw::UnadmittedIsColleague) => Ok(Admitted {
                role: Role::Member,
                tenant: organisation.tenant.clone(),
            }),
            None => Err("the relay shows no admission".to_owned()),
            Some(admission) => check(organisation, user, &self.master, admission, conduct),
        };
        self.fault = judged.as_ref().err().cloned();
        self.admitted = judged.ok();
    }
}

fn check(
    organisation: &Organisation,
    user: &UserId,
    master: &str,
    admission: &Admission,
    conduct: &Conduct,
) -> Result<Admitted, String> {
    let invitation = admission.invitation.body();
    let admitted = Admitted {
        role: invitation.role,
        tenant: invitation.tenant.clone(),
    };
    if conduct.has(Flaw::AdmissionUnverified) {
        return Ok(admitted);
    }
    let trust = organisation.trust().ok_or("the log was not read")?;
    let name = UserName::new(user.as_str()).map_err(|fault| fault.to_string())?;
    // The flaw: takes the key's word for the key.
    let master = match conduct.has(Flaw::AdmissionKeyNotBound) {
        true => admission.admission.body.master_key.as_str(),
        false => master,
    };
    let verified = admission.verify(trust, &name, master);
    verified.map_err(|error| error.to_string())?;
    if admitted.tenant != organisation.tenant {
        return Err(format!("admitted to the tenant {}", admitted.tenant));
    }
    Ok(admitted)
}

impl Client {
    /// Asks for the admissions of users whose identity is known and not judged.
    pub(crate) fn query_admissions(&mut self) {
        if self.affiliation.organisation().is_none() {
            return;
        }
        let own = self.own.as_ref().map(|own| own.user.clone());
        let unjudged = self.directory.unjudged();
        let asked = &mut self.affiliation.asked;
        let users: Vec<UserId> = unjudged
            .filter(|user| Some(*user) != own.as_ref() && !asked.contains(*user))
            .cloned()
            .collect();
        asked.extend(users.iter().cloned());
        for batch in users.chunks(BATCH) {
            let body = Body::Json(json!({ "users": batch }));
            let path = format!("{ENDPOINT}/admission/query");
            let pending = Pending::Organisation(Asked::Admissions(batch.to_vec()));
            self.wire.send(Method::Post, path, body, pending);
        }
    }

    /// Takes admissions in; without a good answer the users stay who they were.
    pub(super) fn take_admissions(&mut self, users: &[UserId], answer: Answer<'_>) {
        let Some(organisation) = self.affiliation.organisation() else {
            return;
        };
        if answer.good().is_err() {
            return;
        }
        let served = answer.body.get("admissions");
        for user in users {
            let Some(master) = self.directory.pinned(user).map(str::to_owned) else {
                continue;
            };
            let served = served.and_then(|all| all.get(user.as_str()));
            let read = served.map(read::<Admission>);
            let unread = matches!(read, Some(Err(_)));
            let mut standing = Standing {
                master,
                admission: read.and_then(Result::ok),
                admitted: None,
                fault: None,
            };
            standing.judge(organisation, user, &self.conduct);
            if unread {
                standing.fault = Some("the relay shows something that is no admission".to_owned());
            }
            self.directory.stand(user, standing);
        }
    }

    /// Acts may have revoked what an admission rests on.
    pub(super) fn judge_again(&mut self) {
        let Some(organisation) = self.affiliation.organisation() else {
            return;
        };
        let known: Vec<(UserId, Standing)> = self
            .directory
            .standings()
            .map(|(user, standing)| (user.clone(), standing.clone()))
            .collect();
        for (user, mut standing) in known {
            let before = standing.clone();
            standing.judge(organisation, &user, &self.conduct);
            if standing != before {
                self.directory.stand(&user, standing);
            }
        }
    }

    /// Strangers may have been admitted since they were asked for last.
    pub(crate) fn ask_of_strangers_again(&mut self) {
        self.affiliation.asked.clear();
    }

    /// Whether the word about one of these users is under way.
    pub(crate) fn awaits_admission(&self, users: &[UserId]) -> bool {
        self.wire.awaits(|pending| match pending {
            Pending::Organisation(Asked::Admissions(asked)) => {
                asked.iter().any(|user| users.contains(user))
            }
            _ => false,
        })
    }
}
