//! Everything that goes wrong around a run: one line that says what to do, the right exit code, nothing lost, and never a pass.

mod bench;
mod disk;
mod driver;
mod interrupt;
mod manifest;
mod output;
mod relay;
mod selection;
mod vectors;
mod verify;
