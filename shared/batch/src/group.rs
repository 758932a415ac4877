//! The records of a batch, by message group, and the status of each.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashSet};

use crate::panics::catch_panic_sync;
use crate::{ConsumerOptions, Correlation, Record};

/// Records that are handled one after another: a FIFO queue's message group, in order and up to the first failure, or a
/// chunk of a standard queue's independent records. Those on their last tries are in chunks of their own.
pub(crate) struct Group<'a, E> {
    pub ordered: bool,
    pub records: Vec<TrackedRecord<'a, E>>,
}

/// A record and how far it has got.
pub(crate) struct TrackedRecord<'a, E> {
    pub record: &'a Record,
    pub status: RecordStatus<E>,
    /// Whether this is its last receive but one, or its last. If it fails, it is set aside.
    pub last_try: bool,
    /// What failed, of a record on its last try that is still to be set aside.
    pub failure: Option<String>,
    correlate: Correlate<'a>,
    correlation: OnceCell<Correlation>,
}

/// Reads a record's correlation.
pub(crate) type Correlate<'a> = &'a dyn Fn(&Record) -> Correlation;

pub(crate) enum RecordStatus<E> {
    /// Not known to be done. Every record starts like this, so that one that was held back, cut off by the deadline or
    /// never reached is reported failed and cannot be lost.
    Failed,
    /// Handled, with the events to publish.
    Handled(Vec<E>),
    Ignored,
    /// In the quarantine, with the rejection's reason.
    Quarantined(&'static str),
    /// In the dead-letter queue, with what failed.
    SetAside,
}

impl<E> RecordStatus<E> {
    /// The status by the name that the line of counts has for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Handled(_) => "handled",
            Self::Ignored => "ignored",
            Self::Quarantined(_) => "quarantined",
            Self::SetAside => "set_aside",
        }
    }
}

impl<E> Group<'_, E> {
    /// Holds back what follows the first failure in an ordered group. What follows may have been handled, if only
    /// publishing failed; and it may have been ignored, since records are decoded ahead of being handled.
    pub fn hold_back(&mut self) {
        // guard: followers-are-held-back
        if !self.ordered {
            return;
        }
        let first_failure = self.records.iter().position(TrackedRecord::has_failed);
        for tracked in self.records.iter_mut().skip(first_failure.unwrap_or(usize::MAX)) {
            tracked.status = RecordStatus::Failed;
        }
    }

    /// The number of records that failed because one before them did.
    pub fn held_back(&self) -> usize {
        let failed = self.records.iter().filter(|tracked| tracked.has_failed()).count();
        if self.ordered { failed.saturating_sub(1) } else { 0 }
    }

    /// The number of records that are handed over one after another at most: a chunk's count twice, since after a call with
    /// all of them that fails they are handed over one by one.
    pub fn turns(&self) -> usize {
        let records = self.records.len();
        if self.ordered || records == 1 {
            records
        } else {
            2 * records
        }
    }

    /// Whether a record of the group is on its last try.
    pub fn has_last_try(&self) -> bool {
        self.records.iter().any(|tracked| tracked.last_try)
    }
}

impl<E> TrackedRecord<'_, E> {
    pub fn events(&self) -> &[E] {
        match &self.status {
            RecordStatus::Handled(events) => events,
            _ => &[],
        }
    }

    /// Notes what failed of a record on its last try, to be set aside with it.
    pub fn note_failure(&mut self, failure: String) {
        if self.last_try {
            self.failure = Some(failure);
        }
    }

    /// The record's correlation, read when the first line about it is logged.
    pub fn correlation(&self) -> &Correlation {
        let read = || catch_panic_sync(|| (self.correlate)(self.record)).unwrap_or_default();
        self.correlation.get_or_init(read)
    }

    pub fn has_failed(&self) -> bool {
        matches!(self.status, RecordStatus::Failed)
    }
}

/// Groups the records of a batch: those of FIFO queues by message group, the others into chunks. Groups with a record on
/// its last try come first, so that it is tried while there is time.
///
/// Standard queues deliver at least once, so a message may be in a batch twice. Its copies share one status: only the
/// first is put into a group.
pub(crate) fn groups<'a, E>(
    records: &'a [Record],
    options: &ConsumerOptions,
    correlate: Correlate<'a>,
) -> Vec<Group<'a, E>> {
    // guard: last-receive-but-one
    let last_try = options.max_receive_count.saturating_sub(1);
    let mut known_ids = HashSet::new();
    let mut message_groups = BTreeMap::<_, Vec<_>>::new();
    let (mut last_tries, mut independent) = (Vec::new(), Vec::new());
    for record in records {
        if !known_ids.insert(&record.message_id) {
            continue;
        }
        let tracked = TrackedRecord {
            record,
            status: RecordStatus::Failed,
            last_try: record.receive_count >= last_try,
            failure: None,
            correlate,
            correlation: OnceCell::new(),
        };
        if record.is_fifo() {
            let key = (&record.queue_arn, &record.group);
            message_groups.entry(key).or_default().push(tracked);
        } else if tracked.last_try {
            last_tries.push(tracked);
        } else {
            independent.push(tracked);
        }
    }
    let ordered = message_groups
        .into_values()
        .map(|records| Group { ordered: true, records });
    let unordered = [last_tries, independent]
        .into_iter()
        .flat_map(|records| chunks(records, options.chunk_size.max(1)))
        .map(|records| Group {
            ordered: false,
            records,
        });
    let mut groups: Vec<_> = ordered.chain(unordered).collect();
    // guard: last-tries-come-first
    groups.sort_by_key(|group| !group.has_last_try());
    groups
}

fn chunks<T>(items: Vec<T>, size: usize) -> impl Iterator<Item = Vec<T>> {
    let mut items = items.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = items.by_ref().take(size).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}
