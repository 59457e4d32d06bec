//! The bench itself: targets, network, adversary, checks, plan and run.
//!
//! A [`Check`] is data plus one function that reads as a story. It gets a [`scene::Scene`]: actors, an adversary between them
//! and the relay, an evil peer, a clock, and a recorder. What must hold it states as expectations, which
//! [`harness_evidence::judge`] evaluates as a pure function of the transcript.
//!
//! Inside, imports go one way: `run -> checks -> {scene, adversary} -> network -> dialect -> driver`.

pub mod adversary;
pub mod catalogue;
mod check;
mod checks;
pub mod dialect;
pub mod evil;
mod ics;
pub mod network;
mod plan;
mod run;
pub mod scene;
pub mod target;

pub use catalogue::{Attack, Catalogue, CatalogueError, Edition, Gravity, Requirement};
pub use check::{Check, Need, Seeded, Side, Stop, Subject};
pub use checks::all as checks;
pub use network::{Http, HttpError};
pub use run::{
    Bench, Finished, Options, ProbeError, Progress, RunError, Twins, VARIANTS, Variant, audit,
    flaws,
};
pub use target::{
    Account, Accounts, Manifest, Places, Relay, TargetError, check_address, end_all_processes,
};
