//! The records of a batch, by message group, and the status of each.

use std::collections::{BTreeMap, HashSet};

use crate::Record;

/// Records that are handled one after another: a FIFO queue's message group, in order and up to the first failure, or a
/// chunk of a standard queue's independent records.
pub(crate) struct Group<'a, E> {
    pub ordered: bool,
    pub records: Vec<TrackedRecord<'a, E>>,
}

/// A record and how far it has got.
pub(crate) struct TrackedRecord<'a, E> {
    pub record: &'a Record,
    pub status: RecordStatus<E>,
}

pub(crate) enum RecordStatus<E> {
    /// Not known to be done. Every record starts like this, so that one that was held back, cut off by the deadline or
    /// never reached is reported failed and cannot be lost.
    Failed,
    /// Handled, with the events to publish.
    Handled(Vec<E>),
    Ignored,
    Quarantined,
}

impl<E> Group<'_, E> {
    /// Fails one record, and in an ordered group all that follow it.
    pub fn fail(&mut self, index: usize) {
        // guard: followers-are-held-back
        let count = if self.ordered { usize::MAX } else { 1 };
        for tracked in self.records.iter_mut().skip(index).take(count) {
            tracked.status = RecordStatus::Failed;
        }
    }

    /// Holds back what follows the first failure in an ordered group. Records are decoded ahead of being handled, so one
    /// that is ignored may stand behind one that failed later.
    pub fn hold_back(&mut self) {
        let first_failure = self.records.iter().position(TrackedRecord::has_failed);
        if let Some(index) = first_failure {
            self.fail(index);
        }
    }
}

impl<E> TrackedRecord<'_, E> {
    pub fn events(&self) -> &[E] {
        match &self.status {
            RecordStatus::Handled(events) => events,
            _ => &[],
        }
    }

    pub fn has_failed(&self) -> bool {
        matches!(self.status, RecordStatus::Failed)
    }
}

/// Groups the records of a batch: those of FIFO queues by message group, the others into chunks.
///
/// Standard queues deliver at least once, so a message may be in a batch twice. Its copies share one status: only the
/// first is put into a group.
pub(crate) fn groups<E>(records: &[Record], chunk_size: usize) -> Vec<Group<'_, E>> {
    let mut known_ids = HashSet::new();
    let mut message_groups = BTreeMap::<_, Vec<_>>::new();
    let mut independent = Vec::new();
    for record in records {
        if !known_ids.insert(&record.message_id) {
            continue;
        }
        if record.is_fifo() {
            let key = (&record.queue_arn, &record.group);
            message_groups.entry(key).or_default().push(record);
        } else {
            independent.push(record);
        }
    }
    let ordered_groups = message_groups.values().map(|records| group(true, records));
    let chunks = independent.chunks(chunk_size.max(1));
    ordered_groups
        .chain(chunks.map(|records| group(false, records)))
        .collect()
}

fn group<'a, E>(ordered: bool, records: &[&'a Record]) -> Group<'a, E> {
    let track = |record: &&'a Record| TrackedRecord {
        record,
        status: RecordStatus::Failed,
    };
    Group {
        ordered,
        records: records.iter().map(track).collect(),
    }
}
