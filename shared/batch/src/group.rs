//! The records of a batch in their groups, and what became of each.

use std::collections::{BTreeMap, HashSet};

use crate::Record;

/// Records that are worked off one after another: in order and up to the first failure, or just together.
pub(crate) struct Group<'a, E> {
    pub ordered: bool,
    pub members: Vec<Member<'a, E>>,
}

pub(crate) struct Member<'a, E> {
    pub record: &'a Record,
    pub fate: Fate<E>,
}

/// What became of a record.
pub(crate) enum Fate<E> {
    /// The state that every record begins in: whatever is not known to have been done is reported, so that a record
    /// that was held back, cut off or never reached cannot be lost.
    Failed,
    Handled(Vec<E>),
    Ignored,
    Quarantined,
}

impl<E> Group<'_, E> {
    /// Fails one member, and in an ordered group whatever follows it.
    pub fn fail(&mut self, at: usize) {
        let following = if self.ordered { usize::MAX } else { 1 };
        for member in self.members.iter_mut().skip(at).take(following) {
            member.fate = Fate::Failed;
        }
    }

    /// Fails whatever follows a failure in an ordered group. Records are decoded ahead, so one that was found to be
    /// ignored may stand behind a failure that came later.
    pub fn hold_back(&mut self) {
        let first = self.members.iter().position(Member::has_failed);
        if let Some(first) = first {
            self.fail(first);
        }
    }
}

impl<E> Member<'_, E> {
    pub fn events(&self) -> &[E] {
        match &self.fate {
            Fate::Handled(events) => events,
            _ => &[],
        }
    }

    pub fn has_failed(&self) -> bool {
        matches!(self.fate, Fate::Failed)
    }
}

/// The groups of a batch: by message group for FIFO queues, chunks of independent records for others.
///
/// A message may be in a batch twice (standard queues deliver at least once). Its copies share one fate, so only the
/// first one becomes a member.
pub(crate) fn groups<E>(records: &[Record], chunk: usize) -> Vec<Group<'_, E>> {
    let mut seen = HashSet::new();
    let distinct = records.iter().filter(|r| seen.insert(&r.message_id));
    let (fifo, independent): (Vec<_>, Vec<_>) = distinct.partition(|r| r.is_fifo());
    let mut ordered = BTreeMap::<_, Vec<_>>::new();
    for record in fifo {
        let key = (&record.queue_arn, &record.group);
        ordered.entry(key).or_default().push(record);
    }
    let ordered = ordered.values().map(|records| group(true, records));
    let chunks = independent.chunks(chunk.max(1));
    ordered
        .chain(chunks.map(|records| group(false, records)))
        .collect()
}

fn group<'a, E>(ordered: bool, records: &[&'a Record]) -> Group<'a, E> {
    let member = |record: &&'a Record| Member {
        record,
        fate: Fate::Failed,
    };
    Group {
        ordered,
        members: records.iter().map(member).collect(),
    }
}
