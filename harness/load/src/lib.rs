//! Load for a Matrix relay on this machine: messages and CPU a second, latency at a constant rate, memory of connected
//! devices, the way back of a device that was away, and a large group.
//!
//! Everything is measured from outside, by the client-server API and by what the system says of the relay's process, so
//! any relay can stand beside any other in one run. Traffic goes to the loopback interface only.

mod clock;
mod connected;
mod error;
mod figures;
mod group;
mod machine;
mod missed;
mod people;
mod process;
mod rate;
mod send;

use std::time::Instant;

use harness_suite::{Manifest, Places, Relay};

use clock::now;
pub use error::LoadError;
pub use figures::{Away, Connected, Figures, Group, Senders};
pub use machine::{load_average, machine};
use people::People;
use process::Process;
pub use process::cpu_ms;

/// How much is asked of a relay.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Seconds that the senders of one step send.
    pub seconds: u64,
    /// Seconds at half of the highest rate that was kept up with; 0 for none.
    pub soak: u64,
    /// Devices that wait for news at the same time.
    pub devices: usize,
    /// Messages that a device misses.
    pub missed: usize,
    /// Members of a large group.
    pub members: usize,
}

/// Starts the relay of a manifest and measures it; `tell` hears what is going on.
///
/// # Errors
/// If the relay cannot be started, is not on this machine, or refuses honest traffic.
pub fn measure(
    manifest: &Manifest,
    places: &Places,
    plan: Plan,
    tell: &dyn Fn(&str),
) -> Result<Figures, LoadError> {
    tell("starting");
    let artefacts = manifest.measure(places)?;
    let begun = now();
    let relay = Relay::start(manifest, places, &[])?;
    let started_ms = millis(begun);
    let address = relay.base().strip_prefix("http://127.0.0.1:");
    if address.is_none() {
        return Err(LoadError::NotHere(relay.base().to_owned()));
    }
    let process = Process::of(relay.process_id().ok_or(LoadError::NotOurs)?);
    let product = relay.product()?;
    let at_start = process.usage()?;
    let mut people = People::new(&relay);
    tell("one sender");
    let one = send::closed(&mut people, &process, (1, plan.seconds))?;
    tell("sixteen senders");
    let sixteen = send::closed(&mut people, &process, (16, plan.seconds))?;
    let (rates, soak) = rate::ramp_and_soak(&mut people, &process, sixteen.per_second, plan, tell)?;
    tell(&format!("{} missed messages", plan.missed));
    let away = missed::away(&mut people, &process, plan.missed)?;
    tell(&format!("{} connected devices", plan.devices));
    let connected = connected::wait(&mut people, &process, plan.devices)?;
    tell(&format!("a group of {}", plan.members));
    let group = group::grow(&mut people, &process, plan.members)?;
    Ok(Figures {
        name: manifest.name.clone(),
        product: product.name,
        version: Some(product.version).filter(|version| version != UNKNOWN),
        artefacts,
        started_ms,
        memory_at_start: at_start.memory,
        senders: vec![one, sixteen],
        rates,
        soak,
        away,
        connected,
        group,
    })
}

/// What a relay's version is called where it says none.
const UNKNOWN: &str = "unknown";

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
