//! How far a quantile of a sample can be trusted: the bootstrap, with draws from a printed seed.

/// How many samples are drawn again.
pub(super) const RESAMPLES: usize = 1000;

/// The sample's quantile by nearest rank; `sorted` from least to most, 0 for an empty one.
pub(super) fn quantile(sorted: &[u64], permille: usize) -> u64 {
    let rank = rank(sorted.len(), permille);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

/// The 95 % interval of each quantile: between the 2.5th and the 97.5th hundredth of its values in the resamples.
pub(super) fn intervals(sorted: &[u64], permilles: &[usize], seed: u64) -> Vec<(u64, u64)> {
    let mut draws = Draws(seed);
    let mut found = vec![Vec::with_capacity(RESAMPLES); permilles.len()];
    for _ in 0..RESAMPLES {
        let drawn = resample(sorted, &mut draws);
        for (values, permille) in found.iter_mut().zip(permilles) {
            values.push(quantile(&drawn, *permille));
        }
    }
    found
        .into_iter()
        .map(|mut values| {
            values.sort_unstable();
            (quantile(&values, 25), quantile(&values, 975))
        })
        .collect()
}

/// As many values as there are, drawn with replacement, in order: counting is cheaper than sorting.
fn resample(sorted: &[u64], draws: &mut Draws) -> Vec<u64> {
    let mut counts = vec![0_usize; sorted.len()];
    for _ in sorted {
        if let Some(count) = counts.get_mut(draws.below(sorted.len())) {
            *count += 1;
        }
    }
    let drawn = sorted.iter().zip(counts);
    drawn
        .flat_map(|(value, count)| std::iter::repeat_n(*value, count))
        .collect()
}

/// From 1, so that the least value has a rank too.
fn rank(length: usize, permille: usize) -> usize {
    (length * permille).div_ceil(1000).max(1)
}

/// `SplitMix64` (Steele, Lea, Flood 2014): small, and good enough to draw samples.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below the limit, or 0 if that is 0.
    fn below(&mut self, limit: usize) -> usize {
        let wide = u128::from(self.next()) * (limit as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_those_of_the_published_generator() {
        let mut draws = Draws(1_234_567);
        assert_eq!(draws.next(), 6_457_827_717_110_365_317);
        assert_eq!(draws.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn quantiles_are_values_of_the_sample() {
        let sample: Vec<_> = (1..=100).collect();
        assert_eq!(
            [500, 950, 990, 1000].map(|part| quantile(&sample, part)),
            [50, 95, 99, 100]
        );
        assert_eq!(quantile(&[7], 500), 7);
        assert_eq!(quantile(&[], 500), 0);
    }

    #[test]
    fn intervals_hold_their_quantile_and_narrow_with_the_sample() {
        let of = |length: u64| {
            let sample: Vec<_> = (0..length).map(|n| n * 1000 / length).collect();
            let median = quantile(&sample, 500);
            let (low, high) = intervals(&sample, &[500], 4711)[0];
            assert!(low <= median && median <= high, "{low} {median} {high}");
            high - low
        };
        assert!(of(400) < of(25));
    }

    #[test]
    fn the_same_seed_gives_the_same_interval() {
        let sample: Vec<_> = (0..50).map(|n| n * n).collect();
        assert_eq!(intervals(&sample, &[950], 1), intervals(&sample, &[950], 1));
        assert_eq!(intervals(&[5, 5, 5], &[500], 9), [(5, 5)]);
    }
}
