//! Which messages of a queue can be received, and in which order.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::queue::Queue;

impl Queue {
    /// The positions of the messages that a receive takes. A FIFO queue returns as many messages of one group as possible,
    /// and possibly several groups (SQS Developer Guide, "FIFO queue delivery logic"); any queue may return fewer than `max`
    /// (SQS API Reference, "`ReceiveMessage`").
    pub fn pick(&self, now: SystemTime, max: usize, choose: &mut dyn FnMut(usize) -> usize) -> Vec<usize> {
        let mut groups = self.receivable(now);
        let mut picked = Vec::new();
        while picked.len() < max && !groups.is_empty() {
            let group = groups.remove(choose(groups.len()));
            let most = group.len().min(max - picked.len());
            picked.extend(&group[..most - choose(most)]);
        }
        picked
    }

    /// The positions of the messages that can be received now: by message group and in order on a FIFO queue, each by itself
    /// on a standard one (SQS Developer Guide, "FIFO queue delivery logic", "Standard queues").
    pub fn receivable(&self, now: SystemTime) -> Vec<Vec<usize>> {
        let locks = self.locks(now);
        let messages = self.messages.iter().enumerate();
        let visible = messages.filter(|(_, message)| message.visible <= now);
        if !self.spec.fifo {
            return visible.map(|(position, _)| vec![position]).collect();
        }
        let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (position, message) in visible.filter(|(_, m)| !locks.contains_key(&m.content.group)) {
            groups.entry(&message.content.group).or_default().push(position);
        }
        let mut groups: Vec<_> = groups.into_values().collect();
        groups.sort_unstable(); // by their first message's position
        groups
    }

    /// The locked groups, and until when each is: while one message of a group is in flight, no other is received (SQS
    /// Developer Guide, "FIFO queue delivery logic").
    fn locks(&self, now: SystemTime) -> BTreeMap<&Option<String>, SystemTime> {
        let mut locks = BTreeMap::new();
        for message in self.messages.iter().filter(|_| self.spec.fifo) {
            if message.is_in_flight(now) {
                let end = locks.entry(&message.content.group).or_insert(message.visible);
                *end = message.visible.max(*end);
            }
        }
        locks
    }

    pub fn next_change(&self, now: SystemTime) -> Option<SystemTime> {
        let locks = self.locks(now);
        let invisible = self.messages.iter().filter(|message| message.visible > now);
        let unlocked = invisible.filter(|message| !locks.contains_key(&message.content.group));
        let become_visible = unlocked.map(|message| message.visible);
        become_visible.chain(locks.values().copied()).min()
    }
}
