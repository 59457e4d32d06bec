//! How the relay behaves: by the rules, but for the flaws it was given.

mod flaw;
mod variant;

pub use flaw::Flaw;
pub use reference_conduct::{Named, Watch};
pub use variant::Variant;

/// The rules that a relay leaves out, and what it does in another way; both empty in production.
pub type Conduct = reference_conduct::Conduct<Flaw, Variant>;

/// Bench mode: relays that are insecure on purpose, to show that a check catches them.
///
/// Such a relay says so in the first line of its log. Never let one near real users.
pub mod bench {
    use super::{Conduct, Flaw};

    /// The conduct with `flaws`.
    #[must_use]
    pub fn conduct(flaws: &[Flaw]) -> Conduct {
        Conduct::flawed(flaws)
    }
}
