//! Synapse's own ways: registration with a shared secret, invitation tokens of its administration interface.

use harness_driver::{Payload, Secret};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha1::Sha1;

use super::{Account, exchange, not_registered, text};
use crate::{network::Http, target::TargetError};

/// The local part of the administrator that the bench makes when it must give out an invitation.
pub(super) const ADMINISTRATOR: &str = "pruefstand-administrator";

const REGISTER: &str = "/_synapse/admin/v1/register";

/// What an account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rank {
    User,
    Administrator,
}

/// Registers an account; no device comes with it.
///
/// Synapse asks for an HMAC-SHA1 over nonce, name, password and rank, NUL between them.
pub(super) fn register(
    http: &Http,
    localpart: &str,
    password: &Secret,
    secret: &Secret,
    rank: Rank,
) -> Result<Account, TargetError> {
    let response = exchange(http, "GET", REGISTER, None, Payload::Empty)?;
    let nonce = text(&response, "nonce")
        .ok_or_else(|| not_registered(localpart, &response))?
        .to_owned();
    let word = if rank == Rank::Administrator {
        "admin"
    } else {
        "notadmin"
    };
    let parts = [nonce.as_str(), localpart, password.expose(), word];
    let body = json!({
        "nonce": nonce,
        "username": localpart,
        "password": password.expose(),
        "admin": rank == Rank::Administrator,
        "mac": mac(secret, &parts.join("\0")),
        "inhibit_login": true,
    });
    let response = exchange(http, "POST", REGISTER, None, Payload::Json(body))?;
    let user = text(&response, "user_id").filter(|_| response.status == 200);
    Ok(Account {
        user: user
            .ok_or_else(|| not_registered(localpart, &response))?
            .to_owned(),
        localpart: localpart.to_owned(),
        password: password.clone(),
    })
}

/// The access token of a new administrator.
pub(super) fn administrator(
    http: &Http,
    password: &Secret,
    secret: &Secret,
) -> Result<Secret, TargetError> {
    match register(http, ADMINISTRATOR, password, secret, Rank::Administrator) {
        // It is there from an earlier run on the same store, with the same password.
        Ok(_) | Err(TargetError::NotRegistered { status: 400, .. }) => {}
        Err(error) => return Err(error),
    }
    let login = json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": ADMINISTRATOR },
        "password": password.expose(),
    });
    let response = exchange(
        http,
        "POST",
        "/_matrix/client/v3/login",
        None,
        Payload::Json(login),
    )?;
    let token =
        text(&response, "access_token").ok_or_else(|| not_registered(ADMINISTRATOR, &response))?;
    Ok(Secret::new(token))
}

/// A fresh registration token that is good for one account.
pub(super) fn invitation(
    http: &Http,
    administrator: Option<&Secret>,
) -> Result<Secret, TargetError> {
    let path = "/_synapse/admin/v1/registration_tokens/new";
    let response = exchange(
        http,
        "POST",
        path,
        administrator,
        Payload::Json(json!({ "uses_allowed": 1 })),
    )?;
    let token =
        text(&response, "token").ok_or_else(|| not_registered("for an invitation", &response))?;
    Ok(Secret::new(token))
}

fn mac(secret: &Secret, message: &str) -> String {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.expose().as_bytes()).expect("any key length");
    mac.update(message.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202, test case 2.
    #[test]
    fn the_mac_is_hmac_sha1_in_hex() {
        let mac = mac(&Secret::new("Jefe"), "what do ya want for nothing?");
        assert_eq!(mac, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }
}
