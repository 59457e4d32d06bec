//! How a part of the reference behaves: by its rules, or, for the calibration of a test bench, otherwise.
//!
//! A *flaw* leaves exactly one rule out; a check of the bench counts only if it turns red on the part whose rule is missing. A
//! *variant* keeps every rule and does otherwise what the rules leave open; no check may turn red on it. Both are asked for at the
//! very place where they make a difference, and a [`Watch`] hears of each that was asked for: what was never asked for cannot have
//! made a difference.

mod watch;

use std::{collections::BTreeSet, fmt::Debug};

pub use watch::Watch;

/// A flaw or a variant: one of a closed list, with a stable name.
pub trait Named: Copy + Debug + Ord {
    /// The stable name, in kebab case.
    fn name(self) -> &'static str;
}

/// The flaws and variants of one process; none in production.
#[derive(Clone, Debug)]
pub struct Conduct<F, V> {
    flaws: BTreeSet<F>,
    variants: BTreeSet<V>,
    watch: Option<Watch>,
}

impl<F: Named, V: Named> Conduct<F, V> {
    /// Keeps every rule, in the usual way.
    #[must_use]
    pub fn honest() -> Self {
        Self {
            flaws: BTreeSet::new(),
            variants: BTreeSet::new(),
            watch: None,
        }
    }

    /// Leaves out the rules named by `flaws`. Only for a test bench.
    #[must_use]
    pub fn flawed(flaws: &[F]) -> Self {
        Self {
            flaws: flaws.iter().copied().collect(),
            ..Self::honest()
        }
    }

    /// The same with these variants. Only for a test bench.
    #[must_use]
    pub fn varied(self, variants: &[V]) -> Self {
        Self {
            variants: variants.iter().copied().collect(),
            ..self
        }
    }

    /// The same, watched.
    #[must_use]
    pub fn watched(self, watch: Watch) -> Self {
        Self {
            watch: Some(watch),
            ..self
        }
    }

    /// Whether the rule behind `flaw` is left out.
    #[must_use]
    pub fn has(&self, flaw: F) -> bool {
        self.note(flaw);
        self.flaws.contains(&flaw)
    }

    /// Whether this is done in the other way of `variant`.
    #[must_use]
    pub fn varies(&self, variant: V) -> bool {
        self.note(variant);
        self.variants.contains(&variant)
    }

    /// The rules left out, in the order of the list.
    pub fn flaws(&self) -> impl Iterator<Item = F> + '_ {
        self.flaws.iter().copied()
    }

    /// The variants, in the order of the list.
    pub fn variants(&self) -> impl Iterator<Item = V> + '_ {
        self.variants.iter().copied()
    }

    fn note(&self, asked: impl Named) {
        if let Some(watch) = &self.watch {
            watch.note(asked.name());
        }
    }
}

impl<F: Named, V: Named> Default for Conduct<F, V> {
    fn default() -> Self {
        Self::honest()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{Conduct, Named, Watch};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    enum Flaw {
        NoLock,
        NoKey,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    enum Variant {
        BlueDoor,
    }

    impl Named for Flaw {
        fn name(self) -> &'static str {
            match self {
                Self::NoLock => "no-lock",
                Self::NoKey => "no-key",
            }
        }
    }

    impl Named for Variant {
        fn name(self) -> &'static str {
            "blue-door"
        }
    }

    #[test]
    fn only_what_was_seeded_differs() {
        let honest = Conduct::<Flaw, Variant>::honest();
        assert!(!honest.has(Flaw::NoLock) && !honest.varies(Variant::BlueDoor));
        let weak = Conduct::<Flaw, Variant>::flawed(&[Flaw::NoKey]);
        assert!(weak.has(Flaw::NoKey) && !weak.has(Flaw::NoLock));
        assert!(!weak.varies(Variant::BlueDoor));
        let varied = Conduct::<Flaw, Variant>::honest().varied(&[Variant::BlueDoor]);
        assert!(varied.varies(Variant::BlueDoor) && varied.flaws().count() == 0);
    }

    #[test]
    fn a_watch_hears_once_of_what_was_asked_for_by_all_copies() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let ear = Arc::clone(&heard);
        let watch = Watch::new(move |name| {
            if let Ok(mut heard) = ear.lock() {
                heard.push(name);
            }
        });
        let conduct = Conduct::<Flaw, Variant>::honest().watched(watch);
        let copy = conduct.clone();
        assert!(!conduct.has(Flaw::NoLock) && !copy.has(Flaw::NoLock));
        assert!(!copy.varies(Variant::BlueDoor));
        assert_eq!(
            *heard.lock().unwrap_or_else(|error| error.into_inner()),
            ["no-lock", "blue-door"]
        );
    }
}
