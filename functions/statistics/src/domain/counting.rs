//! From the events of a request to its counts.

use contract::{Category, NotificationSent, PartnerId, Region, ids};
use jiff::Timestamp;

use super::counters::{Column, Delay, Measure, Row};
use super::counts::Counts;
use super::delay::bucket;
use super::kept::{Kept, What};

/// What the events of one request count for, whatever order they are in.
///
/// Neither a charge nor a message says which category and region it is about: the decisions do. Until one of them is there,
/// they are counted without.
pub fn counts(story: &[Kept]) -> Counts {
    let mut counts = Counts::default();
    let about = About::of(story);
    for kept in story {
        let event = Column::Event(kept.what.event_type());
        counts.count(kept.time, &Row::Events, event, 1);
        let fact = Fact::of(&kept.what, about.as_ref(), story);
        for (measure, number) in &fact.measures {
            for row in fact.rows(about.as_ref()) {
                counts.count(kept.time, &row, Column::Measure(*measure), *number);
            }
        }
        if let Some((delay, submitted)) = fact.delay {
            let bound = Column::UpTo(bucket(submitted, kept.time));
            counts.count(kept.time, &Row::Delay(delay), bound, 1);
        }
    }
    counts
}

/// What an event counts for.
#[derive(Default)]
struct Fact<'a> {
    partner: Option<&'a PartnerId>,
    measures: Vec<(Measure, u64)>,
    /// Until what, and from when.
    delay: Option<(Delay, Timestamp)>,
}

/// What a request is about. Every decision about it says the same.
struct About<'a> {
    category: &'a Category,
    region: &'a Region,
    submitted: Timestamp,
}

impl<'a> About<'a> {
    fn of(story: &'a [Kept]) -> Option<Self> {
        story.iter().find_map(|kept| match &kept.what {
            What::Matched(event) => Some(Self {
                category: &event.category,
                region: &event.region,
                submitted: event.submitted_at,
            }),
            What::Unmatched(event) => Some(Self {
                category: &event.category,
                region: &event.region,
                submitted: event.submitted_at,
            }),
            _ => None,
        })
    }
}

impl<'a> Fact<'a> {
    fn of(what: &'a What, about: Option<&About<'_>>, story: &'a [Kept]) -> Self {
        match what {
            What::Matched(event) => Self {
                partner: Some(&event.partner.id),
                measures: vec![(Measure::Matched, 1)],
                delay: Some((Delay::Match, event.submitted_at)),
            },
            What::Unmatched(_) => Self {
                measures: vec![(Measure::Unmatched, 1)],
                ..Self::default()
            },
            What::Credited(event) => Self {
                partner: Some(&event.partner_id),
                measures: vec![(Measure::PointsBought, event.points.get().into())],
                delay: None,
            },
            What::Deducted(event) => Self {
                partner: Some(&event.partner_id),
                measures: vec![
                    (Measure::Charged, 1),
                    (Measure::PointsCharged, event.points.get().into()),
                ],
                delay: Some((Delay::Charge, event.submitted_at)),
            },
            What::Rejected(event) => Self {
                partner: Some(&event.partner_id),
                measures: vec![(Measure::Refused, 1)],
                delay: None,
            },
            What::Sent(event) => Self {
                partner: partner_told_of(event, story),
                measures: vec![(Measure::Told, 1)],
                delay: about.map(|about| (Delay::Message, about.submitted)),
            },
            What::Deferred(_) | What::NotSent(_) => Self::default(),
        }
    }

    fn rows(&self, about: Option<&About<'_>>) -> impl Iterator<Item = Row> {
        let partner = self.partner.cloned().map(Row::Partner);
        let category = about.map(|about| Row::Category(about.category.clone()));
        let region = about.map(|about| Row::Region(about.region.clone()));
        let rows = [Some(Row::Total), partner, category, region];
        rows.into_iter().flatten()
    }
}

/// A message does not say which match it told of, but its id is made of that event's.
fn partner_told_of<'a>(sent: &NotificationSent, story: &'a [Kept]) -> Option<&'a PartnerId> {
    story.iter().find_map(|kept| match &kept.what {
        What::Matched(event)
            if ids::notification_id(&kept.id, sent.channel) == sent.notification_id =>
        {
            Some(&event.partner.id)
        }
        _ => None,
    })
}
