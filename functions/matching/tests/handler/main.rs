//! Matching's handler over a fake table: what it returns *and* what is stored.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod concurrency;
mod events;
mod faults;
mod lifecycle;
mod remembered;

use std::time::{Duration, SystemTime};

use batch::{Failure, Handler, Outcome};
use contract::{EventType, PartnerId, Publication, Received, RequestId};
use matching::domain::{MatchingPolicy, Partner, Request, State};
use matching::handler::Matching;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::matching::MatchingTable;

use events::{partner_id, types};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

const POLICY: MatchingPolicy = MatchingPolicy {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(400 * 24),
};

struct Harness {
    matching: Matching<MatchingTable, RecordingClock>,
    table: MatchingTable,
    faults: PlannedFaults,
    clock: RecordingClock,
}

impl Harness {
    fn new() -> Self {
        let faults = PlannedFaults::default();
        let table = MatchingTable::over(faults.transport());
        let clock = RecordingClock::default();
        Self {
            matching: Matching::new(table.clone(), POLICY, clock.clone()),
            table,
            faults,
            clock,
        }
    }

    /// With these partners registered.
    async fn with(partners: impl IntoIterator<Item = Received>) -> Self {
        let harness = Self::new();
        for partner in partners {
            assert_eq!(harness.handle(&partner).await, []);
        }
        harness
    }

    /// Another process on the same table.
    fn other_process(&self) -> Self {
        Self {
            matching: Matching::new(self.table.clone(), POLICY, self.clock.clone()),
            table: self.table.clone(),
            faults: self.faults.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Handles a message once.
    async fn handle_once(&self, message: &Received) -> Outcome<Publication> {
        self.handle_at(message, NOW).await
    }

    /// Handles a message once, at this time.
    async fn handle_at(&self, message: &Received, now: SystemTime) -> Outcome<Publication> {
        let mut outcomes = self.matching.handle(std::slice::from_ref(message), now).await;
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    }

    /// Handles a message with success, and returns what is published.
    async fn handle(&self, message: &Received) -> Vec<Publication> {
        self.handle_once(message).await.unwrap()
    }

    /// Handles a message with success, and returns the types of what is published.
    async fn types(&self, message: &Received) -> Vec<EventType> {
        types(&self.handle(message).await)
    }

    /// Delivers a message until it succeeds, as the queue does.
    async fn deliver(&self, message: &Received) -> Vec<Publication> {
        for _ in 0..50 {
            match self.handle_once(message).await {
                Ok(published) => return published,
                Err(Failure::Retryable(_)) => {}
                Err(failure) => panic!("{failure}"),
            }
        }
        panic!("50 deliveries failed");
    }

    /// Handles a message that is rejected, and returns the reason.
    async fn rejection(&self, message: &Received) -> &'static str {
        match self.handle_once(message).await {
            Err(Failure::Permanent(rejection)) => rejection.reason,
            other => panic!("{other:?}"),
        }
    }

    fn request(&self, id: &str) -> Request {
        self.table
            .stored_request(&RequestId::try_from(id.to_owned()).unwrap())
            .unwrap()
    }

    fn partner(&self, id: &str) -> Partner {
        self.table.stored_partner(&partner_id(id)).unwrap()
    }

    /// The attempt and the state of a request.
    fn state(&self, id: &str) -> (u32, State) {
        let stage = self.request(id).stage;
        (stage.attempt, stage.state)
    }

    #[track_caller]
    fn assert_state(&self, request: &str, attempt: u32, state: fn(PartnerId) -> State, partner: &str) {
        assert_eq!(self.state(request), (attempt, state(partner_id(partner))));
    }

    /// The open matches of each of these partners.
    fn open_matches<const N: usize>(&self, partners: [&str; N]) -> [u32; N] {
        partners.map(|id| self.partner(id).open_matches)
    }
}
