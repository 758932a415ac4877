//! Every request gets to a final state.

use contract::{Event, RequestId};
use matching::domain::State;

use crate::Saga;
use crate::message::{Message, MessageState, Outcome};
use crate::system_state::SystemState;
use crate::table::is_final;

/// Every submitted request is confirmed or in a final state, or a message that moves it on is queued, in a handler's hands
/// or in a dead-letter queue. So all requests are there once no message is left.
pub fn nothing_lost(_: &Saga, state: &SystemState) -> bool {
    let mut messages = state.messages.keys();
    messages.all(|message| match message.event() {
        Event::RequestSubmitted(event) => is_settled(state, &event.request_id) || is_expected(state, &event.request_id),
        _ => true,
    })
}

fn is_settled(state: &SystemState, id: &RequestId) -> bool {
    state
        .table
        .requests
        .get(id)
        .is_some_and(|request| is_final(request) || matches!(request.stage.state, State::Confirmed(_)))
}

fn is_expected(state: &SystemState, id: &RequestId) -> bool {
    use MessageState::{DeadLettered, InHandler, Queued};
    let messages = [Queued, InHandler, DeadLettered].map(|state_of| state.messages_in(state_of));
    let mut messages = messages.into_iter().flatten();
    messages.any(|message| request_moved_by(message) == Some(id))
}

/// The request that this message moves on; none for a close, which need not come, and for what moves no request on.
fn request_moved_by(message: &Message) -> Option<&RequestId> {
    match message.event() {
        Event::RequestSubmitted(event) => Some(&event.request_id),
        Event::RequestMatched(event) => Some(&event.request_id),
        Event::RequestDeferred(event) => Some(&event.request_id),
        Event::PointsDeducted(event) => Some(&event.request_id),
        Event::PointsRejected(event) => Some(&event.request_id),
        _ => None, // an event forgotten here fails the property
    }
}

/// Once no message is left, every request that was closed is in a final state.
pub fn closes_remembered(_: &Saga, state: &SystemState) -> bool {
    let mut acknowledged = state.messages_in(MessageState::Acknowledged);
    !state.is_quiet()
        || acknowledged.all(|message| match message.event() {
            Event::MatchClosed(event) => is_final(&state.table.requests[&event.request_id]),
            _ => true,
        })
}

/// A handler can write its decision if no other writes in between: no decision is refused again and again.
pub fn decisions_writable(saga: &Saga, state: &SystemState) -> bool {
    let is_writable = |outcome: &Outcome| match outcome {
        Outcome::Write(write) => saga.commit(&mut state.clone(), write),
        Outcome::Done(_) | Outcome::Rejected => true,
    };
    let mut queued = state.messages_in(MessageState::Queued);
    queued.all(|message| saga.outcomes(state, message).iter().all(is_writable))
}
