//! Given, when, then: a story is a request's life so far with the partners in it.

mod choosing;
mod deciding;
mod living;
mod registering;

use std::time::Duration;

use contract::{Event, Invalid, MatchId, PartnerId, Publication, Received, RequestId, ids};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-11-02T09:00:00Z";
const TERMS: Terms = Terms {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(400 * 24),
};

fn of<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_str(&value.to_string()).unwrap()
}

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn moment(cause: &Received) -> Moment<'_> {
    let now = now();
    let terms = &TERMS;
    Moment { cause, now, terms }
}

fn id(text: &str) -> PartnerId {
    of(&json!(text))
}

/// The match of attempt `n` of the one request of these stories.
fn match_of(n: u32) -> MatchId {
    ids::match_id(&of::<RequestId>(&json!("r-1")), n)
}

/// A partner of cleaning in Seoul with this capacity and fee.
fn partner(name: &str, capacity: u32, fee: u32) -> Partner {
    of(&json!({
        "registered": {
            "partnerId": name, "version": 1, "name": name, "categories": ["cleaning"], "regions": ["KR-11"],
            "capacity": capacity, "fee": { "points": fee }, "active": true,
        },
        "openMatches": 0,
    }))
}

fn showing(mut partner: Partner, balance: u64, sequence: u64) -> Partner {
    partner.shown = Some(Shown { balance, sequence });
    partner
}

fn received(event: impl Into<Event>) -> Received {
    Received {
        id: "e-1".to_owned(),
        time: "2026-11-02T08:59:00Z".parse().unwrap(),
        correlation_id: "c-1".to_owned(),
        traceparent: None,
        event: event.into(),
    }
}

fn submission() -> Received {
    submission_of("cleaning")
}

fn submission_of(category: &str) -> Received {
    received(Event::RequestSubmitted(of(&json!({
        "requestId": "r-1", "customer": { "id": "cust-1", "phone": "+821012345678" },
        "category": category, "region": "KR-11", "details": { "rooms": 3 },
    }))))
}

fn deferral(attempt: u32) -> Received {
    received(Event::RequestDeferred(of(
        &json!({ "requestId": "r-1", "attempt": attempt, "retryAt": NOW }),
    )))
}

fn deduction(n: u32, partner: &str, balance: u64, sequence: u64) -> Received {
    received(Event::PointsDeducted(of(&json!({
        "requestId": "r-1", "matchId": match_of(n), "partnerId": partner, "points": 10, "balance": balance,
        "sequence": sequence, "transferId": ids::match_transfer_id(&match_of(n)), "submittedAt": NOW,
    }))))
}

fn refusal(n: u32, partner: &str, balance: u64, sequence: u64) -> Received {
    received(Event::PointsRejected(of(&json!({
        "requestId": "r-1", "matchId": match_of(n), "partnerId": partner, "points": 10, "balance": balance,
        "sequence": sequence, "reason": "insufficient_points",
    }))))
}

fn close(n: u32) -> Received {
    received(Event::MatchClosed(of(
        &json!({ "requestId": "r-1", "matchId": match_of(n) }),
    )))
}

/// What is known: written to by transitions as the store would.
#[derive(Clone, Default)]
struct Story {
    request: Option<Request>,
    partners: Vec<Partner>,
}

/// What an event led to, and what was published for it.
type Then = Result<Option<Publication>, Invalid>;

impl Story {
    fn with(partners: impl IntoIterator<Item = Partner>) -> Self {
        Self {
            request: None,
            partners: partners.into_iter().collect(),
        }
    }

    /// Events that go well.
    fn given(mut self, events: impl IntoIterator<Item = Received>) -> Self {
        for event in events {
            self.when(&event).unwrap();
        }
        self
    }

    fn when(&mut self, received: &Received) -> Then {
        let step = self.step(received)?;
        Ok(match step {
            Step::Done(publication) => publication,
            Step::Write(transition) => self.write(*transition),
            Step::Decide(undecided) => {
                let offer = self.offer(&undecided);
                self.write(undecided.decide(&offer, &moment(received)))
            }
        })
    }

    fn step(&self, received: &Received) -> Result<Step, Invalid> {
        let (request, at) = (self.request.as_ref(), &moment(received));
        match &received.event {
            Event::RequestSubmitted(event) => submitted(request, event, at),
            Event::RequestDeferred(event) => deferred(request, event, at),
            Event::PointsDeducted(event) => {
                deducted(request, self.find(&event.partner_id), event, at)
            }
            Event::PointsRejected(event) => {
                rejected(request, self.find(&event.partner_id), event, at)
            }
            Event::MatchClosed(event) => closed(request, event, at),
            other => panic!("not in these stories: {other:?}"),
        }
    }

    fn offer(&self, undecided: &Undecided) -> Offer {
        let serving = |partner: &&Partner| partner.serves(undecided.category(), undecided.region());
        let seen = self
            .partners
            .iter()
            .filter(serving)
            .cloned()
            .map(|partner| undecided.seen(partner));
        let seen: Vec<_> = seen.collect();
        match choice::least_loaded(&seen) {
            Some(partner) => Offer::Free(Box::new(partner.clone())),
            None if seen.is_empty() => Offer::NoneServes,
            None => Offer::NoneFree,
        }
    }

    fn write(&mut self, transition: Transition) -> Option<Publication> {
        if let Some(change) = transition.request {
            assert_eq!(
                change.before,
                self.request.as_ref().map(|request| request.stage.clone())
            );
            self.request = Some(change.after);
        }
        for change in transition.partners {
            let partner = self
                .partners
                .iter_mut()
                .find(|partner| partner.registered.partner_id == change.partner);
            let partner = partner.unwrap();
            partner.open_matches =
                partner.open_matches + u32::from(change.claims.is_some()) - u32::from(change.frees);
            partner.shown = change.shows.or(partner.shown);
        }
        transition.publication
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

    fn open(&self, name: &str) -> u32 {
        self.find(&id(name)).unwrap().open_matches
    }

    fn shown(&self, name: &str) -> Option<Shown> {
        self.find(&id(name)).unwrap().shown
    }

    /// An event that changes nothing and publishes this.
    fn repeats(&mut self, received: &Received, publication: Option<&Publication>) {
        let Step::Done(found) = self.step(received).unwrap() else {
            panic!("not a repeat: {received:?}")
        };
        assert_eq!(found.as_ref(), publication);
    }

    /// An event that is refused for good.
    fn refuses(&self, received: &Received, reason: Reason) {
        let invalid = self.step(received).unwrap_err();
        assert_eq!(invalid.reason, reason, "{}", invalid.detail);
    }
}

/// The event's data as published.
fn data(publication: &Publication) -> Value {
    let body: Value = serde_json::from_str(&publication.body).unwrap();
    body["data"].clone()
}
