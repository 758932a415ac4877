//! When failed records are delivered again.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use tracing::error;

use crate::clock::timeout_at;
use crate::error::error_with_sources;
use crate::group::Group;
use crate::panics::catch_panic;
use crate::{Clock, Queue, Record};

/// Exponential backoff with equal jitter: half of the delay is fixed, half is random. With full jitter a delay could be
/// 0, and an outage of seconds could use up a message's receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The longest delay after the first receive; doubled with every further one. Default: 2 s.
    pub base: Duration,
    /// The longest delay of all. SQS lets no message be in flight for more than 12 hours. Default: 30 min.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            base: Duration::from_secs(2),
            cap: Duration::from_mins(30),
        }
    }
}

impl Backoff {
    /// The shortest and the longest delay after this number of receives, counted from 1.
    pub fn bounds(&self, receives: u32) -> RangeInclusive<Duration> {
        let doublings = receives.saturating_sub(1);
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        let longest = self.base.saturating_mul(factor).min(self.cap);
        longest / 2..=longest
    }

    /// The delay after this number of attempts, counted from 1. Its random half is a hash of the number and the key: it
    /// differs from key to key and from attempt to attempt, and a test can repeat it without a seed.
    pub fn delay(&self, attempts: u32, key: impl Hash) -> Duration {
        let half = *self.bounds(attempts).start();
        let mut hasher = DefaultHasher::new();
        (key, attempts).hash(&mut hasher);
        let jitter = u128::from(hasher.finish()) % (half.as_millis() + 1);
        half + Duration::from_millis(u64::try_from(jitter).unwrap_or(u64::MAX))
    }
}

/// The bounds of the default [`Backoff`].
pub fn delay_bounds(receives: u32) -> RangeInclusive<Duration> {
    Backoff::default().bounds(receives)
}

/// The ids of all failed messages, each with its delay. What was held back in an ordered group gets the delay of the
/// failure before it: the group stays locked while any of its messages is in flight.
pub(crate) fn retry_delays<'a, E>(groups: &[Group<'a, E>], backoff: &Backoff) -> HashMap<&'a str, Duration> {
    let mut delays = HashMap::new();
    for group in groups {
        let mut group_delay = None;
        for tracked in group.records.iter().filter(|tracked| tracked.has_failed()) {
            let record = tracked.record;
            let own_delay = backoff.delay(record.receive_count, &record.message_id);
            let delay = if group.ordered {
                *group_delay.get_or_insert(own_delay)
            } else {
                own_delay
            };
            delays.insert(&*record.message_id, delay);
        }
    }
    delays
}

/// Has the failed records delivered again after their delays. If this fails they are delivered again all the same, but
/// only when the queue's visibility timeout ends.
pub(crate) async fn delay_failed(
    queue: &impl Queue,
    clock: &impl Clock,
    end: SystemTime,
    records: &[Record],
    delays: &HashMap<&str, Duration>,
) {
    let failed: Vec<(&Record, Duration)> = records
        .iter()
        .filter_map(|record| Some((record, *delays.get(&*record.message_id)?)))
        .collect();
    if failed.is_empty() {
        return;
    }
    let call = catch_panic(async { queue.delay(&failed).await });
    let error = match timeout_at(clock, end, call).await {
        Some(Ok(Ok(()))) => return,
        Some(Ok(Err(error))) => error_with_sources(&*error),
        Some(Err(panicked)) => panicked.to_string(),
        None => "the deadline came first".to_owned(),
    };
    error!(
        records = failed.len(),
        queue = failed[0].0.queue_name(),
        error,
        "visibility timeouts of failed records not changed; they are delivered again when the queue's own ends"
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(receives: u32) -> (u64, u64) {
        let bounds = delay_bounds(receives);
        (bounds.start().as_secs(), bounds.end().as_secs())
    }

    #[test]
    fn doubles_with_every_receive_up_to_the_cap() {
        assert_eq!(seconds(1), (1, 2));
        assert_eq!(seconds(2), (2, 4));
        assert_eq!(seconds(10), (512, 1024));
        assert_eq!(seconds(11), (900, 1800));
        assert_eq!(seconds(u32::MAX), (900, 1800));
    }
}
