//! `matchflow follow`: the story of one request, and what it waits for.

mod event;
mod request;
mod screen;
mod subject;
mod waits;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;
use crate::tables::Tables;
use event::{Event, Events};
use request::Stored;
use subject::Subject;
use waits::Expectation;

/// What to follow.
#[derive(Debug, Args)]
pub struct FollowArguments {
    /// The id of a request, of one of its matches, or of a purchase
    pub id: String,
    /// Show the customer's phone or push endpoint, too
    #[arg(long)]
    pub show_personal: bool,
}

/// A story: what happened, in order, and what is still expected.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Story {
    subject: Subject,
    /// The request's state in matching's table; none of a purchase, and of a request that matching does not know (any more).
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<String>,
    /// The time of submission, by the producer's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_at: Option<Timestamp>,
    /// Category, region, partner, and the customer where personal data was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<Value>,
    events: Vec<Event>,
    expected: Vec<Expectation>,
    /// Where it was looked, and how much was found there.
    looked: Vec<Looked>,
    now: Timestamp,
}

/// A place where it was looked.
#[derive(Debug, Serialize)]
struct Looked {
    table: &'static str,
    found: usize,
}

impl Story {
    /// Finds what an id names, and reads its story.
    pub async fn of(stack: &Stack, arguments: &FollowArguments) -> Result<Self, Failure> {
        let tables = Tables::of(stack)?;
        match subject::find(&tables, &arguments.id).await? {
            Some(Subject::Request(id)) => {
                let stored = Stored::read(&tables, &id).await?;
                Ok(Self::of_request(id, &stored, arguments.show_personal))
            }
            Some(Subject::Purchase(id)) => Self::of_purchase(&tables, id).await,
            None => Err(not_found(&arguments.id)),
        }
    }

    fn of_request(id: String, stored: &Stored, show_personal: bool) -> Self {
        let events = stored.events();
        let item = stored.request.as_ref();
        let submitted_at = item.map(|item| &item["submission"]["submittedAt"]);
        let submitted_at = submitted_at.or(events.first().map(|event| &event.data["submittedAt"]));
        let looked = [
            ("matching", usize::from(item.is_some())),
            ("ledger", stored.charges.len()),
            ("notification", usize::from(stored.notification.is_some())),
            ("statistics", stored.history.len()),
        ];
        Self {
            state: item.and_then(|item| item["state"].as_str()).map(str::to_owned),
            submitted_at: submitted_at.and_then(|time| time.as_str()?.parse().ok()),
            request: item.map(|item| shown(item, show_personal)),
            expected: waits::expected(stored, &events),
            looked: looked.map(|(table, found)| Looked { table, found }).into(),
            subject: Subject::Request(id),
            events,
            now: Timestamp::now(),
        }
    }

    async fn of_purchase(tables: &Tables, id: String) -> Result<Self, Failure> {
        let pk = format!("purchase#{id}");
        let (decision, history) =
            futures_util::try_join!(tables.ledger.get(pk.clone(), "decision"), tables.statistics.query(pk))?;
        let mut events = Events::default();
        history.iter().for_each(|event| events.add_counted(event));
        decision
            .iter()
            .for_each(|decision| events.add_stored(&decision["publication"]));
        let looked = [
            ("ledger", usize::from(decision.is_some())),
            ("statistics", history.len()),
        ];
        Ok(Self {
            subject: Subject::Purchase(id),
            state: None,
            submitted_at: None,
            request: None,
            events: events.in_order(),
            expected: Vec::new(),
            looked: looked.map(|(table, found)| Looked { table, found }).into(),
            now: Timestamp::now(),
        })
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
    let why = "it is the id of no request, match or purchase that was decided";
    let next = "Look whether it is in quarantine or among the dead letters: matchflow status, docs/do/quarantine.md";
    Failure::new(what, why, next)
}

impl Report for Story {
    fn write(&self, screen: &mut Screen) {
        screen::write(self, screen);
    }
}
