//! What is saved and published about news that was told.

use contract::{Event, NotificationFailed, NotificationSent, Publication, Received, Source, ids};
use jiff::Timestamp;

use crate::domain::{News, Subject, Told, Tried};

/// News that is being told.
pub struct Report<'a> {
    /// The event.
    pub received: &'a Received,
    /// The news in it.
    pub news: News<'a>,
    /// When it is told.
    pub now: Timestamp,
}

impl Report<'_> {
    /// What came of it: one notification a channel, in the order of trying.
    pub fn told(&self, tried: &[Tried]) -> Told {
        let sent = tried.iter().any(|tried| tried.failed.is_none());
        Told {
            of_match: sent && matches!(self.news.subject, Subject::Matched(..)),
            publications: tried.iter().map(|tried| self.publication(*tried)).collect(),
        }
    }

    fn publication(&self, Tried { channel, failed }: Tried) -> Publication {
        let customer = &self.news.customer.id;
        let notification_id = ids::notification_id(&self.received.id, channel);
        let request_id = self.news.request.clone();
        let customer_id = customer.clone();
        let cause = self.news.cause();
        let event: Event = match failed {
            None => NotificationSent {
                notification_id,
                request_id,
                customer_id,
                channel,
                cause,
            }
            .into(),
            Some(reason) => NotificationFailed {
                notification_id,
                request_id,
                customer_id,
                channel,
                cause,
                reason,
            }
            .into(),
        };
        Publication::new(
            Source::Notification,
            event,
            customer.as_str(),
            self.now,
            self.received,
        )
    }
}
