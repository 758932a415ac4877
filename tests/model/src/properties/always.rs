//! Requests, partners and events.

use std::collections::BTreeSet;

use contract::Event;
use matching::domain::Request;

use crate::Saga;
use crate::message::{Message, MessageState};
use crate::system_state::SystemState;
use crate::table::partner_of;

/// A partner has as many open matches as requests have a live match with it, and no more than its capacity.
pub fn claims_fit(_: &Saga, state: &SystemState) -> bool {
    state.table.partners.values().all(|partner| {
        let registered = &partner.registered;
        let is_live = |request: &&Request| partner_of(request) == Some(&registered.partner_id);
        let live = state.table.requests.values().filter(is_live).count();
        usize::try_from(partner.open_matches) == Ok(live) && partner.open_matches <= registered.capacity.get()
    })
}

/// A request stays in the final state that it reached first.
pub fn final_is_final(_: &Saga, state: &SystemState) -> bool {
    let mut ended = state.table.ended.iter();
    ended.all(|(id, stage)| state.table.requests[id].stage == *stage)
}

/// The only message in quarantine is the close of a match that was released before.
pub fn only_late_closes_quarantined(_: &Saga, state: &SystemState) -> bool {
    let mut quarantined = state.messages_in(MessageState::Quarantined);
    quarantined.all(|message| is_late_close(state, message))
}

fn is_late_close(state: &SystemState, message: &Message) -> bool {
    let Event::MatchClosed(event) = message.event() else {
        return false;
    };
    let request = state.table.requests.get(&event.request_id);
    request.is_some_and(|request| request.current_match() != event.match_id)
}

/// No two messages have one id, and no two events have one cause.
pub fn no_second_effect(_: &Saga, state: &SystemState) -> bool {
    let mut ids = BTreeSet::new();
    let mut causes = BTreeSet::new();
    state.messages.keys().all(|message| {
        let cause = message.cause.as_ref();
        ids.insert(&message.received.id) && cause.is_none_or(|cause| causes.insert(cause))
    })
}
