//! The bench itself as a client of the relay: raw requests, seen on the wire.

use harness_driver::{Payload, Request, Response, Secret};
use harness_evidence::Witness;
use serde_json::{Value, json};

use crate::{
    check::Stop,
    scene::{Scene, Seen, relay::contains},
    target::{Account, TENANT},
};

/// A logged-in account of the bench, without any end-to-end encryption.
#[derive(Clone, Debug)]
pub struct Session {
    /// The user id.
    pub user: String,
    /// The device id.
    pub device: String,
    /// The access token.
    pub token: Secret,
    /// The account.
    pub account: Account,
}

impl Scene {
    /// A new account, not logged in.
    ///
    /// # Errors
    ///
    /// If the relay does not make it.
    pub fn account(&mut self, name: &str) -> Result<Account, Stop> {
        let localpart = self.fresh_name(name);
        let account = match self.stage.accounts.organisation() {
            Some(_) => self.stage.accounts.enrol(TENANT, &localpart, self.now)?,
            None => self.stage.accounts.create(&localpart)?,
        };
        self.keep_secret("password", &account.password);
        Ok(account)
    }

    /// A new account, logged in by the bench.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn session(&mut self, name: &str) -> Result<Session, Stop> {
        let account = self.account(name)?;
        self.log_in_raw(account)
    }

    /// Logs an account in, by the bench.
    ///
    /// # Errors
    ///
    /// If the relay refuses.
    pub fn log_in_raw(&mut self, account: Account) -> Result<Session, Stop> {
        let body = json!({
            "type": "m.login.password",
            "identifier": { "type": "m.id.user", "user": account.user },
            "password": account.password.expose(),
        });
        let response = self.raw(
            None,
            "POST",
            "/_matrix/client/v3/login",
            Payload::Json(body),
        )?;
        let text = |name: &str| {
            response
                .body
                .json()
                .and_then(|body| body.get(name)?.as_str().map(str::to_owned))
        };
        let (Some(user), Some(device), Some(token)) =
            (text("user_id"), text("device_id"), text("access_token"))
        else {
            return Err(Stop::target(format!(
                "the bench cannot log in: status {}",
                response.status
            )));
        };
        Ok(Session {
            user,
            device,
            token: Secret::new(token),
            account,
        })
    }

    /// A raw request by the bench.
    ///
    /// # Errors
    ///
    /// If the relay gives no answer.
    pub fn raw(
        &mut self,
        session: Option<&Session>,
        method: &str,
        path: &str,
        body: Payload,
    ) -> Result<Response, Stop> {
        let request = request(session, method, path, body);
        self.carry("bench", &request)
    }

    /// A raw request by the bench as an observation: `{"status": …, "errcode": …, "body": …}`.
    ///
    /// # Errors
    ///
    /// If the relay gives no answer.
    pub fn ask(
        &mut self,
        session: Option<&Session>,
        method: &str,
        path: &str,
        body: Payload,
    ) -> Result<Seen, Stop> {
        let response = self.raw(session, method, path, body)?;
        Ok(self.saw_response(&format!("{method} {path}"), &response))
    }

    /// A raw request with a body of these bytes under the content type of JSON, as an observation. A relay that closes the connection is seen
    /// as status 0.
    ///
    /// # Errors
    ///
    /// Never for a missing answer: that is what is looked for.
    pub fn ask_bytes(
        &mut self,
        session: Option<&Session>,
        method: &str,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<Seen, Stop> {
        let request = request(session, method, path, Payload::Empty);
        let response = match self
            .stage
            .http()
            .send_bytes(&request, Some("application/json"), bytes)
        {
            Ok(exchanged) => exchanged.response,
            Err(_no_answer) => Response {
                id: request.id.clone(),
                status: 0,
                body: Payload::Empty,
            },
        };
        Ok(self.saw_response(&format!("{method} {path} with hostile bytes"), &response))
    }

    /// Which of these texts an answer holds, byte for byte: `{"found": [text]}`.
    ///
    /// # Errors
    ///
    /// If the relay gives no answer.
    pub fn find_in_answer(
        &mut self,
        session: &Session,
        (method, path, body): (&str, &str, Payload),
        texts: &[&str],
    ) -> Result<Seen, Stop> {
        let bytes = self
            .stage
            .http()
            .read(&request(Some(session), method, path, body))?;
        let found: Vec<_> = texts
            .iter()
            .filter(|text| contains(&bytes, text.as_bytes()))
            .collect();
        let what = format!("what the answer to {method} {path} says");
        Ok(self.saw(what, Witness::Wire, json!({ "found": found })))
    }

    /// The same instant, several requests: the answers, in the order of the requests.
    ///
    /// # Errors
    ///
    /// If one gets no answer.
    pub fn ask_all(&mut self, requests: &[Request]) -> Result<Vec<Seen>, Stop> {
        let responses = self.network.carry_all(&mut self.record, requests)?;
        Ok(responses
            .iter()
            .map(|response| self.saw_response("one of several requests at once", response))
            .collect())
    }

    fn saw_response(&mut self, what: &str, response: &Response) -> Seen {
        let mut body = response.body.json().cloned().unwrap_or_default();
        crate::dialect::redact(&mut body, &self.stage.secrets);
        let errcode = body.get("errcode").cloned().unwrap_or(Value::Null);
        let value = json!({ "status": response.status, "errcode": errcode, "body": body });
        self.saw(what.to_owned(), Witness::Wire, value)
    }
}

/// A request in the name of a session.
#[must_use]
pub fn request(session: Option<&Session>, method: &str, path: &str, body: Payload) -> Request {
    let token = session.map(|session| session.token.clone());
    Request {
        id: "bench".to_owned(),
        method: method.to_owned(),
        path: path.to_owned(),
        token,
        body,
    }
}
