//! The ledger's decisions, and the events saved with them.

use serde_json::Value;

use crate::json::{number, parse, text};
use crate::violation::{Rule, Subject, Violation};

/// What a decision does to its account, with the number of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posting {
    /// A transfer to the partner.
    Credit(i128),
    /// A transfer from the partner to the platform.
    Charge(i128),
    /// A charge that was refused.
    Refusal(i128),
    /// Neither a transfer nor a refusal.
    None,
}

/// A decision of the ledger, as far as rules need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The order's key: `match#…` or `purchase#…`.
    pub order: String,
    /// The partner whose account it is on.
    pub partner: String,
    /// What it does to the account.
    pub posting: Posting,
    /// The account's balance after it.
    pub balance: i128,
    /// Its number on the account, from 1; 0 if there was no account.
    pub sequence: i128,
    /// The request that the charged match is of; empty for a purchase.
    pub request: String,
    /// The time of the decision, as stored.
    pub decided_at: String,
    /// What is wrong with it by itself.
    flaw: Option<Box<(String, String)>>,
}

impl Decision {
    /// Reads a decision's item, and compares it with its event.
    pub fn of(item: &Value) -> Self {
        let event = parse(text(&item["publication"]["body"]));
        let owned = |value: &Value| text(value).to_owned();
        Self {
            order: owned(&item["order"]),
            partner: owned(&item["partner"]),
            posting: posting(item),
            balance: number(&item["balance"]),
            sequence: number(&item["sequence"]),
            request: owned(&event["data"]["requestId"]),
            decided_at: owned(&item["decidedAt"]),
            flaw: flaw(item, &event).map(Box::new),
        }
    }

    /// By how much it changes its account's balance.
    pub fn balance_change(&self) -> i128 {
        match self.posting {
            Posting::Credit(points) => points,
            Posting::Charge(points) => -points,
            Posting::Refusal(_) | Posting::None => 0,
        }
    }

    /// Whether it decides a charge, not a purchase.
    pub fn is_of_match(&self) -> bool {
        self.order.starts_with("match#")
    }

    pub(crate) fn check(&self) -> Option<Violation> {
        let (found, expected) = *self.flaw.clone()?;
        Some(Violation {
            rule: Rule::DecisionFitsEvent,
            subject: Subject::Decision(self.order.clone()),
            found,
            expected,
        })
    }
}

fn posting(item: &Value) -> Posting {
    let (transfer, refusal) = (&item["transfer"], &item["refusal"]);
    match (transfer.is_null(), refusal.is_null()) {
        (false, _) if transfer["credit"] == "platform" => Posting::Charge(number(&transfer["points"])),
        (false, _) => Posting::Credit(number(&transfer["points"])),
        (true, false) => Posting::Refusal(number(&refusal["points"])),
        (true, true) => Posting::None,
    }
}

/// A transfer names the account that it debits and the one that it credits, and its event repeats the decision.
fn flaw(item: &Value, event: &Value) -> Option<(String, String)> {
    let (event_type, data) = (text(&event["type"]), &event["data"]);
    let says = |data: &Value| format!("balance {} at sequence {}", data["balance"], data["sequence"]);
    if data["balance"] != item["balance"] || data["sequence"] != item["sequence"] {
        return Some((says(item), format!("as its event {event_type} says, {}", says(data))));
    }
    let partner = format!("partner#{}", text(&item["partner"]));
    let (transfer, refusal) = (&item["transfer"], &item["refusal"]);
    let sides = (text(&transfer["debit"]), text(&transfer["credit"]));
    let (kind, id, posting) = match event_type {
        "points.credited" if sides == ("platform", &*partner) => ("purchase", &data["purchaseId"], transfer),
        "points.deducted" if sides == (&*partner, "platform") => ("match", &data["matchId"], transfer),
        "points.rejected" if is_justified(data) => ("match", &data["matchId"], refusal),
        _ => {
            return Some((
                format!("transfer {transfer}, refusal {refusal}"),
                format!("fitting {event}"),
            ));
        }
    };
    let order = format!("{kind}#{}", text(id));
    let fits = posting["points"] == data["points"]
        && data["partnerId"] == item["partner"]
        && *order == item["order"]
        && (transfer.is_null() == (refusal["reason"] == data["reason"] && refusal.is_object()));
    let found = || format!("{}, partner {}, {posting}", item["order"], item["partner"]);
    (!fits).then(|| (found(), format!("as its event says, {data}")))
}

/// Whether a rejected charge has the reason that its event gives.
fn is_justified(rejection: &Value) -> bool {
    match text(&rejection["reason"]) {
        "insufficient_points" => number(&rejection["points"]) > number(&rejection["balance"]),
        "unknown_account" => number(&rejection["sequence"]) == 0,
        _ => false,
    }
}
