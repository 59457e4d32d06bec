//! Size classes: how long a file is, is content (MET-05).

/// No file is shorter on the wire.
const LEAST: usize = 4096;

/// The length on the wire of a file of `size` bytes.
///
/// Padmé (Nikitin et al., 'Reducing Metadata Leakage from Encrypted Files', PETS 2019): it adds at most 12 %, and
/// what is left to see is of the order of log log of the size.
#[must_use]
pub fn size_class(size: usize) -> usize {
    if size <= LEAST {
        return LEAST;
    }
    let exponent = size.ilog2();
    let kept = exponent.ilog2() + 1;
    let step = 1_usize << exponent.saturating_sub(kept);
    size.checked_next_multiple_of(step).unwrap_or(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_its_sizes_and_costs_little() {
        for size in (0..200_000).step_by(37).chain([8 << 20, (8 << 20) + 1]) {
            let class = size_class(size);
            assert!(class >= size);
            assert_eq!(size_class(class), class, "{size}");
            assert!(
                size < LEAST || class <= size + size * 12 / 100,
                "{size} {class}"
            );
        }
        assert_eq!(size_class(1), size_class(LEAST));
        assert_eq!(size_class(100_000), size_class(99_500));
        assert_ne!(size_class(100_000), size_class(120_000));
        assert_eq!(size_class(usize::MAX), usize::MAX);
    }
}
