//! Matching under any history: messages lost after the write, repeated, overtaking one another, several at once, and
//! partners changing underneath. What always holds, holds after every step.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::collections::{BTreeMap, BTreeSet};
use std::slice::from_ref;
use std::time::{Duration, SystemTime};

use batch::{Failure, Handler};
use contract::{Event, EventType, PartnerId, Publication, Received, ids};
use futures_util::future::join_all;
use matching::domain::{MatchingPolicy, Request, State};
use matching::handler::Matching;
use proptest::prelude::*;
use serde_json::json;
use support::events::{self, EventBuilder, decode};
use support::fakes::RecordingClock;
use support::fakes::matching::MatchingTable;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;
const TERMS: MatchingPolicy = MatchingPolicy {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(24),
};

/// What happens next.
#[derive(Clone, Debug)]
enum Act {
    Submit,
    Register {
        partner: u8,
        capacity: u8,
        fee: u8,
        active: bool,
    },
    Purchase {
        partner: u8,
        points: u8,
    },
    Close {
        pick: usize,
    },
    /// Some of the messages in flight arrive at once; where the process dies, they come again.
    Deliver {
        picks: Vec<usize>,
        dies: bool,
    },
    /// A message that was handled comes again.
    Repeat {
        pick: usize,
    },
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let register = (0..3_u8, 0..3_u8, 1..30_u8, prop::bool::weighted(0.8)).prop_map(
        |(partner, capacity, fee, active)| Act::Register {
            partner,
            capacity,
            fee,
            active,
        },
    );
    let picks = prop::collection::vec(any::<usize>(), 1..4);
    let deliver =
        (picks, prop::bool::weighted(0.2)).prop_map(|(picks, dies)| Act::Deliver { picks, dies });
    let act = prop_oneof![
        3 => Just(Act::Submit),
        1 => register,
        2 => (0..3_u8, 1..40_u8).prop_map(|(partner, points)| Act::Purchase { partner, points }),
        2 => any::<usize>().prop_map(|pick| Act::Close { pick }),
        10 => deliver,
        2 => any::<usize>().prop_map(|pick| Act::Repeat { pick }),
    ];
    prop::collection::vec(act, 1..80)
}

struct Model {
    matching: Matching<MatchingTable, RecordingClock>,
    in_flight: Vec<Received>,
    handled: Vec<Received>,
    submitted: u32,
    versions: BTreeMap<u8, u64>,
    /// Balance and sequence by partner.
    accounts: BTreeMap<PartnerId, (u64, u64)>,
    /// What was published, by id.
    published: BTreeMap<String, Publication>,
    matched: Vec<(String, String)>,
}

impl Model {
    fn new() -> Self {
        Self {
            matching: Matching::new(MatchingTable::default(), TERMS, RecordingClock::default()),
            in_flight: Vec::new(),
            handled: Vec::new(),
            submitted: 0,
            versions: BTreeMap::new(),
            accounts: BTreeMap::new(),
            published: BTreeMap::new(),
            matched: Vec::new(),
        }
    }

    async fn act(&mut self, act: &Act) {
        match act {
            Act::Submit => self.submit(),
            Act::Register {
                partner,
                capacity,
                fee,
                active,
            } => self.register(*partner, *capacity, *fee, *active),
            Act::Purchase { partner, points } => self.purchase(*partner, *points),
            Act::Close { pick } if !self.matched.is_empty() => {
                let (request, charged) = &self.matched[pick % self.matched.len()];
                let closed = events::match_closed(request, 1).with("matchId", &**charged);
                self.in_flight.push(closed.received());
            }
            Act::Deliver { picks, dies } => self.deliver(picks, *dies).await,
            Act::Repeat { pick } if !self.handled.is_empty() => {
                let again = self.handled[pick % self.handled.len()].clone();
                self.in_flight.push(again);
            }
            Act::Close { .. } | Act::Repeat { .. } => {}
        }
    }

    fn submit(&mut self) {
        self.submitted += 1;
        let submitted = events::request_submitted(&format!("r-{}", self.submitted));
        self.in_flight.push(submitted.received());
    }

    fn register(&mut self, partner: u8, capacity: u8, fee: u8, active: bool) {
        let version = self.versions.entry(partner).or_insert(0);
        *version += 1;
        let registered = events::partner_registered(&format!("p-{partner}"))
            .with("version", *version)
            .with("capacity", capacity)
            .with("fee/points", fee)
            .with("active", active);
        self.in_flight.push(registered.received());
    }

    fn purchase(&mut self, partner: u8, points: u8) {
        let id = PartnerId::try_from(format!("p-{partner}")).unwrap();
        let (balance, sequence) = self.accounts.entry(id.clone()).or_default();
        *balance += u64::from(points);
        *sequence += 1;
        let credited = events::points_credited("u-1", id.as_str(), points.into());
        let credited = credited
            .with("balance", *balance)
            .with("sequence", *sequence);
        self.in_flight.push(credited.received());
    }

    async fn deliver(&mut self, picks: &[usize], dies: bool) {
        let mut batch = Vec::new();
        for pick in picks {
            if !self.in_flight.is_empty() {
                batch.push(self.in_flight.swap_remove(pick % self.in_flight.len()));
            }
        }
        let before = self.open();
        let results = join_all(batch.iter().map(|message| handle(&self.matching, message))).await;
        self.check(&before);
        for (message, published) in batch.into_iter().zip(results) {
            if dies || published.is_none() {
                self.in_flight.push(message); // not acknowledged: it comes back
                continue;
            }
            self.handled.push(message);
            for publication in published.unwrap_or_default() {
                self.publish(&publication);
            }
        }
    }

