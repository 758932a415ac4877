//! What always holds, and what has to happen somewhere, since a run that meets none of it proves nothing.

mod charges;
mod rest;

use std::collections::BTreeSet;

use contract::Event;
use matching::domain::{Request, State};
use stateright::Property;

use super::Saga;
use super::message::{Message, Outcome, Place};
use super::table::holder;
use super::world::World;

type Rule = Property<Saga>;

/// All of them.
pub fn all() -> Vec<Rule> {
    let mut all = always();
    all.extend(sometimes());
    all
}

fn always() -> Vec<Rule> {
    vec![
        Rule::always("an order is decided once", |_, world| {
            charges::decided_once(world)
        }),
        Rule::always("an account is exact", |_, world| charges::exact(world)),
        Rule::always(
            "a request pays for one match, the one it has",
            |_, world| charges::one_a_request(world),
        ),
        Rule::always("open matches are live ones, within capacity", |_, world| {
            claims_right(world)
        }),
        Rule::always("an event has one body, a cause one effect", |_, world| {
            told_once(world)
        }),
        Rule::always("only a close that comes too late is refused", |_, world| {
            let mut refused = world.at(Place::Refused);
            refused.all(|message| too_late(world, message))
        }),
        Rule::always("what ended stays ended", |_, world| {
            let mut ended = world.table.ended.iter();
            ended.all(|(id, stage)| world.table.requests[id].stage == *stage)
        }),
        Rule::always("nothing is lost", |_, world| rest::nothing_lost(world)),
        Rule::always("a close is not forgotten", |_, world| {
            rest::closes_remembered(world)
        }),
        Rule::always("what is decided now can be written now", progress),
    ]
}

fn sometimes() -> Vec<Rule> {
    vec![
        Rule::sometimes("confirmed", |_, world| rest::ends(world, confirmed)),
        Rule::sometimes("refused, matched again and confirmed", |_, world| {
            rest::ends(world, |request| {
                confirmed(request) && !request.released_attempts.is_empty()
            })
        }),
        Rule::sometimes("deferred, then confirmed", |_, world| {
            let deferred = |request: &Request| {
                (1..request.stage.attempt)
                    .any(|attempt| !request.released_attempts.contains(&attempt))
            };
            rest::ends(world, |request| confirmed(request) && deferred(request))
        }),
        Rule::sometimes("unmatched", |_, world| {
            rest::ends(world, |request| request.stage.state == State::Unmatched)
        }),
        Rule::sometimes("closed before the charge is answered", |_, world| {
            let mut requests = world.table.requests.values();
            requests.any(|request| matches!(request.stage.state, State::Closing(_)))
        }),
        Rule::sometimes("withdrawn", |_, world| {
            rest::ends(world, |request| request.stage.state == State::Withdrawn)
        }),
        Rule::sometimes("closed", |_, world| {
            rest::ends(world, |request| {
                matches!(request.stage.state, State::Closed(_))
            })
        }),
        Rule::sometimes("a close comes too late", |_, world| {
            world.at(Place::Refused).next().is_some()
        }),
        Rule::sometimes("a write meets a conflict", |saga, world| {
            let mut pending = world.pending.iter();
            pending.any(|pending| !saga.commit(&mut world.clone(), &pending.write))
        }),
        Rule::sometimes("at rest after a repeat", |saga, world| {
            world.faults.repeats < saga.faults.repeats && world.quiet()
        }),
        Rule::sometimes("at rest after a crash", |saga, world| {
            world.faults.crashes < saga.faults.crashes && world.quiet()
        }),
        Rule::sometimes("at rest after a redrive", |saga, world| {
            world.faults.losses < saga.faults.losses && world.quiet()
        }),
    ]
}

fn confirmed(request: &Request) -> bool {
    matches!(request.stage.state, State::Confirmed(_))
}

fn claims_right(world: &World) -> bool {
    world.table.partners.values().all(|partner| {
        let registered = &partner.registered;
        let at_work = |request: &&Request| holder(request) == Some(&registered.partner_id);
        let live = world.table.requests.values().filter(at_work).count();
        usize::try_from(partner.open_matches) == Ok(live)
            && partner.open_matches <= registered.capacity.get()
    })
}

fn told_once(world: &World) -> bool {
    let mut ids = BTreeSet::new();
    let mut had_effect = BTreeSet::new();
    world.messages.keys().all(|message| {
        let cause = message.cause.as_ref();
        ids.insert(&message.received.id) && cause.is_none_or(|cause| had_effect.insert(cause))
    })
}

fn too_late(world: &World, message: &Message) -> bool {
    let Event::MatchClosed(event) = message.event() else {
        return false;
    };
    let request = world.table.requests.get(&event.request_id);
    request.is_some_and(|request| request.current_match() != event.match_id)
}

/// What a handler decides, if nobody writes in between, it can write: it is never refused its own decision over and over.
fn progress(saga: &Saga, world: &World) -> bool {
    let writable = |outcome: &Outcome| match outcome {
        Outcome::Write(write) => saga.commit(&mut world.clone(), write),
        Outcome::Done(_) | Outcome::Refused => true,
    };
    let mut in_flight = world.at(Place::InFlight);
    in_flight.all(|message| saga.outcomes(world, message).iter().all(writable))
}
