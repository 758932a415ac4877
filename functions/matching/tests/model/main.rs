//! Random runs of matching: messages are lost after the write, repeated, out of order and concurrent, and partners change meanwhile.
//! Two processes handle them, and what they remember never expires.
//! The invariants are checked after every delivery.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod actions;
mod checks;

use std::collections::BTreeMap;
use std::slice::from_ref;
use std::time::{Duration, SystemTime};

use batch::{Failure, Handler};
use builders::events::{self, EventBuilder, decode};
use contract::{Event, EventType, PartnerId, Publication, Received, ids};
use futures_util::future::join_all;
use matching::domain::MatchingPolicy;
use matching::handler::Matching;
use proptest::prelude::*;
use serde_json::json;
use support::fakes::RecordingClock;
use support::fakes::matching::MatchingTable;

use actions::{Action, actions};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;
const POLICY: MatchingPolicy = MatchingPolicy {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(24),
};

/// Matching and the outside world: queues, points and the partner admin.
struct Model {
    /// Two processes, of which neither sees what the other one does but in the table.
    processes: [Matching<MatchingTable, RecordingClock>; 2],
    /// How many messages they were given.
    given: usize,
    table: MatchingTable,
    in_flight: Vec<Received>,
    handled: Vec<Received>,
    submitted: u32,
    versions: BTreeMap<u8, u64>,
    /// The balance and the sequence of each partner's account.
    accounts: BTreeMap<PartnerId, (u64, u64)>,
    /// The published events, by id.
    published: BTreeMap<String, Publication>,
    /// The request and the match of each published match.
    matched: Vec<(String, String)>,
}

impl Model {
    fn new() -> Self {
        let table = MatchingTable::default();
        Self {
            processes: [(); 2].map(|()| Matching::new(table.clone(), POLICY, RecordingClock::default())),
            given: 0,
            table,
            in_flight: Vec::new(),
            handled: Vec::new(),
            submitted: 0,
            versions: BTreeMap::new(),
            accounts: BTreeMap::new(),
            published: BTreeMap::new(),
            matched: Vec::new(),
        }
    }

    async fn perform(&mut self, action: &Action) {
        match action {
            Action::Submit => self.submit(),
            Action::Register {
                partner,
                capacity,
                fee,
                active,
            } => self.register(*partner, *capacity, *fee, *active),
            Action::Purchase { partner, points } => self.purchase(*partner, *points),
            Action::Close { pick } if !self.matched.is_empty() => {
                let (request, charged) = &self.matched[pick % self.matched.len()];
                let closed = events::match_closed(request, 1).with("matchId", &**charged);
                self.in_flight.push(closed.received());
            }
            Action::Deliver { picks, dies } => self.deliver(picks, *dies).await,
            Action::Repeat { pick } if !self.handled.is_empty() => {
                let again = self.handled[pick % self.handled.len()].clone();
                self.in_flight.push(again);
            }
            Action::Close { .. } | Action::Repeat { .. } => {}
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
        let credited = credited.with("balance", *balance).with("sequence", *sequence);
        self.in_flight.push(credited.received());
    }

    async fn deliver(&mut self, picks: &[usize], dies: bool) {
        let mut batch = Vec::new();
        for pick in picks {
            if !self.in_flight.is_empty() {
                batch.push(self.in_flight.swap_remove(pick % self.in_flight.len()));
            }
        }
        let before = self.open_matches();
        let given = self.given..;
        self.given += batch.len();
        let handled = batch
            .iter()
            .zip(given)
            .map(|(message, number)| handle(self, number, message));
        let results = join_all(handled).await;
        self.check_open_matches(&before);
        for (message, published) in batch.into_iter().zip(results) {
            if dies || published.is_none() {
                self.in_flight.push(message); // not acknowledged, so that it is redelivered
                continue;
            }
            self.handled.push(message);
            for publication in published.unwrap_or_default() {
                self.publish(&publication);
            }
        }
    }

    /// Points answers each match once, and the queue of deferrals redelivers each deferral.
    fn publish(&mut self, publication: &Publication) {
        if let Some(first) = self.published.get(&publication.id) {
            assert_eq!(first.body, publication.body, "a repeat is byte for byte the same");
            return;
        }
        self.published.insert(publication.id.clone(), publication.clone());
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
        self.accounts.insert(matched.partner.id.clone(), (left, sequence));
        data["balance"] = json!(left);
        data["transferId"] = json!(ids::match_transfer_id(&matched.match_id));
        data["submittedAt"] = json!("2026-11-02T08:59:00Z");
        EventBuilder::new(EventType::PointsDeducted, &data).received()
    }

    /// Delivers the messages in flight until none is left.
    async fn drain(&mut self) {
        for _ in 0..2000 {
            if self.in_flight.is_empty() {
                return;
            }
            self.deliver(&[0], false).await;
        }
        panic!("still in flight: {:?}", self.in_flight);
    }
}

/// Has the processes handle messages by turns. Returns what is published, or `None` for a retryable failure. Only the close of a
/// match that fell through is rejected.
async fn handle(model: &Model, number: usize, message: &Received) -> Option<Vec<Publication>> {
    let process = &model.processes[number % model.processes.len()];
    let outcomes = process.handle(from_ref(message), NOW).await;
    let outcome = outcomes.into_iter().next().unwrap();
    match (outcome, &message.event) {
        (Ok(published), _) => Some(published),
        (Err(Failure::Retryable(_)), _) => None,
        (Err(Failure::Permanent(rejection)), Event::MatchClosed(event)) => {
            let request = model.table.stored_request(&event.request_id).unwrap();
            assert_ne!(request.current_match(), event.match_id, "{rejection:?} {request:?}");
            Some(Vec::new())
        }
        (Err(failure), event) => panic!("{failure}: {event:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn invariants_hold_in_any_run(actions in actions()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new();
            for action in &actions {
                model.perform(action).await;
            }
            model.drain().await;
            model.check_end();
        });
    }
}
