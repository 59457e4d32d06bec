//! Recovery: the private identity lies at the relay, sealed with a secret that the user holds, or that his trustees hold together.

mod escrow;
pub(crate) mod secret;
mod storage;

use serde_json::{Value, json};

use super::VaultRefusal;
use crate::{
    CallId, Client, Flaw, Outcome, Refusal, Secret, UserId,
    account::OwnIdentity,
    client::{Answer, Body, Method, Pending},
    json::{random_name, segment, text},
    sealed::Key,
};
pub(crate) use escrow::Escrow;
pub(crate) use storage::Description;
use storage::Stored;

/// The secrets that are kept (Matrix specification, 'Cross-signing'), in the order of [`OwnIdentity::secrets`].
pub(crate) const NAMES: [&str; 3] = [
    "m.cross_signing.master",
    "m.cross_signing.self_signing",
    "m.cross_signing.user_signing",
];

const DEFAULT_KEY: &str = "m.secret_storage.default_key";

/// Characters of the longest id of a key that is asked for.
const MAX_ID: usize = 255;

/// A recovery under way: one request at a time.
#[derive(Debug)]
pub(crate) enum Recovery {
    /// Puts account data; then the secret is shown.
    Storing {
        call: CallId,
        rest: Vec<(String, Value)>,
        secret: Secret,
    },
    /// Asks which key is in use.
    Choosing { call: CallId, key: Key },
    /// Asks what the key looks like.
    Comparing { call: CallId, key: Key, id: String },
    /// Asks for the secrets, one after the other.
    Fetching {
        call: CallId,
        key: Key,
        id: String,
        found: Vec<Secret>,
    },
}

impl Recovery {
    pub(crate) fn call(&self) -> CallId {
        match self {
            Self::Storing { call, .. }
            | Self::Choosing { call, .. }
            | Self::Comparing { call, .. }
            | Self::Fetching { call, .. } => *call,
        }
    }
}

impl Client {
    /// Makes a recovery secret, keeps the identity at the relay under it, and gives trustees their shares.
    pub(crate) fn make_recovery(
        &mut self,
        call: CallId,
        lock: Option<&Secret>,
        trustees: &[UserId],
        quorum: usize,
    ) -> Result<(), Refusal> {
        if self.policy().managed.disable_recovery_code {
            return Err(VaultRefusal::Forbidden("recovery secrets").into());
        }
        self.confirm(lock)?;
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let identity = own.identity.as_ref().ok_or(Refusal::NoIdentityKeys)?;
        let (key, id) = (secret::fresh().map_err(VaultRefusal::from)?, random_name());
        let failed = |error| Refusal::from(VaultRefusal::Sealed(error));
        let shown = Secret::new(secret::text(&key));
        let mut description = json!(Description::of(&key).map_err(failed)?);
        if let (true, Some(fields)) = (
            self.conduct.has(Flaw::RecoverySecretAtRelay),
            description.as_object_mut(),
        ) {
            fields.insert("hint".to_owned(), json!(shown.reveal()));
        }
        let mut rest = vec![(DEFAULT_KEY.to_owned(), json!({ "key": id }))];
        for (name, private) in NAMES.into_iter().zip(identity.secrets()) {
            let stored = storage::seal(&key, name, private.reveal().as_bytes()).map_err(failed)?;
            rest.push((name.to_owned(), json!({ "encrypted": { &id: stored } })));
        }
        // The last one goes first: a key comes to be the default one when everything under it is there.
        rest.push((format!("m.secret_storage.key.{id}"), description));
        if !trustees.is_empty() {
            self.give_shares(&key, &id, trustees, quorum)?;
        }
        self.store_next(call, rest, shown)
    }

    fn store_next(
        &mut self,
        call: CallId,
        mut rest: Vec<(String, Value)>,
        secret: Secret,
    ) -> Result<(), Refusal> {
        let Some((kind, content)) = rest.pop() else {
            let value = json!({ "secret": secret.reveal() });
            self.wire.done(call, Outcome::Value(value));
            return Ok(());
        };
        let recovery = Recovery::Storing { call, rest, secret };
        self.exchange(Method::Put, &kind, Body::Json(content), recovery)
    }

