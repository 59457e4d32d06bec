//! The evil peer: an account on the relay, a forged device and a forged identity.

mod directory;
mod talk;

pub use directory::claim_as;

use harness_driver::{Payload, Request, Response, Secret};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use crate::{
    check::Stop,
    evil::{ForgedDevice, ForgedIdentity},
    scene::Scene,
    target::Account,
};

/// How many one-time keys the peer publishes.
const ONE_TIME_KEYS: usize = 20;

/// A logged-in client of the bench. Its requests stand in the record under `evil:` and its name.
pub struct EvilPeer {
    /// The name in the record and for the adversary's rules.
    pub name: String,
    /// Its device.
    pub device: ForgedDevice,
    /// Its identity.
    pub identity: ForgedIdentity,
    account: Account,
    token: Secret,
    since: Option<String>,
    transactions: u64,
}

impl EvilPeer {
    /// A new user with one device that has published honest keys.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn arrive(scene: &mut Scene, name: &str) -> Result<Self, Stop> {
        let account = scene.account(name)?;
        let mut peer = Self::log_in(scene, name, account)?;
        peer.publish(scene)?;
        Ok(peer)
    }

    /// A new user whose device is called like the user's own master key, so that one key id names two keys.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn arrive_as_its_master_key(scene: &mut Scene, name: &str) -> Result<Self, Stop> {
        let account = scene.account(name)?;
        let identity = ForgedIdentity::new(&account.user);
        let mut peer = Self::log_in_as(scene, name, account, Some(&identity.master()))?;
        peer.identity = identity;
        peer.publish(scene)?;
        Ok(peer)
    }

    /// A device of an account that has published nothing yet.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn log_in(scene: &mut Scene, name: &str, account: Account) -> Result<Self, Stop> {
        Self::log_in_as(scene, name, account, None)
    }

    fn log_in_as(
        scene: &mut Scene,
        name: &str,
        account: Account,
        device: Option<&str>,
    ) -> Result<Self, Stop> {
        let name = format!("evil:{name}");
        let mut body = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": account.user },
            "password": account.password.expose(),
        });
        if let (Some(device), Some(fields)) = (device, body.as_object_mut()) {
            fields.insert("device_id".to_owned(), json!(device));
        }
        let response = scene.carry(
            &name,
            &request(
                None,
                "POST",
                "/_matrix/client/v3/login",
                Payload::Json(body),
            ),
        )?;
        let answer = accepted(&name, "login", &response)?;
        let field = |field: &str| {
            answer
                .get(field)
                .and_then(Value::as_str)
                .ok_or_else(|| Stop::target(format!("login answers without {field}")))
        };
        let (user, device) = (field("user_id")?, field("device_id")?);
        Ok(Self {
            device: ForgedDevice::new(user, device),
            identity: ForgedIdentity::new(user),
            token: Secret::new(field("access_token")?),
            name,
            account,
            since: None,
            transactions: 0,
        })
    }

    /// Publishes identity, device keys signed by it, one-time keys and a fallback key, all honest.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn publish(&mut self, scene: &mut Scene) -> Result<(), Stop> {
        let mut device_keys = self.device.device_keys();
        self.identity.sign_device(&mut device_keys);
        let (one_time_keys, fallback_keys) = (
            self.device.one_time_keys(ONE_TIME_KEYS),
            self.device.fallback_key(),
        );
        let keys = json!({ "device_keys": device_keys, "one_time_keys": one_time_keys, "fallback_keys": fallback_keys });
        self.insist(scene, "POST", "/_matrix/client/v3/keys/upload", keys)?;
        // the relay takes a device's signature with the identity or later
        self.upload_identity(scene, &self.identity.served())?;
        let signatures =
            json!({ self.device.user.clone(): { self.device.device.clone(): device_keys } });
        self.insist(
            scene,
            "POST",
            "/_matrix/client/v3/keys/signatures/upload",
            signatures,
        )
        .map(drop)
    }

    /// Publishes keys of the device that no identity signs.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn publish_device(&mut self, scene: &mut Scene) -> Result<(), Stop> {
        let keys = json!({
            "device_keys": self.device.device_keys(),
            "one_time_keys": self.device.one_time_keys(ONE_TIME_KEYS),
            "fallback_keys": self.device.fallback_key(),
        });
        self.insist(scene, "POST", "/_matrix/client/v3/keys/upload", keys)
            .map(drop)
    }

    /// Uploads cross-signing keys under the names of a directory answer, with the password if the relay asks for it.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn upload_identity(
        &self,
        scene: &mut Scene,
        served: &Map<String, Value>,
    ) -> Result<(), Stop> {
        let path = "/_matrix/client/v3/keys/device_signing/upload";
        // the upload's fields are called like the maps of the answer, in the singular
        let mut body: Map<String, Value> = served
            .iter()
            .map(|(name, keys)| (name.trim_end_matches('s').to_owned(), keys.clone()))
            .collect();
        let first = self.request(
            scene,
            "POST",
            path,
            Payload::Json(Value::Object(body.clone())),
        )?;
        if first.status != 401 {
            return accepted(&self.name, path, &first).map(drop);
        }
        let session = first
            .body
            .json()
            .and_then(|body| body.get("session").cloned())
            .unwrap_or_default();
        let auth = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": self.account.user },
            "password": self.account.password.expose(),
            "session": session,
        });
        body.insert("auth".to_owned(), auth);
        self.insist(scene, "POST", path, Value::Object(body))
            .map(drop)
    }

    /// A raw request.
    ///
    /// # Errors
    ///
    /// If the relay gives no answer.
    pub fn request(
        &self,
        scene: &mut Scene,
        method: &str,
        path: &str,
        body: Payload,
    ) -> Result<Response, Stop> {
        scene.carry(&self.name, &request(Some(&self.token), method, path, body))
    }

    /// A request that the relay must accept; its JSON answer.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn insist(
        &self,
        scene: &mut Scene,
        method: &str,
        path: &str,
        body: Value,
    ) -> Result<Value, Stop> {
        let body = if method == "GET" {
            Payload::Empty
        } else {
            Payload::Json(body)
        };
        let response = self.request(scene, method, path, body)?;
        accepted(&self.name, path, &response)
    }
}

fn request(token: Option<&Secret>, method: &str, path: &str, body: Payload) -> Request {
    Request {
        id: "evil".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        token: token.cloned(),
        body,
    }
}

fn accepted(name: &str, what: &str, response: &Response) -> Result<Value, Stop> {
    match response.body.json() {
        Some(body) if response.status == 200 => Ok(body.clone()),
        _ => Err(Stop::target(format!(
            "the relay refuses {name} {what}: status {}",
            response.status
        ))),
    }
}

fn encoded(part: &str) -> String {
    utf8_percent_encode(part, NON_ALPHANUMERIC).to_string()
}
