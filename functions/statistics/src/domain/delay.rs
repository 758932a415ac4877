//! The buckets of the histograms of delays.

use jiff::Timestamp;

/// The bucket of the delay from `start` to `end`: its upper bound, in whole milliseconds.
///
/// Eight buckets for each power of two, so that a bound is at most an eighth above the delay itself, at any scale. (The
/// idea is `HdrHistogram`'s: a fixed number of significant bits.) Whole numbers only, so that a recount in any
/// language finds the same bucket. Where clocks differ and the end is before the start, the bucket is 0.
pub(super) fn bucket_bound(start: Timestamp, end: Timestamp) -> u64 {
    let micros = end.duration_since(start).as_micros();
    let millis = u64::try_from(micros).map_or(0, |micros| micros.div_ceil(1_000));
    let width = match millis.checked_ilog2() {
        Some(exponent @ 3..) => 1 << (exponent - 3),
        _ => 1,
    };
    millis.div_ceil(width) * width
}

#[cfg(test)]
mod tests {
    use super::bucket_bound;
    use jiff::{SignedDuration, Timestamp};

    fn bound_of_micros(micros: i64) -> u64 {
        let start = Timestamp::UNIX_EPOCH;
        bucket_bound(start, start + SignedDuration::from_micros(micros))
    }

    #[test]
    fn a_delay_is_at_most_an_eighth_below_its_bound() {
        for (micros, bound) in [
            (-1, 0),
            (0, 0),
            (1, 1),
            (1_000, 1),
            (1_001, 2),
            (8_000, 8),
            (15_000, 15),
            (16_000, 16),
            (17_000, 18),
            (100_000, 104),
            (120_001, 128),
            (128_000, 128),
            (128_001, 144),
            (1_000_000, 1_024),
            (86_400_000_000, 92_274_688),
        ] {
            assert_eq!(bound_of_micros(micros), bound, "{micros}");
        }
        for millis in 1..100_000 {
            let bound = bound_of_micros(millis * 1_000).cast_signed();
            assert!(millis <= bound && bound * 8 <= millis * 9, "{millis} {bound}");
        }
    }
}