    /// The rest of the world: points answer a match once, the queue of deferrals gives back what it gets.
    fn publish(&mut self, publication: &Publication) {
        if let Some(first) = self.published.get(&publication.id) {
            assert_eq!(
                first.body, publication.body,
                "a repeat is byte for byte the same"
            );
            return;
        }
        self.published
            .insert(publication.id.clone(), publication.clone());
        let event = decode(&publication.body);
        match &event.event {
            Event::RequestMatched(matched) => {
                self.matched
                    .push((matched.request_id.to_string(), matched.match_id.to_string()));
                let answer = self.charge(matched);
                self.in_flight.push(answer);
            }
            Event::RequestDeferred(_) => self.in_flight.push(event),
            _ => {}
        }
    }

    fn charge(&mut self, matched: &contract::RequestMatched) -> Received {
        let points = matched.fee.points.get();
        let account = self.accounts.get_mut(&matched.partner.id);
        let known = account.is_some();
        let (balance, sequence) = account.map_or((0, 0), |(balance, sequence)| {
            *sequence += 1;
            (*balance, *sequence)
        });
        let mut data = json!({
            "requestId": matched.request_id, "matchId": matched.match_id, "partnerId": matched.partner.id,
            "points": points, "balance": balance, "sequence": sequence,
        });
        let Some(left) = balance.checked_sub(u64::from(points)) else {
            data["reason"] = json!(if known {
                "insufficient_points"
            } else {
                "unknown_account"
            });
            return EventBuilder::new(EventType::PointsRejected, &data).received();
        };
        self.accounts
            .insert(matched.partner.id.clone(), (left, sequence));
        data["balance"] = json!(left);
        data["transferId"] = json!(ids::match_transfer_id(&matched.match_id));
        data["submittedAt"] = json!("2026-11-02T08:59:00Z");
        EventBuilder::new(EventType::PointsDeducted, &data).received()
    }

    fn open(&self) -> BTreeMap<PartnerId, (u32, u32)> {
        let partners = self.matching.store().stored_partners().into_iter();
        let numbers = partners.map(|partner| {
            let registered = partner.registered;
            (
                registered.partner_id,
                (partner.open_matches, registered.capacity.get()),
            )
        });
        numbers.collect()
    }

    fn check(&self, before: &BTreeMap<PartnerId, (u32, u32)>) {
        let requests = self.matching.store().stored_requests();
        for (partner, (open, capacity)) in self.open() {
            let live = requests
                .iter()
                .filter(|request| holder(request) == Some(&partner))
                .count();
            assert_eq!(
                usize::try_from(open),
                Ok(live),
                "{partner}: open matches and live ones"
            );
            let (open_before, capacity_before) = before.get(&partner).copied().unwrap_or_default();
            let allowed = open_before.max(capacity).max(capacity_before);
            assert!(
                open <= allowed,
                "{partner}: {open} open, but {allowed} allowed"
            );
        }
    }

    /// Works off what is in flight, until nothing is left.
    async fn drain(&mut self) {
        for _ in 0..2000 {
            if self.in_flight.is_empty() {
                return;
            }
            self.deliver(&[0], false).await;
        }
        panic!("it never ends: {:?}", self.in_flight);
    }

    fn check_rest(&self) {
        let requests = self.matching.store().stored_requests();
        assert_eq!(usize::try_from(self.submitted), Ok(requests.len()));
        for request in requests {
            let ended = matches!(
                request.stage.state,
                State::Closed(_) | State::Unmatched | State::Withdrawn
            );
            assert!(
                ended || matches!(request.stage.state, State::Confirmed(_)),
                "{request:?}"
            );
            assert_eq!(request.expires_at.is_some(), ended, "{request:?}");
        }
        let told = self
            .published
            .values()
            .map(|publication| decode(&publication.body).event.subject());
        let told: BTreeSet<_> = told.collect();
        assert_eq!(told.len(), self.published.len(), "one decision an attempt");
    }
}

/// Who holds the request's live match.
fn holder(request: &Request) -> Option<&PartnerId> {
    match &request.stage.state {
        State::Pending(partner) | State::Closing(partner) | State::Confirmed(partner) => {
            Some(partner)
        }
        _ => None,
    }
}

/// None, if it has to come again. Refused for good is only a close of what fell through.
async fn handle(
    matching: &Matching<MatchingTable, RecordingClock>,
    message: &Received,
) -> Option<Vec<Publication>> {
    let outcome = matching.handle(from_ref(message), NOW).await.pop().unwrap();
    match (outcome, &message.event) {
        (Ok(published), _) => Some(published),
        (Err(Failure::Retryable(_)), _) => None,
        (Err(Failure::Permanent(rejection)), Event::MatchClosed(event)) => {
            let request = matching.store().stored_request(&event.request_id).unwrap();
            assert_ne!(
                request.current_match(),
                event.match_id,
                "{rejection:?} {request:?}"
            );
            Some(Vec::new())
        }
        (Err(failure), event) => panic!("{failure}: {event:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn what_always_holds_holds(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new();
            for act in &acts {
                model.act(act).await;
            }
            model.drain().await;
            model.check_rest();
        });
    }
}
