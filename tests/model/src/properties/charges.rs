//! Points are exact.

use std::collections::BTreeSet;

use contract::Event;
use matching::domain::{Request, State};
use points::domain::{Account, Decision};

use crate::Saga;
use crate::system_state::SystemState;

/// Each order has one decision at most: a charge is not repeated, and a rejected one stays rejected.
pub fn decided_once(_: &Saga, state: &SystemState) -> bool {
    let mut orders = BTreeSet::new();
    let mut decisions = state.ledger.all_decisions();
    decisions.all(|decision| orders.insert(&decision.order))
}

/// Sequences have no gaps, each balance is the one before it plus the change, and none is negative.
pub fn accounts_agree(_: &Saga, state: &SystemState) -> bool {
    state.ledger.decisions.iter().all(|(partner, decisions)| {
        let mut on_account = decisions.iter().filter(|decision| decision.sequence > 0);
        let last = on_account.try_fold(Account::default(), next_account);
        let account = state.ledger.accounts.get(partner).copied();
        last == Some(account.unwrap_or_default())
    })
}

/// The account after a decision, if the decision says the same.
fn next_account(before: Account, decision: &Decision) -> Option<Account> {
    let next = Account {
        balance: before.balance.checked_add_signed(decision.balance_change())?,
        sequence: before.sequence + 1,
    };
    (decision.account() == Some(next)).then_some(next)
}

/// No request pays for two matches, nor for a released one; a confirmed one has paid.
pub fn paid_once(_: &Saga, state: &SystemState) -> bool {
    let mut requests = state.table.requests.values();
    requests.all(|request| has_paid_correctly(state, request))
}

fn has_paid_correctly(state: &SystemState, request: &Request) -> bool {
    let mut charged_attempts = Vec::new();
    for message in state.messages.keys() {
        if let Event::RequestMatched(matched) = message.event()
            && matched.request_id == request.request_id
            && state.ledger.is_charged(&matched.match_id)
        {
            charged_attempts.push(matched.attempt);
        }
    }
    let unpaid = charged_attempts.is_empty();
    let paid = charged_attempts == [request.stage.attempt];
    match &request.stage.state {
        State::Confirmed(_) | State::Closed(_) => paid,
        State::Pending(_) | State::Closing(_) => paid || unpaid,
        State::Deferred | State::Unmatched | State::Withdrawn => unpaid,
    }
}
