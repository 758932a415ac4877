//! When a failed record comes back.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use tracing::error;

use crate::clock::within;
use crate::error::chain;
use crate::group::Group;
use crate::panics::guard;
use crate::{Clock, Queue, Record};

/// Exponential backoff with equal jitter: half of the delay is fixed, half is random. With full jitter a delay can be
/// 0, so that an outage of seconds uses up a message's receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The longest delay after the first receive; it doubles with every further one.
    pub base: Duration,
    /// The longest delay at all. SQS lets no message be in flight for more than 12 hours.
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
    /// The shortest and the longest delay after so many receives.
    pub fn bounds(&self, receives: u32) -> RangeInclusive<Duration> {
        let doublings = receives.saturating_sub(1);
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        let longest = self.base.saturating_mul(factor).min(self.cap);
        longest / 2..=longest
    }

    /// The delay after so many attempts at `what`. Its random half is a hash of both: it spreads as well as any other,
    /// differs from attempt to attempt, and needs neither a generator's state nor a seed to be repeatable.
    pub fn delay(&self, attempts: u32, what: impl Hash) -> Duration {
        let half = *self.bounds(attempts).start();
        let mut hasher = DefaultHasher::new();
        (what, attempts).hash(&mut hasher);
        let jitter = u128::from(hasher.finish()) % (half.as_millis() + 1);
        half + Duration::from_millis(u64::try_from(jitter).unwrap_or(u64::MAX))
    }
}

/// The bounds of the default [`Backoff`].
pub fn delay_bounds(receives: u32) -> RangeInclusive<Duration> {
    Backoff::default().bounds(receives)
}

/// The ids of the failed messages, each with its delay. What was held back in an ordered group gets the delay of the
/// failure before it: the group stays locked while any of its messages is in flight.
pub(crate) fn delays<'a, E>(
    groups: &[Group<'a, E>],
    backoff: &Backoff,
) -> HashMap<&'a str, Duration> {
    let mut delays = HashMap::new();
    for group in groups {
        let mut first = None;
        for member in group.members.iter().filter(|m| m.has_failed()) {
            let own = backoff.delay(member.record.receive_count, &member.record.message_id);
            let delay = if group.ordered {
                *first.get_or_insert(own)
            } else {
                own
            };
            delays.insert(&*member.record.message_id, delay);
        }
    }
    delays
}

/// Lets the failed records come back after their delays. If that fails they come back all the same, only later: when the
/// queue's visibility time-out is over.
pub(crate) async fn delay_failed(
    queue: &impl Queue,
    clock: &impl Clock,
    until: SystemTime,
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
    let call = guard(async { queue.delay(&failed).await });
    let error = match within(clock, until, call).await {
        Some(Ok(Ok(()))) => return,
        Some(Ok(Err(error))) => chain(&*error),
        Some(Err(panicked)) => panicked.to_string(),
        None => "the deadline came first".to_owned(),
    };
    error!(records = failed.len(), error, "failed records not delayed");
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
