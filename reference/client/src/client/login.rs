//! Login: device, keys, and on the account's first device the identity.

use serde_json::{Value, json};

use super::{Outcome, Pending, respond::Answer};
use crate::{
    CallId, Client, DeviceId, Refusal, Secret, UserId,
    account::{Own, OwnIdentity},
    devices::{Act, Change, DevicePair, Then},
    json::text,
};

/// A login that is not finished.
#[derive(Debug)]
pub(crate) struct Login {
    call: CallId,
    /// For the relay's question when the identity is uploaded.
    password: Secret,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Waits for the upload of keys and for the own user's identity.
    Keys,
    Identity,
    Signatures,
}

impl Client {
    pub(super) fn start_login(
        &mut self,
        call: CallId,
        user: &str,
        password: Secret,
        device: Option<&DeviceId>,
    ) -> Result<(), Refusal> {
        if self.own.is_some() || self.login.is_some() {
            return Err(Refusal::AlreadyLoggedIn);
        }
        let mut body = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": user },
            "password": password.reveal(),
            "initial_device_display_name": "Prüfstand reference",
        });
        if let (Some(device), Some(fields)) = (device, body.as_object_mut()) {
            fields.insert("device_id".to_owned(), json!(device));
        }
        self.wire
            .post("login", body, Pending::Login { call, password });
        Ok(())
    }

    /// The relay has let the user in.
    pub(super) fn take_login(
        &mut self,
        call: CallId,
        password: Secret,
        answer: &Value,
    ) -> Result<(), Refusal> {
        let field = |name: &'static str| text(answer, name).ok_or(Refusal::AnswerMalformed(name));
        let user = UserId::new(field("user_id")?);
        let device = DeviceId::new(field("device_id")?);
        let token = Secret::new(field("access_token")?);
        let own = Own::create(user.clone(), device, token.clone())
            .map_err(|error| Refusal::Crypto(error.to_string()))?;
        self.wire.token = Some(token);
        self.own = Some(own);
        self.devices.forget_tombstone();
        self.directory.track(&user);
        self.login = Some(Login {
            call,
            password,
            step: Step::Keys,
        });
        Ok(())
    }

    /// Takes the login one step on, if its last step is answered.
    pub(super) fn continue_login(&mut self) {
        let (Some(login), Some(own)) = (self.login.as_ref(), self.own.as_ref()) else {
            return;
        };
        let Some(known) = self.directory.user(&own.user) else {
            return;
        };
        if self.directory.failed(&own.user) {
            let user = own.user.clone();
            return self.fail_login(Refusal::DevicesUnknown(user));
        }
        if login.step != Step::Keys || !own.supply.device_keys || known.outdated {
            return;
        }
        if known.pin.is_some() {
            return self.finish_login();
        }
        if let Err(refusal) = self.upload_identity() {
            self.fail_login(refusal);
        }
    }

    fn upload_identity(&mut self) -> Result<(), Refusal> {
        let (Some(login), Some(own)) = (self.login.as_mut(), self.own.as_mut()) else {
            return Err(Refusal::NotLoggedIn);
        };
        let identity = OwnIdentity::create();
        let body = identity
            .objects(&own.user)
            .map_err(|error| Refusal::Crypto(error.to_string()))?;
        own.identity = Some(identity);
        own.changed = true;
        login.step = Step::Identity;
        self.wire.post(
            "keys/device_signing/upload",
            body,
            Pending::IdentityUpload { asked: false },
        );
        Ok(())
    }

    /// The relay answered the identity's upload, maybe with the question for the password.
    pub(super) fn take_identity_answer(&mut self, asked: bool, answer: Answer<'_>) {
        let outcome = match answer.status {
            200 => self.sign_own_device(),
            401 if !asked => self.upload_identity_with_password(answer.body),
            _ => Err(answer.refusal()),
        };
        if let Err(refusal) = outcome {
            self.fail_login(refusal);
        }
    }

    fn upload_identity_with_password(&mut self, answer: &Value) -> Result<(), Refusal> {
        let (Some(login), Some(own)) = (self.login.as_ref(), self.own.as_ref()) else {
            return Err(Refusal::NotLoggedIn);
        };
        let identity = own.identity.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let mut body = identity
            .objects(&own.user)
            .map_err(|error| Refusal::Crypto(error.to_string()))?;
        if let Some(fields) = body.as_object_mut() {
            fields.insert(
                "auth".to_owned(),
                password_auth(&own.user, &login.password, answer),
            );
        }
        self.wire.post(
            "keys/device_signing/upload",
            body,
            Pending::IdentityUpload { asked: true },
        );
        Ok(())
    }

    /// Signs this device with the new identity and the identity with this device.
    fn sign_own_device(&mut self) -> Result<(), Refusal> {
        let own = self.own.as_mut().ok_or(Refusal::NotLoggedIn)?;
        let identity = own.identity.as_ref().ok_or(Refusal::NotLoggedIn)?;
        let failed = |error: String| Refusal::Crypto(error);
        let mut keys = own.device_keys.clone();
        identity
            .sign_device(&own.user, &mut keys)
            .map_err(|error| failed(error.to_string()))?;
        let chain = identity
            .chain()
            .map_err(|error| failed(error.to_string()))?;
        let mut master = identity
            .master_object(&own.user)
            .map_err(|error| failed(error.to_string()))?;
        own.sign(&mut master)
            .map_err(|error| failed(error.to_string()))?;
        own.device_keys = keys.clone();
        own.changed = true;
        let signatures = json!({
            own.user.as_str(): { own.device.as_str(): keys, chain.master.as_str(): master }
        });
        let user = own.user.clone();
        self.directory.pin_own(&user, chain);
        self.wire.post(
            "keys/signatures/upload",
            signatures,
            Pending::SignaturesUpload,
        );
        if let Some(login) = self.login.as_mut() {
            login.step = Step::Signatures;
        }
        Ok(())
    }

    /// The relay answered an upload of signatures.
    pub(super) fn take_signatures_answer(&mut self, answer: Answer<'_>) {
        if self
            .login
            .as_ref()
            .is_some_and(|login| login.step == Step::Signatures)
        {
            match answer.status {
                200 => self.begin_list(),
                _ => self.fail_login(answer.refusal()),
            }
        }
    }

    /// The new identity's device list begins with this device.
    fn begin_list(&mut self) {
        let Some(own) = self.own.as_ref().filter(|_| !self.devices.unsupported) else {
            return self.finish_login();
        };
        let keys = DevicePair {
            curve25519: own.curve25519(),
            ed25519: own.ed25519(),
        };
        let device = own.device.clone();
        self.change_list(Change {
            act: Act::Add,
            device,
            keys,
            then: Then::Login,
            tries: 0,
        });
    }

    pub(crate) fn finish_login(&mut self) {
        if let (Some(login), Some(own)) = (self.login.take(), self.own.as_ref()) {
            let outcome = Outcome::LoggedIn(own.user.clone(), own.device.clone());
            self.wire.done(login.call, outcome);
        }
    }

    pub(crate) fn fail_login(&mut self, refusal: Refusal) {
        if let Some(login) = self.login.take() {
            self.wire.refuse(login.call, refusal);
        }
    }
}

/// The answer to the relay's question (Matrix specification, 'User-interactive authentication').
pub(crate) fn password_auth(user: &UserId, password: &Secret, answer: &Value) -> Value {
    json!({
        "type": "m.login.password",
        "identifier": { "type": "m.id.user", "user": user },
        "password": password.reveal(),
        "session": answer.get("session"),
    })
}

pub(crate) fn device_path(device: &DeviceId) -> String {
    format!(
        "/_matrix/client/v3/devices/{}",
        crate::json::segment(device.as_str())
    )
}
