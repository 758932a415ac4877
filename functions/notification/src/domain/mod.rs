//! What a customer is told, over which channels, and in which cases nothing is sent. Pure: no AWS, no clock, no I/O.

mod item;
mod policy;
mod status_update;

pub use item::{KEPT_OUTCOMES, LEASE_DURATION, Lease, LeaseRefusal, NotificationItem, SavedOutcome};
pub use policy::{AllowedPrefixes, ChannelResult, DeliveryStep, NotificationPolicy};
pub use status_update::{Status, StatusUpdate, TextTemplate};

#[cfg(test)]
mod tests;
