use ruma::{OwnedUserId, UserId};
use serde::Deserialize;

use super::caller::Caller;
use crate::conduct::Flaw;
use crate::domain::account::account;
use crate::refusal::Refusal;
use crate::relay::Relay;

/// Who says to be whom, by password: a login, or a stage of user-interactive authentication.
#[derive(Deserialize)]
pub(super) struct PasswordProof {
    #[serde(rename = "type")]
    kind: String,
    identifier: Option<Identifier>,
    user: Option<String>,
    password: Option<String>,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: String,
    user: Option<String>,
}

impl PasswordProof {
    /// The account named, if it can be one of this relay.
    fn user(&self, relay: &Relay) -> Result<OwnedUserId, Refusal> {
        let name = match &self.identifier {
            Some(Identifier { kind, user }) if kind == "m.id.user" => user.as_ref(),
            Some(_) => return Err(Refusal::invalid("identifier is of an unknown type")),
            None => self.user.as_ref(),
        };
        let name = name.ok_or_else(|| Refusal::bad_json("no user is named"))?;
        UserId::parse_with_server_name(name.as_str(), &relay.server)
            .ok()
            .filter(|user| user.server_name() == relay.server)
            .ok_or_else(wrong)
    }
}

/// Whether the request is this proof at all.
pub(super) fn is_password(proof: &PasswordProof) -> bool {
    proof.kind == STAGE
}

/// Checks name and password. Wrong ones are counted for the name, whether it exists or not, and
/// cost the caller the same time.
pub(super) async fn check(relay: &Relay, proof: PasswordProof) -> Result<OwnedUserId, Refusal> {
    let user = proof.user(relay)?;
    let password = proof
        .password
        .ok_or_else(|| Refusal::bad_json("no password is given"))?;
    if password.len() > LONGEST {
        return Err(wrong());
    }
    let passed = relay.throttle.login(user.as_str(), relay.now());
    if passed.is_err() && !relay.conduct.has(Flaw::LoginUnlimited) {
        passed?;
    }
    let name = user.clone();
    let known = relay.read(move |tables| account(tables, &name)).await?;
    let known = known.filter(|account| !account.removed);
    let right = relay
        .check_password(known.map(|account| account.password), password)
        .await?;
    if !right {
        return Err(wrong());
    }
    relay.throttle.login_passed(user.as_str());
    Ok(user)
}

/// Asks the caller for his own password again (spec, "User-Interactive Authentication API").
pub(super) async fn confirm(
    relay: &Relay,
    caller: &Caller,
    proof: Option<PasswordProof>,
) -> Result<(), Refusal> {
    let Some(proof) = proof.filter(is_password) else {
        return Err(Refusal::challenge(STAGE, false));
    };
    if proof.user(relay).ok().as_deref() != Some(caller.user()) {
        return Err(Refusal::challenge(STAGE, true));
    }
    match check(relay, proof).await {
        Ok(_) => Ok(()),
        Err(refusal) if refusal.is_forbidden() => Err(Refusal::challenge(STAGE, true)),
        Err(refusal) => Err(refusal),
    }
}

fn wrong() -> Refusal {
    Refusal::forbidden("user name or password is wrong")
}

/// Type of the stage and of the login.
const STAGE: &str = "m.login.password";
/// Bytes of a password: more than anyone types, few enough to hash.
pub(super) const LONGEST: usize = 512;
