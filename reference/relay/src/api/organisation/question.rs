use std::sync::Arc;

use axum::extract::State;
use reference_organisation::{Authorised, Question, Subject, Tenant, Time};
use ruma::UserId;
use serde::Serialize;
use serde_json::{Value, json};

use super::{STATEMENTS, organisation, signed};
use crate::api::body::Body;
use crate::api::reply::Reply;
use crate::domain::account::{Account, account, devices};
use crate::domain::acts;
use crate::organisation::{Organisation, refuse};
use crate::refusal::Refusal;
use crate::relay::Relay;
use crate::store::{Span, Table, Tables};

/// An account as administrators see it: no name, no address.
#[derive(Serialize)]
struct Seen {
    user_id: String,
    tenant: Tenant,
    role: reference_organisation::Role,
    created: u64,
    removed: bool,
}

/// Answers what an owner, admin or auditor asks with a signature.
pub(super) async fn answer(
    State(relay): State<Arc<Relay>>,
    Body(body): Body<Value>,
) -> Result<Reply<Value>, Refusal> {
    organisation(&relay)?;
    relay.throttle.request(STATEMENTS, relay.now())?;
    let asked: Authorised<Question> = signed(&body)?;
    let shared = Arc::clone(&relay);
    relay
        .read(move |tables| {
            let now = Time(shared.now());
            look(tables, organisation(&shared)?, &asked, now).map(Reply)
        })
        .await
}

fn look(
    tables: &dyn Tables,
    organisation: &Organisation,
    asked: &Authorised<Question>,
    now: Time,
) -> Result<Value, Refusal> {
    let log = organisation.durable_log(tables)?;
    asked.verify_question(log.trust(), now).map_err(refuse)?;
    let tenant = asked.body().tenant.as_ref();
    match &asked.body().about {
        Subject::Acts { from } => {
            let page = acts::page(tables, &log, *from)?;
            serde_json::to_value(page).map_err(|error| Refusal::internal().because(error))
        }
        Subject::Users {} => users(tables, tenant),
        Subject::Devices { user } => {
            let missing = || Refusal::not_found("there is no such user");
            let user = UserId::parse(user.as_str()).map_err(|_error| missing())?;
            let known = account(tables, &user)?.and_then(|account| account.enrolment);
            known
                .filter(|known| tenant.is_none_or(|tenant| *tenant == known.tenant))
                .ok_or_else(missing)?;
            let devices = devices(tables, &user)?.into_iter();
            let devices: Vec<_> = devices
                .map(|(id, device)| json!({ "device_id": id, "created": device.created }))
                .collect();
            Ok(json!({ "devices": devices }))
        }
    }
}

fn users(tables: &dyn Tables, tenant: Option<&Tenant>) -> Result<Value, Refusal> {
    let every_user = Span {
        from: "@".to_owned(),
        to: "A".to_owned(),
    };
    let rows = tables.page::<Account>(Table::Accounts, &every_user, MOST, false)?;
    let limited = rows.len() == MOST;
    let seen = rows.into_iter().filter_map(|(key, account)| {
        let enrolment = account.enrolment?;
        let wanted = tenant.is_none_or(|tenant| *tenant == enrolment.tenant);
        wanted.then(|| Seen {
            user_id: key.part(0),
            tenant: enrolment.tenant,
            role: enrolment.role,
            created: account.created,
            removed: account.removed,
        })
    });
    Ok(json!({ "users": seen.collect::<Vec<_>>(), "limited": limited }))
}

/// Accounts in one answer.
const MOST: usize = 10_000;
