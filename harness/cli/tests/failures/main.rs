//! Everything that goes wrong around a run: one line that says what to do, the right exit code, nothing lost, and never a pass.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod disk;
#[cfg(test)]
mod driver;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod ics;
#[cfg(test)]
mod interrupt;
#[cfg(test)]
mod manifest;
#[cfg(test)]
mod output;
#[cfg(test)]
mod parts;
#[cfg(test)]
mod records;
#[cfg(test)]
mod relay;
#[cfg(test)]
mod runners;
#[cfg(test)]
mod selection;
#[cfg(test)]
mod typeset;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod verify;
