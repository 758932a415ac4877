//! In which order a queue gives its messages, and when.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::queue::Queue;

impl Queue {
    /// The places of what a receive takes. A FIFO queue tries to give as many of one group as possible, and may give
    /// several groups (SQS Developer Guide, "FIFO queue delivery logic"); fewer than `max` may come of any queue (SQS API
    /// Reference, "`ReceiveMessage`").
    pub(super) fn pick(
        &self,
        now: SystemTime,
        max: usize,
        choose: &mut dyn FnMut(usize) -> usize,
    ) -> Vec<usize> {
        let mut lines = self.lines(now);
        let mut picked = Vec::new();
        while picked.len() < max && !lines.is_empty() {
            let line = lines.remove(choose(lines.len()));
            let most = line.len().min(max - picked.len());
            picked.extend(&line[..most - choose(most)]);
        }
        picked
    }

    /// The places of what can be received now, as far as one waits for another: by group and in order on a FIFO queue,
    /// each by itself on a standard one (SQS Developer Guide, "FIFO queue delivery logic", "Standard queues").
    pub(super) fn lines(&self, now: SystemTime) -> Vec<Vec<usize>> {
        let locks = self.locks(now);
        let messages = self.messages.iter().enumerate();
        let visible = messages.filter(|(_, message)| message.visible <= now);
        if !self.spec.fifo {
            return visible.map(|(place, _)| vec![place]).collect();
        }
        let mut lines: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (place, message) in visible.filter(|(_, m)| !locks.contains_key(&m.group)) {
            lines.entry(&message.group).or_default().push(place);
        }
        let mut lines: Vec<_> = lines.into_values().collect();
        lines.sort_unstable(); // by who came first
        lines
    }

    /// The groups that are locked, and until when: while one message of a group is in flight, no other is received (SQS
    /// Developer Guide, "FIFO queue delivery logic").
    fn locks(&self, now: SystemTime) -> BTreeMap<&Option<String>, SystemTime> {
        let mut locks = BTreeMap::new();
        for message in self.messages.iter().filter(|_| self.spec.fifo) {
            if message.is_in_flight(now) {
                let end = locks.entry(&message.group).or_insert(message.visible);
                *end = message.visible.max(*end);
            }
        }
        locks
    }

    pub(super) fn next_change(&self, now: SystemTime) -> Option<SystemTime> {
        let locks = self.locks(now);
        let invisible = self.messages.iter().filter(|message| message.visible > now);
        let alone = invisible.filter(|message| !locks.contains_key(&message.group));
        let ends = alone.map(|message| message.visible);
        ends.chain(locks.values().copied()).min()
    }
}
