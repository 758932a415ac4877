//! The port to notification's table, and the layout of the table.
//!
//! | `pk` | `sk` | attributes |
//! | --- | --- | --- |
//! | `request#<requestId>` | `told` | the [`NotificationItem`]: `attempt`, `leaseUntil` (ms since 1970; only during a lease), `told#<attempt>` (the [`SavedOutcome`]: `ofMatch`, `publications`), `expiresAt` (s since 1970) |
//!
//! One item for each request, not for each channel: which update is the newest and whether the customer was told of a match
//! are questions about the request, so that a single conditional write answers them, whichever
//! channels were used. A notification costs two writes and no read: one acquires the lease and returns the
//! item as it was (also where the lease is refused), one saves the outcome. An outcome without sending costs one.
//!
//! Items expire [`RETENTION_DAYS`](crate::settings::Settings) after the last lease or outcome, those whose process died
//! under a lease included. An expired item counts until `DynamoDB` deletes it: it can only keep a message from being sent a
//! second time.

mod dynamodb;

use batch::BoxError;
use contract::RequestId;
use jiff::Timestamp;

use crate::domain::{Lease, NotificationItem, SavedOutcome};

pub use dynamodb::DynamoDb;

/// The notification items, by request.
pub trait Store {
    /// Acquires the lease for an attempt, to its end at `until`, in one conditional write.
    ///
    /// It is refused if the attempt has an outcome, if a newer one has an outcome or had a lease, or if another lease has not ended.
    fn acquire_lease(
        &self,
        request: &LeaseRequest<'_>,
        until: Timestamp,
    ) -> impl Future<Output = Result<LeaseResult, BoxError>>;

    /// Saves the outcome of an attempt that nothing is sent for, if its lease could be acquired now.
    fn save_unsent(
        &self,
        request: &LeaseRequest<'_>,
        outcome: &SavedOutcome,
    ) -> impl Future<Output = Result<SaveResult, BoxError>>;

    /// Saves an attempt's outcome in place of these older ones, and ends its lease. If the lease was lost, nothing is changed.
    fn save(
        &self,
        lease: &Lease,
        outcome: &SavedOutcome,
        dropped: &[u32],
    ) -> impl Future<Output = Result<SaveResult, BoxError>>;

    /// Ends the lease, if it was not lost, because nothing was sent. The attempt stays the newest one.
    fn release(&self, lease: &Lease) -> impl Future<Output = Result<(), BoxError>>;
}

/// A request for the lease of an attempt.
#[derive(Clone, Copy, Debug)]
pub struct LeaseRequest<'a> {
    /// The request to lease.
    pub request_id: &'a RequestId,
    /// The attempt to notify of.
    pub attempt: u32,
    /// The current time: a lease that ends by then has ended.
    pub now: Timestamp,
}

/// The result of asking for a lease.
#[derive(Clone, Debug, PartialEq)]
pub enum LeaseResult {
    /// The lease was acquired, with the item as it was before.
    Acquired(NotificationItem),
    /// The lease was refused, with the item as it is.
    Refused(NotificationItem),
}

/// The result of saving an outcome.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveResult {
    /// The outcome was saved.
    Saved,
    /// Nothing was saved, since the lease was lost, or could not have been acquired. With the item as it is.
    Refused(NotificationItem),
}
