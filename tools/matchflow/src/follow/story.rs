//! The story of one request, one purchase, or of a record that failed.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::event::{Event, Events};
use super::kept::{self, Kept};
use super::request::Stored;
use super::screen;
use super::subject::Subject;
use super::waits::{self, Expectation};
use super::{FollowArguments, Records};
use crate::failure::Failure;
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;
use crate::tables::Tables;

/// A story: what happened, in order, and what is still expected.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Story {
    pub subject: Subject,
    /// The request's state in matching's table; none of a purchase, and of a request that matching does not know (any more).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The time of submission, by the producer's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<Timestamp>,
    /// Category, region, partner, and the customer where personal data was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Value>,
    pub events: Vec<Event>,
    pub expected: Vec<Expectation>,
    /// Records of it that failed.
    pub failed: Vec<Kept>,
    /// Where it was looked, and how much was found there.
    pub looked: Vec<Looked>,
    pub now: Timestamp,
}

/// A place where it was looked.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    /// A function's table, or a queue.
    pub place: &'static str,
    pub found: usize,
    /// How many messages of the queue were looked at, and how many there are. A table is asked for all that it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<(usize, u64)>,
}

fn in_tables(found: impl IntoIterator<Item = (&'static str, usize)>) -> Vec<Looked> {
    let looked = |(place, found)| Looked {
        place,
        found,
        messages: None,
    };
    found.into_iter().map(looked).collect()
}

impl Story {
    /// The id of what it is about.
    pub fn id(&self) -> &str {
        self.subject.id()
    }

    pub async fn of(
        stack: &Stack,
        tables: &Tables,
        subject: Subject,
        arguments: &FollowArguments,
    ) -> Result<Self, Failure> {
        let mut story = match subject {
            Subject::Request(id) => Self::of_request(&Stored::read(tables, &id).await?, id, arguments.show_personal),
            Subject::Purchase(id) => Self::of_purchase(tables, id).await?,
            subject @ (Subject::Partner(_) | Subject::Failed(_)) => Self::new(subject, Vec::new(), Vec::new()),
        };
        let is_known = !story.events.is_empty() || story.state.is_some();
        let is_open = !story.expected.is_empty() || story.events.iter().any(|event| !event.counted);
        if !is_known || (is_open && arguments.records == Records::InQueues) {
            let (failed, looked) = kept::find(stack, story.subject.id()).await?;
            story.failed = failed;
            story.looked.extend(looked);
        }
        if !is_known && story.failed.is_empty() {
            return Err(not_found(&arguments.id));
        }
        Ok(story)
    }

    fn new(subject: Subject, events: Vec<Event>, looked: Vec<Looked>) -> Self {
        Self {
            subject,
            state: None,
            submitted_at: None,
            request: None,
            events,
            expected: Vec::new(),
            failed: Vec::new(),
            looked,
            now: Timestamp::now(),
        }
    }

    fn of_request(stored: &Stored, id: String, show_personal: bool) -> Self {
        let events = stored.events();
        let item = stored.request.as_ref();
        let submitted_at = item.map(|item| &item["submission"]["submittedAt"]);
        let submitted_at = submitted_at.or(events.first().map(|event| &event.data["submittedAt"]));
        let submitted_at = submitted_at.and_then(|time| time.as_str()?.parse().ok());
        let looked = [
            ("matching", usize::from(item.is_some())),
            ("ledger", stored.charges.len()),
            ("notification", usize::from(stored.notification.is_some())),
            ("statistics", stored.history.len()),
        ];
        Self {
            state: item.and_then(|item| item["state"].as_str()).map(str::to_owned),
            submitted_at,
            request: item.map(|item| shown(item, show_personal)),
            expected: waits::expected(stored, &events),
            ..Self::new(Subject::Request(id), events, in_tables(looked))
        }
    }

    async fn of_purchase(tables: &Tables, id: String) -> Result<Self, Failure> {
        let pk = format!("purchase#{id}");
        let (decision, history) =
            futures_util::try_join!(tables.ledger.get(pk.clone(), "decision"), tables.statistics.query(pk))?;
        let mut events = Events::default();
        for event in &history {
            events.add_counted(event);
        }
        if let Some(decision) = &decision {
            events.add_stored(&decision["publication"]);
        }
        let looked = [
            ("ledger", usize::from(decision.is_some())),
            ("statistics", history.len()),
        ];
        Ok(Self::new(Subject::Purchase(id), events.in_order(), in_tables(looked)))
    }
}

/// What matching has stored of a request, as far as it may be shown.
fn shown(item: &Value, show_personal: bool) -> Value {
    let submission = &item["submission"];
    let customer = if show_personal {
        submission["customer"].clone()
    } else {
        serde_json::json!({ "id": submission["customer"]["id"] })
    };
    serde_json::json!({
        "category": submission["category"],
        "region": submission["region"],
        "attempt": item["attempt"],
        "partner": item["partner"],
        "released": item["released"],
        "customer": customer,
    })
}

fn not_found(id: &str) -> Failure {
    let what = format!("Nothing is stored under {id}");
    let why = "it is the id of no request, charged match or purchase that was decided; --scan looks for other ids";
    let next = "Nor is a record of it in quarantine, undelivered or a dead-letter queue, as far as SQS shows them: matchflow failures says how far. What was sent just now may still wait in intake: matchflow status";
    Failure::not_found(what, why, next)
}

impl Report for Story {
    fn write(&self, screen: &mut Screen) {
        screen::write(self, screen);
    }

    fn is_final(&self) -> bool {
        self.expected.is_empty()
    }

    fn exit_code(&self) -> u8 {
        u8::from(!self.failed.is_empty())
    }
}
