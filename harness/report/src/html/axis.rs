//! A logarithmic axis.

/// From one power of ten to another.
pub(super) struct Axis {
    from: u64,
    to: u64,
}

impl Axis {
    pub(super) fn over(least: u64, most: u64) -> Self {
        let mut from = 1;
        // What is shown may come from a stranger's record.
        let more = |from: u64| from.checked_mul(10).filter(|more| *more <= least);
        while let Some(next) = more(from) {
            from = next;
        }
        let mut to = from.saturating_mul(10);
        while to < most {
            to = to.saturating_mul(10);
        }
        Self { from, to }
    }

    /// Where a value stands: 0 at the left end, 1 at the right one.
    pub(super) fn part(&self, value: u64) -> f64 {
        let log = |value: u64| (value.max(1) as f64).log10();
        (log(value) - log(self.from)).max(0.0) / (log(self.to) - log(self.from))
    }

    /// The powers of ten, and between them 2 and 5 if there is room.
    pub(super) fn values(&self) -> Vec<u64> {
        let steps: &[u64] = if self.to / self.from > 1000 {
            &[1]
        } else {
            &[1, 2, 5]
        };
        let decades = self.decades().into_iter();
        decades
            .flat_map(|decade| steps.iter().map(move |step| decade.saturating_mul(*step)))
            .filter(|value| *value <= self.to)
            .collect()
    }

    /// The powers of ten.
    pub(super) fn decades(&self) -> Vec<u64> {
        let next = |decade: &u64| decade.checked_mul(10).filter(|next| *next <= self.to);
        std::iter::successors(Some(self.from), next).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_begins_and_ends_at_a_power_of_ten() {
        for (least, most, from, to) in [
            (0, 0, 1, 10),
            (7, 95, 1, 100),
            (10, 10, 10, 100),
            (120, 1000, 100, 1000),
            (99, 1001, 10, 10_000),
        ] {
            let axis = Axis::over(least, most);
            assert_eq!((axis.from, axis.to), (from, to));
        }
    }

    #[test]
    fn the_longest_possible_duration_ends_the_axis() {
        let axis = Axis::over(1, u64::MAX);
        assert!(axis.values().len() > 15);
    }
}
