//! Given a request's life so far and its partners, when an event is handled, then this is decided.

mod choosing;
mod deciding;
mod registering;
mod transitions;

use std::time::Duration;

use builders::events::{self, EventBuilder};
use contract::{Event, Invalid, MatchId, PartnerId, Publication, Received, RequestId};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-11-02T09:00:00Z";
const POLICY: MatchingPolicy = MatchingPolicy {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(400 * 24),
};

fn parsed<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn context(cause: &Received) -> DecisionContext<'_> {
    DecisionContext {
        cause,
        now: now(),
        policy: &POLICY,
    }
}

fn id(text: &str) -> PartnerId {
    parsed(&json!(text))
}

/// The match of attempt `n` of `r-1`, the only request here.
fn match_of(n: u32) -> MatchId {
    events::match_id("r-1", n)
}

/// A partner without open matches that serves `cleaning` in `KR-11`.
fn partner(name: &str, capacity: u32, fee: u32) -> Partner {
    parsed(&json!({
        "registered": {
            "partnerId": name, "version": 1, "name": name, "categories": ["cleaning"], "regions": ["KR-11"],
            "capacity": capacity, "fee": { "points": fee }, "active": true,
        },
        "openMatches": 0,
    }))
}

fn known_balance(balance: u64, sequence: u64) -> KnownBalance {
    KnownBalance { balance, sequence }
}

fn with_balance(mut partner: Partner, balance: u64, sequence: u64) -> Partner {
    partner.known_balance = Some(known_balance(balance, sequence));
    partner
}

fn received(event: EventBuilder) -> Received {
    event.time("2026-11-02T08:59:00Z").received()
}

fn submission() -> Received {
    submission_of("cleaning")
}

fn submission_of(category: &str) -> Received {
    let submitted = events::request_submitted("r-1").with("category", category);
    received(submitted.with("customer/id", "cust-1"))
}

fn deferral(attempt: u32) -> Received {
    received(events::request_deferred("r-1", attempt))
}

fn deduction(n: u32, partner: &str, balance: u64, sequence: u64) -> Received {
    let deducted = events::points_deducted("r-1", n, partner);
    received(deducted.with("balance", balance).with("sequence", sequence))
}

fn refusal(n: u32, partner: &str, balance: u64, sequence: u64) -> Received {
    let rejected = events::points_rejected("r-1", n, partner);
    received(rejected.with("balance", balance).with("sequence", sequence))
}

fn close(n: u32) -> Received {
    received(events::match_closed("r-1", n))
}

/// The stored request and partners; transitions change them as in the store.
#[derive(Clone, Default)]
struct Scenario {
    request: Option<Request>,
    partners: Vec<Partner>,
}

impl Scenario {
    fn with_partners(partners: impl IntoIterator<Item = Partner>) -> Self {
        Self {
            request: None,
            partners: partners.into_iter().collect(),
        }
    }

    /// Handles events that must be valid.
    fn given(mut self, events: impl IntoIterator<Item = Received>) -> Self {
        for event in events {
            self.when(&event).unwrap();
        }
        self
    }

    /// Handles an event and returns what is published.
    fn when(&mut self, received: &Received) -> Result<Option<Publication>, Invalid> {
        Ok(match self.next_step(received)? {
            NextStep::Done(publication) => publication,
            NextStep::Write(transition) => self.write(*transition),
            NextStep::Decide(pending) => {
                let offer = self.offer(&pending);
                self.write(pending.decide(&offer, &context(received)))
            }
        })
    }

    fn next_step(&self, received: &Received) -> Result<NextStep, Invalid> {
        let (request, context) = (self.request.as_ref(), &context(received));
        match &received.event {
            Event::RequestSubmitted(event) => on_submitted(request, event, context),
            Event::RequestDeferred(event) => on_deferred(request, event, context),
            Event::PointsDeducted(event) => on_deducted(request, self.find(&event.partner_id), event, context),
            Event::PointsRejected(event) => on_rejected(request, self.find(&event.partner_id), event, context),
            Event::MatchClosed(event) => on_closed(request, event, context),
            other => panic!("not handled in a scenario: {other:?}"),
        }
    }

    fn offer(&self, pending: &PendingDecision) -> Offer {
        let mut candidates = self.partners.clone();
        candidates.retain(|partner| partner.serves(pending.category(), pending.region()));
        let candidates: Vec<_> = candidates
            .into_iter()
            .map(|partner| pending.candidate_when_saved(partner))
            .collect();
        match choice::least_loaded(&candidates) {
            Some(partner) => Offer::Available(Box::new(partner.clone())),
            None if candidates.is_empty() => Offer::NoneServes,
            None => Offer::NoneAvailable,
        }
    }

    fn write(&mut self, transition: Transition) -> Option<Publication> {
        if let Some(change) = transition.request {
            self.change(change);
        }
        for change in transition.partners {
            let mut partners = self.partners.iter_mut();
            let partner = partners
                .find(|partner| partner.registered.partner_id == change.partner)
                .unwrap();
            partner.open_matches += u32::from(change.claims.is_some());
            partner.open_matches -= u32::from(change.frees);
            partner.known_balance = change.balance.or(partner.known_balance);
        }
        transition.publication
    }

    fn change(&mut self, change: RequestChange) {
        let stage = self.request.as_ref().map(|request| request.stage.clone());
        match change {
            RequestChange::Put { before, after } => {
                assert_eq!(before, stage);
                self.request = Some(*after);
            }
            RequestChange::Confirm {
                request_id,
                attempt,
                partner,
            } => {
                let request = self.request.as_mut().unwrap();
                let pending = State::Pending(partner.clone());
                assert_eq!(
                    (&request.request_id, stage),
                    (
                        &request_id,
                        Some(Stage {
                            attempt,
                            state: pending
                        })
                    )
                );
                request.stage.state = State::Confirmed(partner);
                request.saved_publication = None;
            }
        }
    }

    fn find(&self, id: &PartnerId) -> Option<&Partner> {
        self.partners
            .iter()
            .find(|partner| partner.registered.partner_id == *id)
    }

    fn request(&self) -> &Request {
        self.request.as_ref().unwrap()
    }

    fn state(&self) -> State {
        self.request().stage.state.clone()
    }

    fn attempt(&self) -> u32 {
        self.request().stage.attempt
    }

    fn open_matches(&self, name: &str) -> u32 {
        self.find(&id(name)).unwrap().open_matches
    }

    fn known_balance(&self, name: &str) -> Option<KnownBalance> {
        self.find(&id(name)).unwrap().known_balance
    }

    /// Asserts that the event changes nothing and publishes this.
    fn assert_repeat(&mut self, received: &Received, publication: Option<&Publication>) {
        let NextStep::Done(found) = self.next_step(received).unwrap() else {
            panic!("not a repeat: {received:?}")
        };
        assert_eq!(found.as_ref(), publication);
    }

    /// Asserts that the event can never succeed.
    fn assert_invalid(&self, received: &Received, reason: Reason) {
        let invalid = self.next_step(received).unwrap_err();
        assert_eq!(invalid.reason, reason, "{}", invalid.detail);
    }
}

/// The event's data as published.
fn data(publication: &Publication) -> Value {
    let body: Value = serde_json::from_str(&publication.body).unwrap();
    body["data"].clone()
}
