//! The capacity statement: what was measured, on what machine, and what else went on there.

use std::{io, path::Path};

use harness_evidence::{Capacity, LoadAverage, Placement, Stamp, json_text};
use harness_load::{Figures, load_average, machine};

use crate::{audit, clock, failure::Failure, measurement};

/// A statement whose measurement is going on.
pub(super) struct Statement {
    opened: Stamp,
    load_before: Option<LoadAverage>,
    seconds: u64,
}

impl Statement {
    /// Before the first relay is started; `seconds` is the length of a step.
    pub(super) fn open(seconds: u64) -> Self {
        Self {
            opened: clock::now(),
            load_before: load_average(),
            seconds,
        }
    }

    /// Writes it after the last one; the folder is there already.
    pub(super) fn write(self, all: &[Figures], out: &Path) -> Result<(), Failure> {
        let capacity = Capacity {
            format: Capacity::FORMAT,
            command: audit::command_line(),
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            opened: self.opened.rfc3339(),
            closed: clock::now().rfc3339(),
            seconds: self.seconds,
            machine: machine(),
            placement: Placement::SameMachine,
            load_before: self.load_before,
            load_after: load_average(),
            relays: all.iter().map(Figures::capacity).collect(),
        };
        let text = json_text(&capacity).map_err(io::Error::from)?;
        measurement::write(out, "capacity.json", &text)
    }
}
