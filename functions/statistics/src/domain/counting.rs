//! From the events of a request to its counts.

use contract::{Category, MatchId, NotificationSent, PartnerId, Region, ids};
use jiff::Timestamp;

use super::counters::{Column, Counts, Delay, Measure, Row};
use super::delay::bucket;
use super::kept::{Kept, Matched, Unmatched, What};

/// What the events of one request count for, whatever order they are in.
///
/// Neither a charge nor a message says which category and region it is about: the match does. Until that is there, they
/// are counted without.
pub fn counts(story: &[Kept]) -> Counts {
    let mut counts = Counts::default();
    for kept in story {
        let event = Column::Event(kept.what.event_type());
        counts.count(kept.time, &Row::Events, event, 1);
        let fact = Fact::of(&kept.what, story);
        for (measure, number) in &fact.measures {
            for row in fact.about.rows() {
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
    about: About<'a>,
    measures: Vec<(Measure, u64)>,
    /// Until what, and from when.
    delay: Option<(Delay, Timestamp)>,
}

/// What an event is about, as far as it is known.
#[derive(Clone, Copy, Default)]
struct About<'a> {
    partner: Option<&'a PartnerId>,
    category: Option<&'a Category>,
    region: Option<&'a Region>,
}

impl<'a> About<'a> {
    fn matched(event: &'a Matched) -> Self {
        Self {
            partner: Some(&event.partner.id),
            category: Some(&event.category),
            region: Some(&event.region),
        }
    }

    fn unmatched(event: &'a Unmatched) -> Self {
        Self {
            partner: None,
            category: Some(&event.category),
            region: Some(&event.region),
        }
    }

    /// A partner's answer to a match; that itself may not be known yet.
    fn answer(partner: &'a PartnerId, match_id: &MatchId, story: &'a [Kept]) -> Self {
        let about = story.iter().find_map(|kept| match &kept.what {
            What::Matched(event) if event.match_id == *match_id => Some(Self::matched(event)),
            _ => None,
        });
        Self {
            partner: Some(partner),
            ..about.unwrap_or_default()
        }
    }

    fn rows(self) -> impl Iterator<Item = Row> {
        let partner = self.partner.cloned().map(Row::Partner);
        let category = self.category.cloned().map(Row::Category);
        let region = self.region.cloned().map(Row::Region);
        [Some(Row::Total), partner, category, region]
            .into_iter()
            .flatten()
    }
}

impl<'a> Fact<'a> {
    fn of(what: &'a What, story: &'a [Kept]) -> Self {
        match what {
            What::Matched(event) => Self {
                about: About::matched(event),
                measures: vec![(Measure::Matched, 1)],
                delay: Some((Delay::Match, event.submitted_at)),
            },
            What::Unmatched(event) => Self {
                about: About::unmatched(event),
                measures: vec![(Measure::Unmatched, 1)],
                delay: None,
            },
            What::Credited(event) => Self {
                about: About {
                    partner: Some(&event.partner_id),
                    ..About::default()
                },
                measures: vec![(Measure::PointsBought, event.points.get().into())],
                delay: None,
            },
            What::Deducted(event) => Self {
                about: About::answer(&event.partner_id, &event.match_id, story),
                measures: vec![
                    (Measure::Charged, 1),
                    (Measure::PointsCharged, event.points.get().into()),
                ],
                delay: Some((Delay::Charge, event.submitted_at)),
            },
            What::Rejected(event) => Self {
                about: About::answer(&event.partner_id, &event.match_id, story),
                measures: vec![(Measure::Refused, 1)],
                delay: None,
            },
            What::Sent(event) => Self::told(event, story),
            What::Deferred(_) | What::NotSent(_) => Self::default(),
        }
    }

    /// A message does not say which decision it told of, but its id is made of that event's.
    fn told(sent: &NotificationSent, story: &'a [Kept]) -> Self {
        let of_this =
            |kept: &&Kept| ids::notification_id(&kept.id, sent.channel) == sent.notification_id;
        let (about, submitted) = match story.iter().find(of_this).map(|kept| &kept.what) {
            Some(What::Matched(event)) => (About::matched(event), Some(event.submitted_at)),
            Some(What::Unmatched(event)) => (About::unmatched(event), Some(event.submitted_at)),
            _ => (About::default(), None),
        };
        Self {
            about,
            measures: vec![(Measure::Told, 1)],
            delay: submitted.map(|submitted| (Delay::Message, submitted)),
        }
    }
}