    /// Brings the identity back to this device with the secret that the user wrote down.
    pub(crate) fn recover_from_secret(
        &mut self,
        call: CallId,
        typed: &Secret,
    ) -> Result<(), Refusal> {
        let key = secret::parse(typed.reveal())?;
        self.recover_with(call, key)
    }

    fn recover_with(&mut self, call: CallId, key: Key) -> Result<(), Refusal> {
        self.exchange(
            Method::Get,
            DEFAULT_KEY,
            Body::Empty,
            Recovery::Choosing { call, key },
        )
    }

    fn exchange(
        &mut self,
        method: Method,
        kind: &str,
        body: Body,
        recovery: Recovery,
    ) -> Result<(), Refusal> {
        let own = self.own.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let path = format!(
            "/_matrix/client/v3/user/{}/account_data/{}",
            segment(own.user.as_str()),
            segment(kind)
        );
        self.wire
            .send(method, path, body, Pending::Recovery(Box::new(recovery)));
        Ok(())
    }

    /// Takes a recovery one step on.
    pub(crate) fn take_recovery(
        &mut self,
        recovery: Recovery,
        answer: Answer<'_>,
    ) -> Result<(), Refusal> {
        if answer.status == 404 {
            return Err(VaultRefusal::NothingStored("account data").into());
        }
        answer.good()?;
        match recovery {
            Recovery::Storing { call, rest, secret } => self.store_next(call, rest, secret),
            Recovery::Choosing { call, key } => {
                let id = text(answer.body, "key").filter(|id| id.len() <= MAX_ID);
                let id = id
                    .ok_or(VaultRefusal::NothingStored("default key"))?
                    .to_owned();
                let kind = format!("m.secret_storage.key.{id}");
                self.exchange(
                    Method::Get,
                    &kind,
                    Body::Empty,
                    Recovery::Comparing { call, key, id },
                )
            }
            Recovery::Comparing { call, key, id } => {
                let description: Result<Description, _> =
                    serde_json::from_value(answer.body.clone());
                let description =
                    description.or(Err(VaultRefusal::NothingStored("key description")))?;
                if !description.fits(&key) {
                    return self.wrong_secret(call);
                }
                let found = Vec::new();
                self.fetch_next(Recovery::Fetching {
                    call,
                    key,
                    id,
                    found,
                })
            }
            Recovery::Fetching {
                call,
                key,
                id,
                mut found,
            } => {
                let name = NAMES.get(found.len()).copied().unwrap_or_default();
                found.push(private_key(answer.body, &key, &id, name)?);
                self.fetch_next(Recovery::Fetching {
                    call,
                    key,
                    id,
                    found,
                })
            }
        }
    }

    fn fetch_next(&mut self, recovery: Recovery) -> Result<(), Refusal> {
        let Recovery::Fetching { call, found, .. } = &recovery else {
            return Ok(());
        };
        if let Some(name) = NAMES.get(found.len()) {
            return self.exchange(Method::Get, name, Body::Empty, recovery);
        }
        let (call, found) = (*call, found.clone());
        let identity =
            OwnIdentity::from_secrets(found).ok_or(VaultRefusal::NothingStored("identity"))?;
        self.adopt_identity(identity)?;
        let device = self
            .own
            .as_ref()
            .ok_or(Refusal::NotLoggedIn)?
            .device
            .clone();
        // With the identity back, this device is one of the user's again.
        self.enlist(&device, Some(call))
    }

    /// The flaw: says that everything is back although nothing is.
    fn wrong_secret(&mut self, call: CallId) -> Result<(), Refusal> {
        if !self.conduct.has(Flaw::RecoveryWrongSecretOk) {
            return Err(VaultRefusal::SecretWrong.into());
        }
        self.wire.done(call, Outcome::Finished);
        Ok(())
    }
}

/// A private key out of the account data of its name.
pub(crate) fn private_key(
    content: &Value,
    key: &Key,
    id: &str,
    name: &'static str,
) -> Result<Secret, VaultRefusal> {
    let missing = VaultRefusal::NothingStored(name);
    let stored = content.get("encrypted").and_then(|all| all.get(id));
    let stored: Option<Stored> =
        stored.and_then(|stored| serde_json::from_value(stored.clone()).ok());
    let opened = stored.and_then(|stored| storage::open(key, name, &stored));
    let text = opened.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    text.map(Secret::new).ok_or(missing)
}
