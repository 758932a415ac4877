//! Counts the events of a request.

use contract::{Category, NotificationSent, PartnerId, Region, ids};
use jiff::Timestamp;

use super::counted_event::{CountedEvent, EventBody};
use super::counters::{Column, Delay, Dimension, Measure};
use super::counts::Counts;
use super::delay::bucket_bound;

/// Counts the events of one history, whatever order they are in.
///
/// Category and region are those of matching's decisions: in revision 1 of the contract, neither a charge nor a notification says
/// its own. Until the history has a decision, the others are counted without category and region, by every version of this function alike: if
/// versions differed, what one has counted the other would count again.
pub fn count_events(history: &[CountedEvent]) -> Counts {
    let mut counts = Counts::default();
    let request = RequestContext::find(history);
    for event in history {
        let event_type = Column::Event(event.body.event_type());
        counts.count(event.time, &Dimension::Events, event_type, 1);
        let contribution = Contribution::of(&event.body, request.as_ref(), history);
        for (measure, number) in &contribution.measures {
            for dimension in contribution.dimensions(request.as_ref()) {
                counts.count(event.time, &dimension, Column::Measure(*measure), *number);
            }
        }
        if let Some((delay, submitted_at)) = contribution.delay {
            let bucket = Column::DelayUpTo(bucket_bound(submitted_at, event.time));
            counts.count(event.time, &Dimension::Delay(delay), bucket, 1);
        }
    }
    counts
}

/// What one event adds to the counters, besides the count of its type.
#[derive(Default)]
struct Contribution<'a> {
    partner: Option<&'a PartnerId>,
    measures: Vec<(Measure, u64)>,
    /// The delay that ends with the event, and the time of the submission that it began with.
    delay: Option<(Delay, Timestamp)>,
}

/// What a request is about. Every decision on the request says the same.
struct RequestContext<'a> {
    category: &'a Category,
    region: &'a Region,
    submitted_at: Timestamp,
}

impl<'a> RequestContext<'a> {
    /// Reads it from the first decision in the history.
    fn find(history: &'a [CountedEvent]) -> Option<Self> {
        history.iter().find_map(|event| match &event.body {
            EventBody::Matched(matched) => Some(Self {
                category: &matched.category,
                region: &matched.region,
                submitted_at: matched.submitted_at,
            }),
            EventBody::Unmatched(unmatched) => Some(Self {
                category: &unmatched.category,
                region: &unmatched.region,
                submitted_at: unmatched.submitted_at,
            }),
            _ => None,
        })
    }
}

impl<'a> Contribution<'a> {
    fn of(body: &'a EventBody, request: Option<&RequestContext<'_>>, history: &'a [CountedEvent]) -> Self {
        match body {
            EventBody::Matched(matched) => Self {
                partner: Some(&matched.partner.id),
                measures: vec![(Measure::Matched, 1)],
                delay: Some((Delay::Match, matched.submitted_at)),
            },
            EventBody::Unmatched(_) => Self {
                measures: vec![(Measure::Unmatched, 1)],
                ..Self::default()
            },
            EventBody::Credited(credited) => Self {
                partner: Some(&credited.partner_id),
                measures: vec![(Measure::PointsBought, credited.points.get().into())],
                delay: None,
            },
            EventBody::Deducted(deducted) => Self {
                partner: Some(&deducted.partner_id),
                measures: vec![
                    (Measure::Charged, 1),
                    (Measure::PointsCharged, deducted.points.get().into()),
                ],
                delay: Some((Delay::Charge, deducted.submitted_at)),
            },
            EventBody::Rejected(rejected) => Self {
                partner: Some(&rejected.partner_id),
                measures: vec![(Measure::Refused, 1)],
                delay: None,
            },
            EventBody::Sent(sent) => Self {
                partner: partner_of_notification(sent, history),
                measures: vec![(Measure::Told, 1)],
                delay: request.map(|request| (Delay::Message, request.submitted_at)),
            },
            EventBody::Deferred(_) | EventBody::NotSent(_) => Self::default(),
        }
    }

    /// The dimensions that the measures are counted in: those that the event's partner, category and region are known for.
    fn dimensions(&self, request: Option<&RequestContext<'_>>) -> Vec<Dimension> {
        let mut dimensions = vec![Dimension::Total];
        if let Some(partner) = self.partner {
            dimensions.push(Dimension::Partner(partner.clone()));
        }
        if let Some(request) = request {
            dimensions.push(Dimension::Category(request.category.clone()));
            dimensions.push(Dimension::Region(request.region.clone()));
        }
        dimensions
    }
}

/// The partner of the match that a notification told of. The notification does not name the match, but its id is derived
/// from the id of the match's event.
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
