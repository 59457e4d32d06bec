//! `reference device`: devices of an account.

use clap::{Args, Subcommand};
use reference_organisation::{Act, DeviceName, Subject};
use serde_json::{Value, json};

use super::{
    folder::Place,
    ledger::{self, By},
    printed::Printed,
    reach::Reach,
    user::named,
};
use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub(crate) enum Device {
    /// List the devices of an account
    List(Named),
    /// Sign a device out
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct Named {
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

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The device's id
    #[arg(long, value_name = "ID")]
    device: String,
    #[command(flatten)]
    of: Named,
}

/// Does what is asked.
pub(crate) fn run(device: Device) -> Result<u8, Failure> {
    match device {
        Device::List(of) => show(&of),
        Device::Remove(remove) => end(&remove),
    }
}

fn show(of: &Named) -> Result<u8, Failure> {
    let folder = of.place.open()?;
    let by = of.by.first(&folder)?;
    let about = Subject::Devices {
        user: named(&of.user)?,
    };
    let answer = ledger::ask(&folder, &of.reach, &by, about)?;
    let devices = answer.get("devices").and_then(Value::as_array);
    let ids = devices.into_iter().flatten();
    let ids = ids.filter_map(|device| device.get("device_id")?.as_str());
    let lines: Vec<String> = ids.map(str::to_owned).collect();
    of.printed.print(&answer, &lines)
}

fn end(remove: &Remove) -> Result<u8, Failure> {
    let of = &remove.of;
    let folder = of.place.open()?;
    let user = named(&of.user)?;
    let device = DeviceName::new(&remove.device);
    let device = device.map_err(|fault| Failure::Usage(fault.to_string()))?;
    let by = of.by.keys(&folder)?;
    let act = Act::RemoveDevice {
        user: user.clone(),
        device: device.clone(),
    };
    let tenant = ledger::tenant_of(&by);
    let head = ledger::act(&folder, &of.reach, &by, (act, tenant))?;
    let lines = [format!(
        "{device} of {user} is signed out; act {}",
        head.length
    )];
    let object = json!({ "user": user, "device": device, "acts": head.length });
    of.printed.print(&object, &lines)
}
