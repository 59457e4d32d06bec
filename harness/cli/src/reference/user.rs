//! `reference user`: accounts of the organisation.

use clap::{Args, Subcommand};
use reference_organisation::{Act, Subject, UserName};
use serde_json::{Value, json};

use super::{
    folder::Place,
    ledger::{self, By},
    printed::Printed,
    reach::Reach,
};
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// List the accounts that the key has a say in
    List(List),
    /// End an account: its devices are signed out, it leaves its rooms, its name stays taken
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct List {
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
pub(crate) struct Remove {
    /// The user, such as @anna:example.org
    #[arg(value_name = "ID")]
    user: String,
    #[command(flatten)]
    by: By,
    #[command(flatten)]
    reach: Reach,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    printed: Printed,
}

/// Does what is asked.
pub(crate) fn run(user: User) -> Result<u8, Failure> {
    match user {
        User::List(list) => show(&list),
        User::Remove(remove) => end(&remove),
    }
}

fn show(list: &List) -> Result<u8, Failure> {
    let folder = list.place.open()?;
    let by = list.by.first(&folder)?;
    let answer = ledger::ask(&folder, &list.reach, &by, Subject::Users {})?;
    let users = answer.get("users").and_then(Value::as_array);
    let lines: Vec<String> = users.into_iter().flatten().map(line).collect();
    list.printed.print(&answer, &lines)
}

fn line(user: &Value) -> String {
    let text = |key: &str| user.get(key).and_then(Value::as_str).unwrap_or("?");
    let ended = match user.get("removed").and_then(Value::as_bool) {
        Some(true) => ", removed",
        Some(false) | None => "",
    };
    format!(
        "{} {} of {}{ended}",
        text("user_id"),
        text("role"),
        text("tenant")
    )
}

fn end(remove: &Remove) -> Result<u8, Failure> {
    let folder = remove.place.open()?;
    let user = named(&remove.user)?;
    let by = remove.by.keys(&folder)?;
    let act = Act::RemoveUser { user: user.clone() };
    let tenant = ledger::tenant_of(&by);
    let head = ledger::act(&folder, &remove.reach, &by, (act, tenant))?;
    let lines = [format!("{user} is removed; act {}", head.length)];
    remove
        .printed
        .print(&json!({ "user": user, "acts": head.length }), &lines)
}

/// A user id of the command line.
pub(super) fn named(user: &str) -> Result<UserName, Failure> {
    UserName::new(user).map_err(|fault| Failure::Usage(format!("{user:?}: {fault}")))
}
