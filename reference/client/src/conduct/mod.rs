//! How a client behaves: honestly, or with seeded flaws for the calibration of a test bench.

mod flaw;
mod variant;

pub use flaw::Flaw;
pub use reference_conduct::{Named, Watch};
pub use variant::Variant;

/// The rules that a client leaves out, and what it does in another way; both empty in every production client.
pub type Conduct = reference_conduct::Conduct<Flaw, Variant>;
