//! Criterion benches; every figure is a ratio to a yardstick of the same run.
//!
//! `cargo bench -p pruefstand-benches` runs them and ends each with its ratios, one a line. Computations are measured in CPU time of their thread, input and output
//! in wall time: the first holds on a busy machine, the second only on a quiet one.

mod clock;
mod connection;
mod device;
mod echo;
mod relay;
mod yard;

pub use clock::Clock;
pub use connection::{Answer, Connection};
pub use device::{Device, event_answer, sync_answer};
pub use echo::Echo;
pub use relay::{HOST, Relay};
pub use yard::{Round, Yard};
