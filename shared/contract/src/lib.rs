//! Matchflow's events on the wire: the envelope, the event types, their ids and their JSON Schemas.
//!
//! - [`decode`] reads a message body, raw or in an SNS wrapping, into a [`Received`] event.
//! - [`Publication`] is an event as it is published: made once, saved and sent verbatim.
//! - [`quarantined`] makes the `record.quarantined` event of a record that can never succeed.
//! - [`ids`] derives ids from business keys, [`schema`] gives an event's JSON Schema, [`constants`] what other
//!   languages read besides.
//! - The event types and what is to say of each are one table: `src/events/table.rs`.
//!
//! Every value is parsed here into a type that cannot hold an invalid one, so that no code behind
//! has to check again. Types that hold personal data do not show it in `Debug`.

mod codes;
mod constants;
mod correlation;
mod envelope;
mod events;
mod extensions;
pub mod ids;
mod json;
mod publication;
mod quarantined;
mod reason;
mod schema;
mod sns;
mod strings;
pub mod time;
mod values;

pub use constants::constants;
pub use correlation::{Correlation, correlation};
pub use envelope::{EventTypeAttribute, Received, Undecoded, decode};
pub use events::*; // all of it, so that a new event needs no line here
pub use extensions::TraceContext;
pub use publication::{Publication, Source};
pub use quarantined::{Original, OriginalAttribute, Quarantined, quarantined};
pub use reason::{Invalid, Reason};
pub use schema::schema;
pub use strings::is_noncharacter;
pub use values::{
    AccountRegion, Capacity, Category, CustomerId, Details, Expected, Locale, MatchId, NotificationId, PartnerId,
    PartnerName, Phone, Points, PurchaseId, PushEndpointArn, Region, RequestId, TransferId, Version,
};
