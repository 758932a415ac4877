//! Points are exact.

use std::collections::BTreeSet;

use contract::Event;
use matching::domain::{Request, State};
use points::domain::{Account, Decision};

use super::super::world::World;

/// Each order has one decision at most: what was charged is not charged again, what was refused stays refused.
pub fn decided_once(world: &World) -> bool {
    let mut keys = BTreeSet::new();
    let mut decisions = world.ledger.all();
    decisions.all(|decision| keys.insert(&decision.order))
}

/// Sequences have no gaps, each balance is the one before it with the change, and none is negative.
pub fn exact(world: &World) -> bool {
    world.ledger.decisions.iter().all(|(partner, decisions)| {
        let on_account = decisions.iter().filter(|decision| decision.sequence > 0);
        let last = on_account.into_iter().try_fold(Account::default(), follow);
        last.is_some_and(|last| {
            world
                .ledger
                .accounts
                .get(partner)
                .copied()
                .unwrap_or_default()
                == last
        })
    })
}

fn follow(before: Account, decision: &Decision) -> Option<Account> {
    let next = Account {
        balance: before
            .balance
            .checked_add_signed(decision.balance_change())?,
        sequence: before.sequence + 1,
    };
    (decision.account() == Some(next)).then_some(next)
}

/// No request pays for two matches, nor for one that fell through; a confirmed one has paid.
pub fn one_a_request(world: &World) -> bool {
    let mut requests = world.table.requests.values();
    requests.all(|request| right(world, request))
}

fn right(world: &World, request: &Request) -> bool {
    let matches = world
        .messages
        .keys()
        .filter_map(|message| match message.event() {
            Event::RequestMatched(matched) if matched.request_id == request.request_id => {
                Some(matched)
            }
            _ => None,
        });
    let mut charged = matches.filter(|matched| world.ledger.charged(&matched.match_id));
    let one = charged.next().map(|matched| matched.attempt);
    let current = one == Some(request.stage.attempt);
    charged.next().is_none()
        && match &request.stage.state {
            State::Confirmed(_) | State::Closed(_) => current,
            State::Pending(_) | State::Closing(_) => current || one.is_none(),
            State::Deferred | State::Unmatched | State::Withdrawn => one.is_none(),
        }
}
