//! The one line of counts of a batch.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use tracing::info;

use crate::Record;
use crate::group::{Group, RecordStatus, TrackedRecord};

/// The target of the line that [`process`](crate::process()) logs at the end of a batch. No other line has it, so that a subscriber
/// can tell it from the others.
pub const SUMMARY_TARGET: &str = module_path!();

/// What the line is made from.
pub(crate) struct Summary<'s, 'r, E> {
    pub records: &'r [Record],
    pub groups: &'s [Group<'r, E>],
    /// The number of published events.
    pub published: usize,
    /// Whether the time for handling was used up.
    pub overrun: bool,
    pub started: SystemTime,
    /// When handling ended.
    pub handled: SystemTime,
    pub publishing_ended: SystemTime,
}

impl<'s, E> Summary<'s, '_, E> {
    /// Logs the line. Metrics, alarms and queries read its fields: see `template.yaml`.
    pub fn log(&self) {
        info!(
            // A batch is of one queue.
            queue = self.records.first().map(Record::queue_name),
            records = self.records.len(),
            handled = self.count(|status| matches!(status, RecordStatus::Handled(_))),
            ignored = self.count(|status| matches!(status, RecordStatus::Ignored)),
            quarantined = self.count(|status| matches!(status, RecordStatus::Quarantined(_))),
            quarantined_by_reason = self.quarantined_by_reason(),
            set_aside = self.count(|status| matches!(status, RecordStatus::SetAside)),
            failed = self.count(|status| matches!(status, RecordStatus::Failed)),
            held_back = self.groups.iter().map(Group::held_back).sum::<usize>(),
            published = self.published,
            overrun = self.overrun,
            oldest_age_ms = self.oldest_age().map(millis),
            handling_ms = millis(between(self.started, self.handled)),
            publishing_ms = millis(between(self.handled, self.publishing_ended)),
            "batch done"
        );
    }

    fn statuses(&self) -> impl Iterator<Item = &'s RecordStatus<E>> {
        let tracked = self.groups.iter().flat_map(|group| &group.records);
        tracked.map(|tracked: &TrackedRecord<'_, E>| &tracked.status)
    }

    fn count(&self, is: fn(&RecordStatus<E>) -> bool) -> usize {
        self.statuses().filter(|status| is(status)).count()
    }

    /// How many were quarantined for each reason, as a JSON object in text, since the names of fields are fixed; absent if none was.
    fn quarantined_by_reason(&self) -> Option<String> {
        let mut counts = BTreeMap::<&str, usize>::new();
        for status in self.statuses() {
            if let RecordStatus::Quarantined(reason) = status {
                *counts.entry(reason).or_default() += 1;
            }
        }
        (!counts.is_empty()).then(|| serde_json::json!(counts).to_string())
    }

    /// How long before the batch started its oldest record was sent.
    fn oldest_age(&self) -> Option<Duration> {
        let sent = self.records.iter().filter_map(|record| record.sent_at).min()?;
        Some(between(sent, self.started))
    }
}

/// The time from one to the other; none if the clocks differ.
fn between(from: SystemTime, to: SystemTime) -> Duration {
    to.duration_since(from).unwrap_or_default()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
