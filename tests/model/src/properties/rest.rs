//! Everything comes to rest.

use contract::{Event, RequestId};
use matching::domain::{Request, State};

use super::super::message::{Message, Place};
use super::super::table::ended;
use super::super::world::World;

/// Every request is at rest, or something that brings it on is in a queue, or in a dead-letter queue. So nothing is
/// under way only where all are at rest.
pub fn nothing_lost(world: &World) -> bool {
    let mut messages = world.messages.keys();
    messages.all(|message| match message.event() {
        Event::RequestSubmitted(event) => {
            at_rest(world, &event.request_id) || awaited(world, &event.request_id)
        }
        _ => true,
    })
}

fn at_rest(world: &World, id: &RequestId) -> bool {
    let request = world.table.requests.get(id);
    request
        .is_some_and(|request| ended(request) || matches!(request.stage.state, State::Confirmed(_)))
}

fn awaited(world: &World, id: &RequestId) -> bool {
    let there = [Place::InFlight, Place::Taken, Place::Lost];
    let mut there = there.into_iter().flat_map(|place| world.at(place));
    there.any(|message| brings_on(message) == Some(id))
}

/// The request that this message brings on: all but a close do.
fn brings_on(message: &Message) -> Option<&RequestId> {
    match message.event() {
        Event::RequestSubmitted(event) => Some(&event.request_id),
        Event::RequestMatched(event) => Some(&event.request_id),
        Event::RequestDeferred(event) => Some(&event.request_id),
        Event::PointsDeducted(event) => Some(&event.request_id),
        Event::PointsRejected(event) => Some(&event.request_id),
        _ => None,
    }
}

/// Where nothing is under way, what was closed is over.
pub fn closes_remembered(world: &World) -> bool {
    !world.quiet()
        || world.at(Place::Done).all(|message| match message.event() {
            Event::MatchClosed(event) => ended(&world.table.requests[&event.request_id]),
            _ => true,
        })
}

/// Nothing is under way any more, and one of the requests is like this.
pub fn ends(world: &World, like: impl Fn(&Request) -> bool) -> bool {
    world.quiet() && world.table.requests.values().any(like)
}
