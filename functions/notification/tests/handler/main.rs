//! The handler of notification over its fakes: what it returns, what it has stored, what customers read.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod leases;
mod runs;
mod telling;

use std::time::{Duration, SystemTime};

use batch::{Failure, Outcome};
use contract::{Event, Publication, Received, RequestMatched, RequestUnmatched};
use notification::domain::{AllowedPrefixes, Rules, Story};
use notification::{LEASE, Notifier};
use serde_json::{Value, json};
use support::fakes::PlannedFaults;
use support::fakes::notification::{Phones, Stories};

const PHONE: &str = "+821012345678";
const FOREIGN: &str = "+8112345678";
const ENDPOINT: &str = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/e-1";
const DAY: u64 = Duration::from_hours(24).as_secs();
const LEASE_SECONDS: u64 = LEASE.as_secs();

#[derive(Default)]
struct World {
    faults: PlannedFaults,
    stories: Stories,
    phones: Phones,
}

impl World {
    fn new() -> Self {
        let faults = PlannedFaults::default();
        let stories = Stories::over(faults.transport());
        let phones = Phones::over(faults.transport());
        Self {
            faults,
            stories,
            phones,
        }
    }

    fn notifier(&self) -> Notifier<Stories, Phones> {
        Notifier {
            store: self.stories.clone(),
            sender: self.phones.clone(),
            rules: Rules {
                notify_within: Duration::from_secs(DAY),
                allowed_prefixes: AllowedPrefixes::parse("+82").unwrap(),
            },
        }
    }

    /// Tells this many seconds after everything happened; `None` if the process is killed.
    async fn tell(&self, news: &Received, seconds: u64) -> Option<Outcome<Publication>> {
        let notifier = self.notifier();
        self.faults.run(notifier.tell(news, at(seconds))).await
    }

    /// Tells news that is settled at once.
    async fn told(&self, news: &Received, seconds: u64) -> Vec<Publication> {
        self.tell(news, seconds).await.unwrap().unwrap()
    }

    async fn comes_back_later(&self, news: &Received, seconds: u64) {
        let outcome = self.tell(news, seconds).await;
        assert!(
            matches!(outcome, Some(Err(Failure::Retryable(_)))),
            "{outcome:?}"
        );
    }

    async fn is_killed(&self, news: &Received, seconds: u64) {
        let outcome = self.tell(news, seconds).await;
        assert!(outcome.is_none(), "{outcome:?}");
    }

    fn story(&self) -> Story {
        let mut stories = self.stories.items();
        stories.remove(&"r1".parse().unwrap()).unwrap_or_default()
    }

    /// What is saved about an attempt.
    fn saved(&self, attempt: u32) -> Option<Vec<Publication>> {
        self.story()
            .told
            .remove(&attempt)
            .map(|told| told.publications)
    }

    fn texts(&self) -> Vec<String> {
        self.phones
            .inbox()
            .into_iter()
            .map(|message| message.text)
            .collect()
    }

    /// Who was reached, in order.
    fn reached(&self) -> Vec<String> {
        self.phones
            .inbox()
            .into_iter()
            .map(|message| message.to)
            .collect()
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_355_600 + seconds)
}

fn received(id: &str, event: impl Into<Event>) -> Received {
    Received {
        id: id.to_owned(),
        time: "2026-03-01T09:00:00Z".parse().unwrap(),
        correlation_id: "r1".to_owned(),
        traceparent: None,
        event: event.into(),
    }
}

fn matched_for(attempt: u32, customer: &Value) -> Received {
    let data = json!({
        "requestId": "r1", "matchId": format!("m{attempt}"), "attempt": attempt, "customer": customer,
        "partner": { "id": "p1", "name": format!("Partner {attempt}") }, "fee": { "points": 5 },
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    });
    let event = serde_json::from_value::<RequestMatched>(data).unwrap();
    received(&format!("e{attempt}"), event)
}

fn by_phone() -> Value {
    json!({ "id": "c1", "phone": PHONE, "locale": "en" })
}

fn by_both(phone: &str) -> Value {
    json!({ "id": "c1", "phone": phone, "pushEndpointArn": ENDPOINT, "locale": "en" })
}

fn matched(attempt: u32) -> Received {
    matched_for(attempt, &by_phone())
}

fn unmatched(attempt: u32, reason: &str) -> Received {
    let data = json!({
        "requestId": "r1", "attempt": attempt, "customer": by_phone(), "reason": reason,
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    });
    let event = serde_json::from_value::<RequestUnmatched>(data).unwrap();
    received(&format!("e{attempt}"), event)
}

/// Events as type, channel and reason.
fn outline(publications: &[Publication]) -> Vec<String> {
    let of = |publication: &Publication| {
        let body: Value = serde_json::from_str(&publication.body).unwrap();
        let text = |member: &str| body["data"][member].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {}",
            publication.event_type,
            text("channel"),
            text("reason")
        )
    };
    publications.iter().map(of).collect()
}

const SENT: &str = "notification.sent sms -";
