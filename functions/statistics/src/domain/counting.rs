//! What an event counts for.

use contract::{Category, PartnerId, Region};
use jiff::Timestamp;

use super::counted_event::{CountedEvent, EventBody};
use super::counters::{Column, Delay, Dimension, Measure};
use super::counts::Counts;
use super::delay::bucket_bound;

/// Counts events, each by what it says itself, whatever the others are.
pub fn count_events<'a>(events: impl IntoIterator<Item = &'a CountedEvent>) -> Counts {
    let mut counts = Counts::default();
    for event in events {
        count_event(&mut counts, event, &Subject::of(&event.body));
    }
    counts
}

/// What an event is about. What is not known, it is not counted by.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Subject<'a> {
    pub partner: Option<&'a PartnerId>,
    pub category: Option<&'a Category>,
    pub region: Option<&'a Region>,
    /// The beginning of the delay that ends with the event.
    pub submitted_at: Option<Timestamp>,
}

impl<'a> Subject<'a> {
    /// What the event itself says. Charges and notifications of revision 1 of the contract say less.
    pub(super) fn of(body: &'a EventBody) -> Self {
        match body {
            EventBody::Matched(matched) => Self {
                partner: Some(&matched.partner.id),
                category: Some(&matched.category),
                region: Some(&matched.region),
                submitted_at: Some(matched.submitted_at),
            },
            EventBody::Unmatched(unmatched) => Self {
                partner: None,
                category: Some(&unmatched.category),
                region: Some(&unmatched.region),
                submitted_at: Some(unmatched.submitted_at),
            },
            EventBody::Credited(credited) => Self {
                partner: Some(&credited.partner_id),
                ..Self::default()
            },
            EventBody::Deducted(deducted) => Self {
                partner: Some(&deducted.partner_id),
                category: deducted.category.as_ref(),
                region: deducted.region.as_ref(),
                submitted_at: Some(deducted.submitted_at),
            },
            EventBody::Rejected(rejected) => Self {
                partner: Some(&rejected.partner_id),
                category: rejected.category.as_ref(),
                region: rejected.region.as_ref(),
                submitted_at: rejected.submitted_at,
            },
            EventBody::Sent(sent) => Self {
                partner: sent.partner_id.as_ref(),
                category: sent.category.as_ref(),
                region: sent.region.as_ref(),
                submitted_at: sent.submitted_at,
            },
            EventBody::Deferred(_) | EventBody::NotSent(_) => Self::default(),
        }
    }

    /// The dimensions that its measures are counted in.
    fn dimensions(&self) -> Vec<Dimension> {
        let mut dimensions = vec![Dimension::Total];
        dimensions.extend(self.partner.cloned().map(Dimension::Partner));
        dimensions.extend(self.category.cloned().map(Dimension::Category));
        dimensions.extend(self.region.cloned().map(Dimension::Region));
        dimensions
    }
}

/// Adds one event to the counts, as one about this subject.
pub(super) fn count_event(counts: &mut Counts, event: &CountedEvent, subject: &Subject<'_>) {
    let event_type = Column::Event(event.body.event_type());
    counts.count(event.time, &Dimension::Events, event_type, 1);
    for (measure, number) in measures(&event.body) {
        for dimension in subject.dimensions() {
            counts.count(event.time, &dimension, Column::Measure(measure), number);
        }
    }
    if let (Some(delay), Some(submitted_at)) = (delay(&event.body), subject.submitted_at) {
        let bucket = Column::DelayUpTo(bucket_bound(submitted_at, event.time));
        counts.count(event.time, &Dimension::Delay(delay), bucket, 1);
    }
}

fn measures(body: &EventBody) -> Vec<(Measure, u64)> {
    match body {
        EventBody::Matched(_) => vec![(Measure::Matched, 1)],
        EventBody::Unmatched(_) => vec![(Measure::Unmatched, 1)],
        EventBody::Credited(credited) => vec![(Measure::PointsBought, credited.points.get().into())],
        EventBody::Deducted(deducted) => vec![
            (Measure::Charged, 1),
            (Measure::PointsCharged, deducted.points.get().into()),
        ],
        EventBody::Rejected(_) => vec![(Measure::Refused, 1)],
        EventBody::Sent(_) => vec![(Measure::Told, 1)],
        EventBody::Deferred(_) | EventBody::NotSent(_) => Vec::new(),
    }
}

fn delay(body: &EventBody) -> Option<Delay> {
    match body {
        EventBody::Matched(_) => Some(Delay::Match),
        EventBody::Deducted(_) => Some(Delay::Charge),
        EventBody::Sent(_) => Some(Delay::Message),
        _ => None,
    }
}
