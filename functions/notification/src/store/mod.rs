//! The port to what customers were told, and how its table is laid out.
//!
//! | `pk` | `sk` | attributes |
//! | --- | --- | --- |
//! | `request#<requestId>` | `told` | the [`Story`]: `attempt`, `leaseUntil` (ms since 1970; only while somebody is sending), `told#<attempt>` (`ofMatch`, `publications`), `expiresAt` (s since 1970) |
//!
//! One item a request, not one a channel: which news is the newest and whether a match was told of
//! are questions about the request, so that a single conditional write answers them, whichever
//! channels were used. Telling costs two writes and no read: one that takes the attempt on and brings
//! back the story so far (also where it is refused), and one that saves what came of it; news that
//! needs no sending costs one.
//!
//! Items expire [`RETENTION_DAYS`](crate::Settings) after the last attempt was taken on, those that
//! died with a lease included. An item that outlives its time until the table's cleaner comes is
//! still believed: it can only keep a message from being sent a second time.

mod dynamodb;

use batch::BoxError;
use contract::RequestId;
use jiff::Timestamp;

use crate::domain::{Lease, Story, Told};

pub use dynamodb::DynamoDb;

/// What customers were told, by request.
pub trait Store {
    /// Takes an attempt on, in one step, and brings back the story as it was before.
    ///
    /// Refused where the attempt was told, a newer one was taken on, or somebody's lease is not over.
    fn take(&self, taking: &Taking<'_>) -> impl Future<Output = Result<Taken, BoxError>>;

    /// Saves what came of an attempt, and ends the lease. Where the lease was lost nothing is saved.
    fn save(&self, lease: &Lease, told: &Told) -> impl Future<Output = Result<Saved, BoxError>>;

    /// Ends the lease, if it was not lost, because nothing was sent. The attempt stays the newest.
    fn release(&self, lease: &Lease) -> impl Future<Output = Result<(), BoxError>>;
}

/// An attempt to be taken on.
#[derive(Clone, Copy, Debug)]
pub struct Taking<'a> {
    /// The request.
    pub request: &'a RequestId,
    /// The attempt.
    pub attempt: u32,
    /// The time at which an earlier lease may be over.
    pub now: Timestamp,
    /// What is written.
    pub write: Write<'a>,
}

/// What taking an attempt on writes.
#[derive(Clone, Copy, Debug)]
pub enum Write<'a> {
    /// A lease: the request is the caller's alone until then.
    LeaseUntil(Timestamp),
    /// What came of it, where nothing needs to be sent.
    Told(&'a Told),
}

/// Whether the attempt was taken on.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// It was; this was the story before.
    Yes(Story),
    /// It was not; this is the story.
    No(Story),
}

/// Whether what came of an attempt was saved.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// It was.
    Yes,
    /// It was not: the lease is somebody else's, or over; this is the story.
    LeaseLost(Story),
}
