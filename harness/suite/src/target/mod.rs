//! Targets: what is tested, how it is started or reached, and how accounts are made on it.
//!
//! A target is known only as processes and URLs. Its manifest is data; everything that it says or sends is hostile
//! until it is parsed.

mod accounts;
mod address;
mod artefact;
mod command;
mod date;
mod driver;
mod error;
mod file;
mod manifest;
mod organisation;
mod patience;
mod process;
mod relay;

pub use accounts::{Account, Accounts, next_stage};
pub use address::check_address;
pub use command::Places;
pub use date::{Date, DateError};
pub use driver::{ClientDriver, DriverFault};
pub use error::TargetError;
pub use manifest::{
    AccountSource, ClientSpec, Deviation, Manifest, OrganisationSpec, Reach, RelaySpec,
};
pub use organisation::{BenchChannel, Invited, OTHER_TENANT, Officer, Organisation, TENANT, Terms};
pub use patience::{Patience, PatienceError};
pub use process::end_all_processes;
pub use relay::Relay;
