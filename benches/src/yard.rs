//! Criterion, and a yardstick beside each bench.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use criterion::Criterion;

/// Benches of one run, each against its yardstick.
pub struct Yard {
    criterion: Criterion,
    lines: Vec<Line>,
}

/// How long one operation took, and the yardstick right beside it.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// What is benched.
    pub bench: Duration,
    /// What it is measured by.
    pub yardstick: Duration,
}

/// A bench, its yardstick, and the ratio of the two in each sample.
struct Line {
    bench: &'static str,
    yardstick: &'static str,
    ratios: Vec<f64>,
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
            lines: Vec::new(),
        }
    }

    /// Benches an operation. Each round does it and its yardstick in turn, so that a busy moment of the machine meets both;
    /// criterion gets the operation's own time.
    ///
    /// # Panics
    /// When a round fails: then there is no figure.
    #[expect(
        clippy::expect_used,
        reason = "a bench whose operation fails has no figure, and criterion no word for it"
    )]
    pub fn compare(
        &mut self,
        (bench, yardstick): (&'static str, &'static str),
        mut round: impl FnMut() -> io::Result<Round>,
    ) {
        let mut ratios = Vec::new();
        self.criterion.bench_function(bench, |bencher| {
            bencher.iter_custom(|count| {
                let mut sum = Round {
                    bench: Duration::ZERO,
                    yardstick: Duration::ZERO,
                };
                for _ in 0..count {
                    let round = round().expect("the operation succeeds");
                    sum.bench += round.bench;
                    sum.yardstick += round.yardstick;
                }
                ratios.push(sum.bench.as_secs_f64() / sum.yardstick.as_secs_f64());
                sum.bench
            });
        });
        self.lines.push(Line {
            bench,
            yardstick,
            ratios,
        });
    }

    /// Prints how many times its yardstick each bench took, median and spread: `client / vodozemac: 1.08x (1.05..1.12)`.
    ///
    /// # Errors
    /// Standard output is closed.
    pub fn finish(self) -> io::Result<()> {
        for mut line in self.lines {
            line.ratios.sort_by(f64::total_cmp);
            let [least, .., most] = line.ratios.as_slice() else {
                continue;
            };
            let middle = line.ratios.get(line.ratios.len() / 2);
            if let Some(median) = middle.filter(|_| line.ratios.len() >= LEAST_SAMPLES) {
                writeln!(
                    io::stdout(),
                    "{} / {}: {median:.2}x ({least:.2}..{most:.2})",
                    line.bench,
                    line.yardstick
                )?;
            }
        }
        Ok(())
    }
}
