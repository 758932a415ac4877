//! All that is stored of one request.

use contract::{RequestId, ids};
use futures_util::try_join;
use serde_json::Value;

use super::event::{Event, Events};
use crate::failure::Failure;
use crate::tables::Tables;

/// The most attempts that the setting `MaxAttempts` allows: an event that says more was not published by matching.
const MAX_ATTEMPTS: u32 = 1000;

/// All that is stored of one request.
#[derive(Debug, Default)]
pub struct Stored {
    /// Its item in matching's table; none before it is decided for the first time, and after its retention.
    pub request: Option<Value>,
    /// Its item in notification's table; none before the customer is told anything.
    pub notification: Option<Value>,
    /// The decisions on its charges.
    pub charges: Vec<Value>,
    /// Its history in statistics' table.
    pub history: Vec<Value>,
}

impl Stored {
    /// Reads all of a request.
    pub async fn read(tables: &Tables, id: &str) -> Result<Self, Failure> {
        let pk = format!("request#{id}");
        let (request, notification, history) = try_join!(
            tables.matching.get(pk.clone(), "request"),
            tables.notification.get(pk.clone(), "told"),
            tables.statistics.query(pk),
        )?;
        let mut read = Self {
            request,
            notification,
            history,
            charges: Vec::new(),
        };
        let charges = read.match_ids(id).map(|id| (format!("match#{id}"), "decision"));
        read.charges = tables.ledger.get_all(charges).await?;
        Ok(read)
    }

    /// The id that each attempt's match has, if the attempt is a match: ids are derived from the request's.
    fn match_ids(&self, id: &str) -> impl Iterator<Item = String> + use<> {
        let counted = self
            .history
            .iter()
            .filter_map(|event| event["data"]["attempt"].as_u64());
        let stored = self.request.iter().filter_map(|request| request["attempt"].as_u64());
        let last = counted.chain(stored).max().unwrap_or_default();
        let request = RequestId::try_from(id.to_owned()).ok();
        let attempts = 1..=u32::try_from(last).unwrap_or(MAX_ATTEMPTS).min(MAX_ATTEMPTS);
        request.into_iter().flat_map(move |request| {
            let attempts = attempts.clone();
            attempts.map(move |attempt| ids::match_id(&request, attempt).to_string())
        })
    }

    /// Everything that happened, in order.
    pub fn events(&self) -> Vec<Event> {
        let mut events = Events::default();
        self.history.iter().for_each(|event| events.add_counted(event));
        let saved = self.request.iter().map(|request| &request["saved"]);
        let charged = self.charges.iter().map(|charge| &charge["publication"]);
        let told = self
            .outcomes()
            .filter_map(|outcome| outcome["publications"].as_array())
            .flatten();
        saved
            .chain(charged)
            .chain(told)
            .for_each(|publication| events.add_stored(publication));
        events.in_order()
    }

    /// What came of telling the customer, attempt by attempt.
    fn outcomes(&self) -> impl Iterator<Item = &Value> {
        let items = self.notification.iter().filter_map(Value::as_object);
        let attributes = items.flat_map(|item| item.iter());
        attributes
            .filter(|(name, _)| name.starts_with("told#"))
            .map(|(_, outcome)| outcome)
    }

    /// Whether the customer was told of this attempt, or it was tried.
    pub fn was_told_of(&self, attempt: u64) -> bool {
        let item = self.notification.as_ref();
        item.is_some_and(|item| {
            item[&format!("told#{attempt}")].is_object() || item["attempt"].as_u64() > Some(attempt)
        })
    }
}
