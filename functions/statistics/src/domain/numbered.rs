//! How events were counted up to version 0.2.0: in histories whose events have numbers, by what the whole history says.
//!
//! Kept for events of before [`since`](super::since), which that version may have counted, or may be counting: both must then
//! count alike. docs/do/upgrade.md says when it can go.

use contract::{NotificationSent, PartnerId, ids};

use super::counted_event::{CountedEvent, EventBody};
use super::counting::{Subject, count_event};
use super::counts::Counts;

/// The stored events of a request or purchase.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Those with numbers, in their order: number 1 is the first.
    pub numbered: Vec<CountedEvent>,
    /// The ids of those without, which count by themselves.
    pub others: Vec<String>,
}

/// An event with its number in its history, and what it adds to the counters.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedEvent {
    /// The number, from 1.
    pub number: usize,
    /// The event.
    pub event: CountedEvent,
    /// The amounts by which the counters grow.
    pub growth: Counts,
}

impl History {
    /// Numbers an event as the next of the history; `None` if it is in there.
    pub fn next(&self, event: &CountedEvent) -> Option<NumberedEvent> {
        let known = self.numbered.iter().map(|known| &known.id).chain(&self.others);
        // guard: numbered-event-is-counted-once
        if known.into_iter().any(|id| *id == event.id) {
            return None;
        }
        let mut grown = self.numbered.clone();
        grown.push(event.clone());
        Some(NumberedEvent {
            // That version counts all items of the history: so no number that it gave is higher.
            number: grown.len() + self.others.len(),
            event: event.clone(),
            growth: count_history(&grown).growth_since(&count_history(&self.numbered)),
        })
    }
}

/// Counts the events of one history, whatever order they are in.
///
/// Category, region and the submission's time are those of matching's decisions. Until the history has a decision, the others are
/// counted without.
pub fn count_history(history: &[CountedEvent]) -> Counts {
    let mut counts = Counts::default();
    let decision = history.iter().find_map(|event| match event.body {
        EventBody::Matched(_) | EventBody::Unmatched(_) => Some(Subject::of(&event.body)),
        _ => None,
    });
    let decision = decision.unwrap_or_default();
    for event in history {
        let own = Subject::of(&event.body);
        let (partner, submitted_at) = match &event.body {
            EventBody::Sent(sent) => (partner_of_notification(sent, history), decision.submitted_at),
            _ => (own.partner, own.submitted_at),
        };
        let (category, region) = (decision.category, decision.region);
        let subject = Subject {
            partner,
            category,
            region,
            submitted_at,
        };
        count_event(&mut counts, event, &subject);
    }
    counts
}

/// The partner of the match that a notification told of. The notification's id is derived from the id of the match's event.
fn partner_of_notification<'a>(sent: &NotificationSent, history: &'a [CountedEvent]) -> Option<&'a PartnerId> {
    for event in history {
        if let EventBody::Matched(matched) = &event.body
            && ids::notification_id(&event.id, sent.channel) == sent.notification_id
        {
            return Some(&matched.partner.id);
        }
    }
    None
}
