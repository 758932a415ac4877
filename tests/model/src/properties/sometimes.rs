//! The situations that some state must show.

use matching::domain::{Request, State};

use super::SagaProperty;
use crate::message::MessageState;
use crate::system_state::SystemState;

pub fn all() -> Vec<SagaProperty> {
    vec![
        SagaProperty::sometimes("confirmed", |_, state| ends(state, is_confirmed)),
        SagaProperty::sometimes("charge rejected, then confirmed", |_, state| {
            ends(state, |request| {
                is_confirmed(request) && !request.released_attempts.is_empty()
            })
        }),
        SagaProperty::sometimes("deferred, then confirmed", |_, state| {
            ends(state, |request| is_confirmed(request) && was_deferred(request))
        }),
        SagaProperty::sometimes("unmatched", |_, state| {
            ends(state, |request| request.stage.state == State::Unmatched)
        }),
        SagaProperty::sometimes("closed before the charge is decided", |_, state| {
            any_request(state, |request| matches!(request.stage.state, State::Closing(_)))
        }),
        SagaProperty::sometimes("withdrawn", |_, state| {
            ends(state, |request| request.stage.state == State::Withdrawn)
        }),
        SagaProperty::sometimes("closed", |_, state| {
            ends(state, |request| matches!(request.stage.state, State::Closed(_)))
        }),
        SagaProperty::sometimes("a close comes too late", |_, state| {
            state.messages_in(MessageState::Quarantined).next().is_some()
        }),
        SagaProperty::sometimes("a write meets a conflict", |saga, state| {
            let mut pending = state.pending.iter();
            pending.any(|pending| !saga.commit(&mut state.clone(), &pending.write))
        }),
        SagaProperty::sometimes("quiet after a redelivery", |saga, state| {
            state.faults.redeliveries < saga.faults.redeliveries && state.is_quiet()
        }),
        SagaProperty::sometimes("quiet after a crash", |saga, state| {
            state.faults.crashes < saga.faults.crashes && state.is_quiet()
        }),
        SagaProperty::sometimes("quiet after a redrive", |saga, state| {
            state.faults.dead_letters < saga.faults.dead_letters && state.is_quiet()
        }),
    ]
}

fn any_request(state: &SystemState, is_like: impl Fn(&Request) -> bool) -> bool {
    state.table.requests.values().any(is_like)
}

/// Whether no message is left, and a request is like this.
fn ends(state: &SystemState, is_like: impl Fn(&Request) -> bool) -> bool {
    state.is_quiet() && any_request(state, is_like)
}

fn is_confirmed(request: &Request) -> bool {
    matches!(request.stage.state, State::Confirmed(_))
}

/// Whether an earlier attempt ended without a match.
fn was_deferred(request: &Request) -> bool {
    (1..request.stage.attempt).any(|attempt| !request.released_attempts.contains(&attempt))
}
