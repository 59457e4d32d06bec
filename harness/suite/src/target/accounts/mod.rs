//! Accounts on a relay, made over plain HTTP.

mod register;
mod synapse;

pub use register::next_stage;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use harness_driver::{Payload, Request, Response, Secret};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;

use super::{
    AccountSource, Manifest, Organisation, TargetError, Terms,
    file::{parse_toml, read_text},
};
use crate::network::Http;

/// A user of the relay with a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The user id, as the relay gave it.
    pub user: String,
    /// The part of the user id before the colon.
    pub localpart: String,
    /// The password.
    pub password: Secret,
}

/// How accounts are made on one relay. Copies share what is used up.
#[derive(Clone)]
pub struct Accounts {
    http: Http,
    source: AccountSource,
    organisation: Option<Arc<Organisation>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    /// The accounts of the account file.
    existing: Vec<Account>,
    used_accounts: AtomicUsize,
    used_invitations: AtomicUsize,
    /// The access token of an administrator, once one was needed.
    administrator: Mutex<Option<Secret>>,
}

impl Accounts {
    /// The accounts of the manifest's relay at `base`.
    ///
    /// # Errors
    ///
    /// If the account file cannot be understood.
    pub fn of(manifest: &Manifest, base: &str) -> Result<Self, TargetError> {
        let source = manifest.relay.accounts.clone();
        let existing = match &source {
            AccountSource::Static { file } => existing(&manifest.root.join(file))?,
            AccountSource::RegistrationToken { .. } | AccountSource::SynapseSharedSecret { .. } => {
                Vec::new()
            }
        };
        let shared = Arc::new(Shared {
            existing,
            ..Shared::default()
        });
        Ok(Self {
            http: Http::new(base),
            source,
            organisation: None,
            shared,
        })
    }

    /// The same accounts after the relay moved to `base`.
    #[must_use]
    pub fn moved_to(&self, base: &str) -> Self {
        Self {
            http: Http::new(base),
            ..self.clone()
        }
    }

    /// The same on a relay of an organisation: accounts are made with its invitations.
    #[must_use]
    pub fn within(self, organisation: Organisation) -> Self {
        Self {
            organisation: Some(Arc::new(organisation)),
            ..self
        }
    }

    /// The organisation that the bench plays on this relay.
    #[must_use]
    pub fn organisation(&self) -> Option<Arc<Organisation>> {
        self.organisation.clone()
    }

    /// A new account of one tenant of the organisation, enrolled at `now`.
    ///
    /// # Errors
    ///
    /// If there is no organisation, or the relay does not make it.
    pub fn enrol(&self, tenant: &str, localpart: &str, now: u64) -> Result<Account, TargetError> {
        self.invited(Terms::of(tenant, now), localpart, now)
            .map(|(account, _)| account)
    }

    /// A new account by an invitation of these terms, and the invitation's code.
    ///
    /// # Errors
    ///
    /// As [`Accounts::enrol`].
    pub fn invited(
        &self,
        terms: Terms<'_>,
        localpart: &str,
        now: u64,
    ) -> Result<(Account, Secret), TargetError> {
        let organisation = self.organisation.as_ref();
        let organisation = organisation.ok_or(TargetError::NoOrganisation)?;
        let invited = organisation.invite(&organisation.owner, terms);
        let token = invited.token(&organisation.user(localpart), now);
        let password = password(&token, localpart);
        let account = register::with_token(&self.http, localpart, &password, &token)?;
        let code = invited.code(organisation);
        Ok((account, code))
    }

    /// A new account without any device. From an account file, the next unused one, whatever its name.
    ///
    /// # Errors
    ///
    /// If the relay does not make it.
    pub fn create(&self, localpart: &str) -> Result<Account, TargetError> {
        match &self.source {
            AccountSource::RegistrationToken { token, .. } => {
                register::with_token(&self.http, localpart, &password(token, localpart), token)
            }
            AccountSource::SynapseSharedSecret { secret, .. } => synapse::register(
                &self.http,
                localpart,
                &password(secret, localpart),
                secret,
                synapse::Rank::User,
            ),
            AccountSource::Static { .. } => {
                let next = self.shared.used_accounts.fetch_add(1, Ordering::Relaxed);
                let limit = self.shared.existing.len();
                self.shared
                    .existing
                    .get(next)
                    .cloned()
                    .ok_or(TargetError::NoAccountLeft { limit })
            }
        }
    }

    /// An unused invitation token that is good for one account.
    ///
    /// # Errors
    ///
    /// If the target has none left or gives none out.
    pub fn invitation(&self) -> Result<Secret, TargetError> {
        match &self.source {
            AccountSource::RegistrationToken { single_use, .. } => {
                let next = self.shared.used_invitations.fetch_add(1, Ordering::Relaxed);
                single_use
                    .get(next)
                    .cloned()
                    .ok_or(TargetError::NoInvitationLeft {
                        limit: single_use.len(),
                    })
            }
            AccountSource::SynapseSharedSecret {
                secret,
                invitations: true,
            } => {
                let mut administrator = self
                    .shared
                    .administrator
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                if administrator.is_none() {
                    let password = password(secret, synapse::ADMINISTRATOR);
                    *administrator = Some(synapse::administrator(&self.http, &password, secret)?);
                }
                synapse::invitation(&self.http, administrator.as_ref())
            }
            AccountSource::SynapseSharedSecret { .. } | AccountSource::Static { .. } => {
                Err(TargetError::NoInvitationLeft { limit: 0 })
            }
        }
    }
}

/// A password that nobody can guess who does not know the secret of the account source.
fn password(secret: &Secret, localpart: &str) -> Secret {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).expect("any key length");
    mac.update(localpart.as_bytes());
    let digits: String = mac
        .finalize()
        .into_bytes()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // Upper case and punctuation for relays with rules of composition.
    Secret::new(format!("Pw-{digits}!"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountFile {
    account: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    user: String,
    password: String,
}

fn existing(path: &Path) -> Result<Vec<Account>, TargetError> {
    let AccountFile { account } = parse_toml(&read_text(path)?, path)?;
    Ok(account
        .into_iter()
        .map(|Written { user, password }| {
            let localpart = user
                .trim_start_matches('@')
                .split(':')
                .next()
                .unwrap_or_default()
                .to_owned();
            Account {
                user,
                localpart,
                password: Secret::new(password),
            }
        })
        .collect())
}

/// One request of provisioning; it is not part of any case.
fn exchange(
    http: &Http,
    method: &str,
    path: &str,
    token: Option<&Secret>,
    body: Payload,
) -> Result<Response, TargetError> {
    let request = Request {
        id: "provision".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        token: token.cloned(),
        body,
    };
    let exchanged = http.send(&request).map_err(|error| TargetError::NoAnswer {
        reason: error.to_string(),
    })?;
    Ok(exchanged.response)
}

/// The string at a key of the answer's body.
fn text<'a>(response: &'a Response, key: &str) -> Option<&'a str> {
    response.body.json()?.get(key).and_then(Value::as_str)
}

fn not_registered(localpart: &str, response: &Response) -> TargetError {
    let errcode = text(response, "errcode").unwrap_or("without an error code");
    TargetError::NotRegistered {
        localpart: localpart.to_owned(),
        status: response.status,
        errcode: errcode.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests;
