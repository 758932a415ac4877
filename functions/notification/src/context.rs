//! The context of one notification, and the outcome that is saved and published for it.

use contract::{Event, NotificationFailed, NotificationSent, Publication, Received, Source, ids, time};
use jiff::Timestamp;

use crate::domain::{ChannelResult, LEASE_DURATION, Lease, SavedOutcome, Status, StatusUpdate};
use crate::store::LeaseRequest;

/// A status update that a customer is being notified of.
pub struct NotificationContext<'a> {
    /// The event, as received.
    pub received: &'a Received,
    /// The status update that was read from it.
    pub update: StatusUpdate<'a>,
    /// The time at which handling began.
    pub now: Timestamp,
}

impl NotificationContext<'_> {
    /// The request for this update's lease.
    pub fn lease_request(&self) -> LeaseRequest<'_> {
        LeaseRequest {
            request_id: self.update.request_id,
            attempt: self.update.attempt,
            now: self.now,
        }
    }

    /// The lease from now on, to the millisecond, since that is how its end is stored.
    pub fn lease(&self) -> Result<Lease, jiff::Error> {
        let end = self.now.checked_add(LEASE_DURATION)?;
        Ok(Lease {
            request_id: self.update.request_id.clone(),
            attempt: self.update.attempt,
            until: Timestamp::from_millisecond(end.as_millisecond())?,
        })
    }

    /// Makes the outcome: one event for each channel that was tried, in the order of trying.
    pub fn outcome(&self, results: &[ChannelResult]) -> SavedOutcome {
        let sent = results.iter().any(|result| result.failure.is_none());
        let tells_of_match = matches!(self.update.status, Status::Matched(..));
        SavedOutcome {
            told_of_match: sent && tells_of_match,
            publications: results.iter().map(|result| self.publication(*result)).collect(),
        }
    }

    fn publication(&self, result: ChannelResult) -> Publication {
        let update = &self.update;
        let channel = result.channel;
        let notification_id = ids::notification_id(&self.received.id, channel);
        let request_id = update.request_id.clone();
        let customer_id = update.customer.id.clone();
        let cause = update.event_type();
        let category = Some(update.category.clone());
        let region = Some(update.region.clone());
        let submitted_at = Some(time::within_limits(update.submitted_at));
        let partner_id = update.partner_id().cloned();
        let event: Event = match result.failure {
            None => NotificationSent {
                notification_id,
                request_id,
                customer_id,
                channel,
                cause,
                category,
                region,
                submitted_at,
                partner_id,
            }
            .into(),
            Some(reason) => NotificationFailed {
                notification_id,
                request_id,
                customer_id,
                channel,
                cause,
                category,
                region,
                submitted_at,
                partner_id,
                reason,
            }
            .into(),
        };
        Publication::new(
            Source::Notification,
            event,
            update.customer.id.as_str(),
            self.now,
            self.received,
        )
    }
}
