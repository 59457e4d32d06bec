//! A large group: what joining, sending and removing cost the relay.

use harness_driver::Payload;
use serde_json::json;

use crate::{
    Group, LoadError,
    clock::now,
    people::{People, Person},
    process::Process,
    send::{micros, number, per},
};

/// Messages and removals that are measured.
const TIMES: usize = 50;

/// A founder, and so many others who join one by one.
pub(crate) fn grow(
    people: &mut People,
    process: &Process,
    members: usize,
) -> Result<Group, LoadError> {
    let founder = people.person()?;
    let crowd = people.crowd(members.saturating_sub(1))?;
    let room = founder.room(&[])?;
    for one in &crowd {
        let path = format!("/_matrix/client/v3/rooms/{room}/invite");
        let body = Payload::Json(json!({ "user_id": one.user }));
        founder.ask("an invitation", "POST", &path, body)?;
    }
    let join = each(process, crowd.len(), |at| {
        crowd.get(at).map_or(Ok(()), |one| one.join(&room))
    })?;
    let send = each(process, TIMES, |at| {
        founder.send(&room, &format!("group{at}"))
    })?;
    let remove = each(process, TIMES.min(crowd.len()), |at| {
        crowd
            .get(at)
            .map_or(Ok(()), |one| kick(&founder, &room, one))
    })?;
    Ok(Group {
        members,
        join_us: join.0,
        join_cpu_us: join.1,
        send_us: send.0,
        send_cpu_us: send.1,
        remove_us: remove.0,
        remove_cpu_us: remove.1,
    })
}

fn kick(founder: &Person, room: &str, one: &Person) -> Result<(), LoadError> {
    let path = format!("/_matrix/client/v3/rooms/{room}/kick");
    let body = Payload::Json(json!({ "user_id": one.user }));
    founder.ask("a removal", "POST", &path, body).map(drop)
}

/// Microseconds and CPU microseconds that one of so many acts takes.
fn each(
    process: &Process,
    times: usize,
    act: impl Fn(usize) -> Result<(), LoadError>,
) -> Result<(f64, f64), LoadError> {
    let (before, begun) = (process.usage()?, now());
    for at in 0..times {
        act(at)?;
    }
    let took = micros(begun);
    let used = process.usage()?.cpu_ms.saturating_sub(before.cpu_ms);
    let times = number(u64::try_from(times).unwrap_or(u64::MAX));
    Ok((per(took, times), per(used.saturating_mul(1_000), times)))
}
