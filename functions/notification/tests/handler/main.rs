//! Notification's handler over fakes: what it returns, stores and sends.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod leases;
mod many_attempts;
mod random_runs;
mod sending;

use std::time::{Duration, SystemTime};

use batch::{Failure, Outcome};
use builders::events;
use contract::{Publication, Received};
use notification::domain::{AllowedPrefixes, LEASE_DURATION, NotificationItem, NotificationPolicy};
use notification::handler::Notifier;
use serde_json::{Value, json};
use support::fakes::PlannedFaults;
use support::fakes::notification::{NotificationTable, Phones};

const PHONE: &str = "+821012345678";
const FOREIGN: &str = "+8112345678";
const ENDPOINT: &str = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/e-1";
const DAY: u64 = Duration::from_hours(24).as_secs();
const LEASE_SECONDS: u64 = LEASE_DURATION.as_secs();

#[derive(Default)]
struct Harness {
    faults: PlannedFaults,
    table: NotificationTable,
    phones: Phones,
}

impl Harness {
    fn new() -> Self {
        let faults = PlannedFaults::default();
        let table = NotificationTable::over(faults.transport());
        let phones = Phones::over(faults.transport());
        Self { faults, table, phones }
    }

    fn notifier(&self) -> Notifier<NotificationTable, Phones> {
        let policy = NotificationPolicy {
            notify_within: Duration::from_secs(DAY),
            allowed_prefixes: AllowedPrefixes::parse("+82").unwrap(),
        };
        Notifier::new(self.table.clone(), self.phones.clone(), policy)
    }

    /// Handles an event this many seconds after its time; `None` if the process is killed.
    async fn handle(&self, event: &Received, seconds: u64) -> Option<Outcome<Publication>> {
        let notifier = self.notifier();
        self.faults.run(notifier.notify(event, at(seconds))).await
    }

    /// Handles an event whose notification succeeds, and returns what is published.
    async fn notify(&self, event: &Received, seconds: u64) -> Vec<Publication> {
        self.handle(event, seconds).await.unwrap().unwrap()
    }

    async fn assert_retried(&self, event: &Received, seconds: u64) {
        let outcome = self.handle(event, seconds).await;
        assert!(matches!(outcome, Some(Err(Failure::Retryable(_)))), "{outcome:?}");
    }

    async fn assert_killed(&self, event: &Received, seconds: u64) {
        let outcome = self.handle(event, seconds).await;
        assert!(outcome.is_none(), "{outcome:?}");
    }

    fn item(&self) -> NotificationItem {
        let mut items = self.table.items();
        items.remove(&"r1".parse().unwrap()).unwrap_or_default()
    }

    /// The saved events of an attempt.
    fn saved_events(&self, attempt: u32) -> Option<Vec<Publication>> {
        let mut outcomes = self.item().outcomes;
        outcomes.remove(&attempt).map(|outcome| outcome.publications)
    }

    fn texts(&self) -> Vec<String> {
        self.phones.inbox().into_iter().map(|message| message.text).collect()
    }

    /// The phones and endpoints that got a message, in order.
    fn reached(&self) -> Vec<String> {
        self.phones.inbox().into_iter().map(|message| message.to).collect()
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_355_600 + seconds)
}

fn matched_for(attempt: u32, customer: &Value) -> Received {
    let matched = events::request_matched("r1", attempt, "p1").with("customer", customer.clone());
    let matched = matched.with("partner/name", format!("Partner {attempt}"));
    matched.id(&format!("e{attempt}")).received()
}

fn customer_with_phone() -> Value {
    json!({ "id": "c1", "phone": PHONE, "locale": "en" })
}

fn customer_with_both(phone: &str) -> Value {
    json!({ "id": "c1", "phone": phone, "pushEndpointArn": ENDPOINT, "locale": "en" })
}

fn matched(attempt: u32) -> Received {
    matched_for(attempt, &customer_with_phone())
}

fn unmatched(attempt: u32, reason: &str) -> Received {
    let unmatched = events::request_unmatched("r1", attempt).with("customer", customer_with_phone());
    unmatched.with("reason", reason).id(&format!("e{attempt}")).received()
}

/// The events' types, channels and reasons.
fn summary(publications: &[Publication]) -> Vec<String> {
    let of = |publication: &Publication| {
        let body: Value = serde_json::from_str(&publication.body).unwrap();
        let text = |member: &str| body["data"][member].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", publication.event_type, text("channel"), text("reason"))
    };
    publications.iter().map(of).collect()
}

const SENT: &str = "notification.sent sms -";
