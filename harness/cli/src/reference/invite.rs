//! `reference invite`: codes for people, and tokens for clients that know nothing of codes.

use std::{
    fs,
    io::{self, Read as _},
    path::PathBuf,
};

use clap::{Args, Subcommand};
use reference_organisation::{
    Act, Authorised, Invitation, InvitationCode, Role, ServerName, Signed, UserName,
};
use serde_json::json;

use super::{
    folder::{Place, failed, fresh_key, fresh_serial, now},
    ledger::{self, By},
    printed::Printed,
    reach::Reach,
};
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Invite {
    /// Make an invitation, enter it into the log of acts and print its code, which is a secret
    New(New),
    /// Turn a code into the registration token of one user, for a client that knows Matrix only
    Redeem(Redeem),
}

#[derive(Debug, Args)]
pub(crate) struct New {
    /// The tenant that the account will belong to
    #[arg(long, value_name = "NAME", default_value = "main")]
    tenant: String,
    /// The relay's name in user ids
    #[arg(long, value_name = "NAME")]
    server: String,
    /// As a guest, not as a member
    #[arg(long)]
    guest: bool,
    /// As one who reads for compliance: shown as such to everybody who is in a room with him
    #[arg(long, conflicts_with = "guest")]
    reader: bool,
    /// For how many hours; at most 2160
    #[arg(long, value_name = "N", default_value_t = 72)]
    hours: u64,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    printed: Printed,
}

#[derive(Debug, Args)]
pub(crate) struct Redeem {
    /// The user, such as @anna:example.org
    #[arg(long, value_name = "ID")]
    user: String,
    /// File with the code; standard input if absent
    #[arg(value_name = "FILE")]
    code: Option<PathBuf>,
    #[command(flatten)]
    printed: Printed,
}

const HOUR: u64 = 60 * 60 * 1000;

/// Far longer than any code.
const LONGEST: u64 = 64 * 1024;

/// Does what is asked.
pub(crate) fn run(invite: Invite) -> Result<u8, Failure> {
    match invite {
        Invite::New(new) => make(&new),
        Invite::Redeem(redeem) => token(&redeem),
    }
}

fn make(new: &New) -> Result<u8, Failure> {
    let folder = new.place.open()?;
    let tenant = folder.tenant(&new.tenant)?;
    let by = new.by.first(&folder)?;
    let (key, issued) = (fresh_key()?, now());
    let invitation = Invitation {
        organisation: folder.organisation(),
        tenant: tenant.clone(),
        role: match (new.guest, new.reader) {
            (true, _) => Role::Guest,
            (false, true) => Role::Reader,
            (false, false) => Role::Member,
        },
        serial: fresh_serial()?,
        invite_key: key.public(),
        issued,
        expires: issued.plus(new.hours.saturating_mul(HOUR)),
    };
    let act = Act::Invite {
        serial: invitation.serial,
        role: invitation.role,
        expires: invitation.expires,
    };
    let (serial, expires) = (invitation.serial, invitation.expires);
    let invitation = Authorised {
        statement: Signed::new(invitation, &by.key).map_err(failed)?,
        chain: by.chain.clone(),
    };
    let server = ServerName::new(&new.server);
    let server = server.map_err(|fault| Failure::Usage(fault.to_string()))?;
    let code = InvitationCode::new(folder.charter.clone(), invitation, server, key);
    let mut code = code.map_err(failed)?;
    code.directory = Some(folder.directory_key(&tenant)?);
    let text = code.reveal().map_err(failed)?;
    // Whoever reads it checks all of it; what they would refuse is not handed out.
    InvitationCode::parse(&text).map_err(failed)?;
    ledger::act(&folder, &new.reach, &[by], (act, Some(tenant)))?;
    let object = json!({ "code": text, "serial": serial, "expires": expires });
    new.printed.print(&object, &[text])
}

fn token(redeem: &Redeem) -> Result<u8, Failure> {
    let mut text = String::new();
    let read = match &redeem.code {
        Some(path) => {
            fs::File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text))
        }
        None => io::stdin().take(LONGEST).read_to_string(&mut text),
    };
    read.map_err(|reason| Failure::File {
        path: redeem
            .code
            .clone()
            .unwrap_or_else(|| "standard input".into()),
        reason,
    })?;
    let code = InvitationCode::parse(&text).map_err(failed)?;
    let user = UserName::new(&redeem.user).map_err(|fault| Failure::Usage(fault.to_string()))?;
    let token = code.token(&user, now()).map_err(failed)?;
    let token = token.to_text().map_err(failed)?;
    redeem.printed.print(&json!({ "token": token }), &[token])
}
