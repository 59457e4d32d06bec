//! Criterion, and the yardsticks beside it.

use std::{
    collections::BTreeMap,
    io::{self, Write as _},
    time::Duration,
};

use criterion::Criterion;

/// Benches of one run and what they took.
pub struct Yard {
    criterion: Criterion,
    /// Nanoseconds an operation: one value a sample.
    samples: BTreeMap<&'static str, Vec<f64>>,
}

/// Below it there is no median to speak of: the benches ran once each, as a test.
const LEAST_SAMPLES: usize = 10;

impl Yard {
    /// Takes samples of `measured` for each bench, or what the command line says.
    #[must_use]
    pub fn new(measured: Duration) -> Self {
        let criterion = Criterion::default()
            .sample_size(LEAST_SAMPLES * 2)
            .warm_up_time(measured / 5)
            .measurement_time(measured);
        Self {
            criterion: criterion.configure_from_args(),
            samples: BTreeMap::new(),
        }
    }

    /// Benches an operation that tells how long the part of it took that counts. A call does it `times` times over, on
    /// its own account.
    ///
    /// # Panics
    /// When the operation fails: then there is no figure.
    #[expect(
        clippy::expect_used,
        reason = "a bench whose operation fails has no figure, and criterion no word for it"
    )]
    pub fn bench(
        &mut self,
        name: &'static str,
        times: u32,
        mut operation: impl FnMut() -> io::Result<Duration>,
    ) {
        let samples = self.samples.entry(name).or_default();
        self.criterion.bench_function(name, |bencher| {
            bencher.iter_custom(|count| {
                let calls = 0..count;
                let took: Duration = calls
                    .map(|_| operation().expect("the operation succeeds"))
                    .sum();
                let took = took / times;
                samples.push(took.as_secs_f64() * 1e9 / count as f64);
                took
            });
        });
    }

    /// Prints how many times a yardstick a bench took, by the medians: `client / vodozemac: 1.08x`.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn ratio(&self, bench: &str, yardstick: &str) -> io::Result<()> {
        let (Some(took), Some(unit)) = (self.median(bench), self.median(yardstick)) else {
            return Ok(());
        };
        let ratio = took / unit;
        writeln!(io::stdout(), "{bench} / {yardstick}: {ratio:.2}x")
    }

    fn median(&self, bench: &str) -> Option<f64> {
        let samples = self.samples.get(bench)?;
        let mut sorted = samples.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.get(sorted.len() / 2).copied();
        middle.filter(|_| sorted.len() >= LEAST_SAMPLES)
    }
}
