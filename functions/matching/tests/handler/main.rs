//! Matching's handler over a fake of its table: what it returns *and* what is stored.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod events;
mod faults;
mod living;
mod racing;

use std::time::{Duration, SystemTime};

use batch::{Failure, Handler, Outcome};
use contract::{Publication, Received, RequestId};
use matching::domain::{MatchingPolicy, Partner, Request, State};
use matching::handler::Matching;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::matching::MatchingTable;

use events::partner_id;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

const TERMS: MatchingPolicy = MatchingPolicy {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(400 * 24),
};

struct World {
    matching: Matching<MatchingTable, RecordingClock>,
    faults: PlannedFaults,
    pauses: RecordingClock,
}

impl World {
    fn new() -> Self {
        let faults = PlannedFaults::default();
        let table = MatchingTable::over(faults.transport());
        let pauses = RecordingClock::default();
        Self {
            matching: Matching::new(table, TERMS, pauses.clone()),
            faults,
            pauses,
        }
    }

    async fn with(partners: impl IntoIterator<Item = Received>) -> Self {
        let world = Self::new();
        for partner in partners {
            assert_eq!(world.tell(&partner).await, []);
        }
        world
    }

    async fn send(&self, message: &Received) -> Outcome<Publication> {
        let mut outcomes = self
            .matching
            .handle(std::slice::from_ref(message), NOW)
            .await;
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    }

    /// Sends what has to succeed.
    async fn tell(&self, message: &Received) -> Vec<Publication> {
        self.send(message).await.unwrap()
    }

    /// Sends until it succeeds, as the queue does.
    async fn deliver(&self, message: &Received) -> Vec<Publication> {
        for _ in 0..50 {
            match self.send(message).await {
                Ok(published) => return published,
                Err(Failure::Retryable(_)) => {}
                Err(failure) => panic!("{failure}"),
            }
        }
        panic!("never got through");
    }

    async fn refusal(&self, message: &Received) -> &'static str {
        match self.send(message).await {
            Err(Failure::Permanent(rejection)) => rejection.reason,
            other => panic!("{other:?}"),
        }
    }

    fn table(&self) -> &MatchingTable {
        self.matching.store()
    }

    fn request(&self, id: &str) -> Request {
        self.table()
            .stored_request(&RequestId::try_from(id.to_owned()).unwrap())
            .unwrap()
    }

    fn partner(&self, id: &str) -> Partner {
        self.table().stored_partner(&partner_id(id)).unwrap()
    }

    fn state(&self, id: &str) -> (u32, State) {
        let stage = self.request(id).stage;
        (stage.attempt, stage.state)
    }

    fn open(&self, id: &str) -> u32 {
        self.partner(id).open_matches
    }
}
