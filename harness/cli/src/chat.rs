//! `reference chat`: the reference's terminal client on a store of its own.

use std::{fs, path::PathBuf};

use clap::Args;
use reference_chat::{Link, Options};
use reference_client::{Opening, SealedStore, Secret};
use reference_store::{FileDevice, FileStore};

use crate::failure::{Failure, PASSED};

#[derive(Debug, Args)]
pub(crate) struct Chat {
    /// The relay, such as <https://chat.example.org>
    #[arg(long, value_name = "URL")]
    relay: String,
    /// A PEM file: the only authority that vouches for the relay
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Folder of this device's sealed store; made if it is missing
    #[arg(long, value_name = "DIR")]
    store: PathBuf,
    /// Folder of the secret that opens the store; beside it, with `.secret` at its end, if absent
    #[arg(long, value_name = "DIR")]
    device_secret: Option<PathBuf>,
    /// Who logs in on this device, the first time
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// An invitation, the organisation's code or a token of the relay: makes the account first
    #[arg(long, value_name = "TOKEN", requires = "user")]
    invitation: Option<String>,
    /// The same from a file, so that no other user of this machine sees it
    #[arg(
        long,
        value_name = "FILE",
        requires = "user",
        conflicts_with = "invitation"
    )]
    invitation_file: Option<PathBuf>,
}

/// Runs until its input ends.
pub(crate) fn run(chat: Chat) -> Result<u8, Failure> {
    let failed = |reason: String| Failure::Reference(format!("reference chat: {reason}"));
    let authority = chat
        .ca
        .map(|path| fs::read(&path).map_err(|reason| Failure::File { path, reason }));
    let link = Link::new(&chat.relay, authority.transpose()?.as_deref());
    let secret = chat.device_secret.unwrap_or_else(|| {
        let mut beside = chat.store.clone().into_os_string();
        beside.push(".secret");
        beside.into()
    });
    let records = FileStore::open(&chat.store).map_err(|error| failed(error.to_string()))?;
    let device =
        FileDevice::open(&secret, &chat.store).map_err(|error| failed(error.to_string()))?;
    let store = SealedStore::open(records, device, &Opening::default());
    let written = chat
        .invitation_file
        .map(|path| fs::read_to_string(&path).map_err(|reason| Failure::File { path, reason }));
    let invitation = written.transpose()?.or(chat.invitation);
    let options = Options {
        store: Box::new(store.map_err(|error| failed(error.to_string()))?),
        link: link.map_err(|error| failed(error.to_string()))?,
        user: chat.user,
        invitation: invitation.map(|text| Secret::new(text.trim())),
    };
    reference_chat::run(options).map_err(|error| failed(error.to_string()))?;
    Ok(PASSED)
}
