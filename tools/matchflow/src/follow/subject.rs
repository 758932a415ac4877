//! What an id names: it is looked up under the keys of all tables.

use futures_util::try_join;
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::tables::Tables;

/// What is followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "camelCase")]
pub enum Subject {
    /// A customer's request.
    Request(String),
    /// A partner's purchase of points.
    Purchase(String),
    /// A partner, registered or with an account.
    Partner(String),
    /// A record that failed before anything was decided about it, by the id of its request, its purchase or its message.
    Failed(String),
}

impl Subject {
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Request(id) | Self::Purchase(id) | Self::Partner(id) | Self::Failed(id) => id,
        }
    }
}

/// Finds the request, purchase or partner that an id names: its own id, that of one of a request's matches, or an order of the ledger.
pub async fn find(tables: &Tables, id: &str) -> Result<Option<Subject>, Failure> {
    if let Some(subject) = find_by_id(tables, id).await? {
        return Ok(Some(subject));
    }
    let Some(order) = Order::of(id) else {
        return Ok(None);
    };
    // The decision alone: a request or a partner may have the purchase's id, too.
    let decision = tables.ledger.get(id.to_owned(), "decision").await?;
    Ok(decision.and_then(|decision| order.subject(&decision)))
}

/// What a decision of the ledger is about, as `pk` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order<'a> {
    /// `match#` and the match's id.
    Charge,
    /// `purchase#` and this id.
    Purchase(&'a str),
}

impl<'a> Order<'a> {
    fn of(id: &'a str) -> Option<Self> {
        match id.split_once('#')? {
            ("match", _) => Some(Self::Charge),
            ("purchase", id) => Some(Self::Purchase(id)),
            _ => None,
        }
    }

    fn subject(self, decision: &Value) -> Option<Subject> {
        match self {
            Self::Charge => request_of(decision).map(Subject::Request),
            Self::Purchase(id) => Some(Subject::Purchase(id.to_owned())),
        }
    }
}

async fn find_by_id(tables: &Tables, id: &str) -> Result<Option<Subject>, Failure> {
    let partner = format!("partner#{id}");
    let (request, charge, purchase, history, partner, account) = try_join!(
        tables.matching.get(format!("request#{id}"), "request"),
        tables.ledger.get(format!("match#{id}"), "decision"),
        tables.ledger.get(format!("purchase#{id}"), "decision"),
        tables.statistics.query(format!("request#{id}")),
        tables.matching.get(partner.clone(), "partner"),
        tables.ledger.get(partner.clone(), "account"),
    )?;
    if request.is_some() || !history.is_empty() {
        return Ok(Some(Subject::Request(id.to_owned())));
    }
    let charged = charge.as_ref().and_then(request_of);
    let purchase = purchase.map(|_| Subject::Purchase(id.to_owned()));
    let partner = partner.or(account).map(|_| Subject::Partner(id.to_owned()));
    Ok(charged.map(Subject::Request).or(purchase).or(partner))
}

/// The request that a charge is for.
fn request_of(decision: &Value) -> Option<String> {
    let event: Value = serde_json::from_str(decision["publication"]["body"].as_str()?).ok()?;
    Some(event["data"]["requestId"].as_str()?.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_order_of_the_ledger_leads_to_its_request_or_purchase() {
        let decision = json!({ "publication": { "body": "{\"data\":{\"requestId\":\"r-1\"}}" } });
        let subject = |order: &str| Order::of(order)?.subject(&decision);
        assert_eq!(subject("match#m-1"), Some(Subject::Request("r-1".to_owned())));
        assert_eq!(subject("purchase#b#1"), Some(Subject::Purchase("b#1".to_owned())));
        assert_eq!((subject("m-1"), subject("request#r-1")), (None, None));
    }
}
