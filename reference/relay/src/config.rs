use std::path::PathBuf;

use serde::Deserialize;

use crate::clients::Clients;
use crate::push::Push;
use crate::retention::Retention;
use crate::secret::PasswordMemory;
use reference_organisation::{Charter, Signed};

/// What a relay is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Matrix server name, the part of user ids after the colon.
    pub server_name: String,
    /// Folder of the store; made if it is missing.
    pub store: PathBuf,
    /// What callers may ask of the relay.
    pub limits: Limits,
    /// Tokens that let people register. None: nobody can.
    pub registration_tokens: Vec<RegistrationToken>,
    /// How long it keeps what it was given.
    pub retention: Retention,
    /// Which versions of clients it serves.
    pub clients: Clients,
    /// What hashing a password costs.
    pub password_memory: PasswordMemory,
    /// Where it may push to.
    pub push: Push,
    /// The organisation that the relay serves: then its invitations let people register, and nothing else does.
    pub organisation: Option<Signed<Charter>>,
}

/// A token that lets its holders register.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistrationToken {
    token: String,
    uses: u32,
}

/// Bounds on what callers may ask. Counts are per request where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of the content of one room event or to-device message.
    pub event_bytes: usize,
    /// Bytes of any other JSON body.
    pub json_bytes: usize,
    /// Bytes of one media upload.
    pub media_bytes: usize,
    /// Levels of arrays and objects in JSON.
    pub json_depth: usize,
    /// Milliseconds within which a request body must have arrived.
    pub body_ms: u64,
    /// Milliseconds a sync may wait for news.
    pub sync_ms: u64,
    /// Requests of one account within [`Limits::request_window_ms`].
    pub requests: u32,
    /// Milliseconds in which a used-up allowance of requests is full again.
    pub request_window_ms: u64,
    /// Wrong passwords for one account within a minute.
    pub login_failures: u32,
    /// Users who are not there that one account may name within an hour.
    pub misses: u32,
    /// Keys of one device that one account may claim within an hour; clients keep fifty of them at the relay.
    pub claims: u32,
    /// Rooms one account may create.
    pub rooms: usize,
    /// Devices of one account.
    pub devices: usize,
    /// One-time keys of one device.
    pub one_time_keys: usize,
    /// Devices addressed by one to-device request, or users by a key request.
    pub recipients: usize,
    /// To-device messages that wait for one device.
    pub to_device_queue: usize,
    /// Account data entries, and filters, of one account.
    pub account_data: usize,
}

impl RegistrationToken {
    /// A token for `uses` registrations. Characters: letters, digits, `. _ ~ -`, at most 64
    /// (spec, "Token-authenticated registration").
    #[must_use]
    pub fn parse(token: &str, uses: u32) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
        let fits = !token.is_empty() && token.len() <= 64 && token.bytes().all(allowed);
        fits.then(|| Self {
            token: token.to_owned(),
            uses,
        })
    }

    /// The secret itself.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// How many registrations it is good for.
    pub(crate) fn uses(&self) -> u32 {
        self.uses
    }
}

impl std::fmt::Debug for RegistrationToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RegistrationToken")
            .field("uses", &self.uses)
            .finish_non_exhaustive()
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            event_bytes: 64 << 10,
            json_bytes: 1 << 20,
            media_bytes: 8 << 20,
            json_depth: 64,
            body_ms: 10_000,
            sync_ms: 30_000,
            requests: 2000,
            request_window_ms: 10_000,
            login_failures: 10,
            misses: 30,
            claims: 24,
            rooms: 1000,
            devices: 100,
            one_time_keys: 200,
            recipients: 5000,
            to_device_queue: 20_000,
            account_data: 500,
        }
    }
}
