//! The messages that matching receives.

use builders::events::{self, EventBuilder};
use contract::{EventType, PartnerId, Publication, Received};

pub fn partner_id(id: &str) -> PartnerId {
    id.parse().unwrap()
}

pub fn registered(id: &str, version: u64, capacity: u32, fee: u32, active: bool) -> Received {
    let registered = events::partner_registered(id)
        .with("version", version)
        .with("capacity", capacity);
    received(registered.with("fee/points", fee).with("active", active))
}

pub fn submitted(request: &str) -> Received {
    submitted_for(request, "cleaning")
}

pub fn submitted_for(request: &str, category: &str) -> Received {
    received(events::request_submitted(request).with("category", category))
}

pub fn closed(request: &str, attempt: u32) -> Received {
    received(events::match_closed(request, attempt))
}

pub fn deducted(request: &str, attempt: u32, partner: &str, balance: u64, sequence: u64) -> Received {
    let deducted = events::points_deducted(request, attempt, partner);
    received(deducted.with("balance", balance).with("sequence", sequence))
}

pub fn rejected(request: &str, attempt: u32, partner: &str, balance: u64, sequence: u64) -> Received {
    let rejected = events::points_rejected(request, attempt, partner);
    received(rejected.with("balance", balance).with("sequence", sequence))
}

pub fn credited(partner: &str, balance: u64, sequence: u64) -> Received {
    let credited = events::points_credited("u-1", partner, 10);
    received(credited.with("balance", balance).with("sequence", sequence))
}

pub fn types(published: &[Publication]) -> Vec<EventType> {
    published.iter().map(|publication| publication.event_type).collect()
}

fn received(event: EventBuilder) -> Received {
    event.time("2026-11-02T08:59:00Z").received()
}
