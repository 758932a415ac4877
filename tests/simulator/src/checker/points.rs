//! The books: invariant 2.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;

use super::{Holds, by, event, holds, list, number, parsed, text};
use crate::sqs::Delivery;

/// When what was decided, by partner and order.
#[derive(Default)]
pub(super) struct Decided(BTreeMap<String, SystemTime>);

impl Decided {
    pub(super) fn step(&mut self, before: &Value, after: &Value, now: SystemTime) -> Holds {
        let decisions = by(&after["decisions"], "order");
        let known = by(&before["decisions"], "order");
        for (order, decision) in &known {
            holds!(
                decisions.get(order) == Some(decision),
                "the decision on {order} was changed"
            );
        }
        for (order, decision) in decisions.iter().filter(|(o, _)| !known.contains_key(*o)) {
            let partner = text(&decision["partner"]);
            self.0.insert(format!("{partner} {order}"), now);
        }
        books(after)
    }

    /// Of a group's messages in a batch, none was decided behind one that is not: a first failure stops the rest. (A dead letter
    /// that was put back comes behind others, so that this holds until then.)
    pub(super) fn in_order(
        &self,
        done: &[&Delivery],
        stopped: &[&Delivery],
        begun: SystemTime,
    ) -> Holds {
        let orders: Vec<_> = done.iter().chain(stopped).map(|m| order(m)).collect();
        let decided = |order: &String| self.0.get(order).is_some_and(|at| *at >= begun);
        let known = |order: &Option<String>| order.as_ref().is_some_and(|o| self.0.contains_key(o));
        let mut places = done.len()..orders.len();
        let Some(first) = places.find(|place| !known(&orders[*place])) else {
            return Ok(());
        };
        let (before, behind) = orders.split_at(first);
        let behind = behind.iter().filter(|order| !before.contains(order));
        let early = behind.flatten().find(|order| decided(order));
        holds!(
            early.is_none(),
            "{early:?} was decided before {:?}",
            orders[first]
        );
        Ok(())
    }
}

/// What is decided of a message: its partner, which is its group, and the decision's key.
fn order(message: &Delivery) -> Option<String> {
    let event = event(&message.body);
    let data = &event["data"];
    let order = match text(&event["type"]) {
        "points.purchased" => format!("purchase#{}", text(&data["purchaseId"])),
        "request.matched" => format!("match#{}", text(&data["matchId"])),
        _ => return None,
    };
    Some(format!("{} {order}", message.group.as_ref()?))
}

/// Every account is what its history says.
fn books(after: &Value) -> Holds {
    let decisions = by(&after["decisions"], "order");
    let mut histories: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for entry in list(&after["entries"]) {
        histories
            .entry(text(&entry["partner"]))
            .or_default()
            .push(entry);
    }
    let accounts = by(&after["accounts"], "partner");
    holds!(
        accounts.len() == histories.len(),
        "an account without history, or a history without account"
    );
    let counted = decisions.values().filter(|d| number(&d["sequence"]) > 0);
    holds!(
        counted.count() == list(&after["entries"]).count(),
        "a decision that is in no account's history"
    );
    for (partner, history) in &histories {
        let (balance, sequence) = told(partner, history, &decisions)?;
        let account = &accounts[partner]["account"];
        let stands =
            (number(&account["balance"]), number(&account["sequence"])) == (balance, sequence);
        holds!(
            stands,
            "{partner} has {account} after {balance} points at {sequence}"
        );
    }
    decisions
        .values()
        .try_for_each(|decision| double_entry(decision))
}

/// A history told from its beginning: its end.
fn told(
    partner: &str,
    history: &[&Value],
    decisions: &BTreeMap<&str, &Value>,
) -> Result<(i128, i128), String> {
    let mut balance = 0;
    let mut sequence = 0;
    for entry in history {
        balance += number(&entry["change"]);
        sequence += 1;
        let as_told =
            (number(&entry["balance"]), number(&entry["sequence"])) == (balance, sequence);
        holds!(
            as_told,
            "{partner}: {entry} where {balance} points at {sequence} were due"
        );
        holds!(balance >= 0, "{partner} has {balance} points");
        let decision = decisions.get(text(&entry["order"])).copied();
        let same = decision
            .is_some_and(|d| d["partner"] == *partner && d["sequence"] == entry["sequence"]);
        holds!(same, "{partner}: {entry} is of no decision");
        let moved = decision.map_or(0, |decision| moved(&decision["transfer"]));
        holds!(
            number(&entry["change"]) == moved,
            "{partner}: {entry} where {moved} points moved"
        );
    }
    Ok((balance, sequence))
}

/// By how much a transfer changes its partner's balance.
fn moved(transfer: &Value) -> i128 {
    let points = number(&transfer["points"]);
    if text(&transfer["credit"]) == "platform" {
        -points
    } else {
        points
    }
}

/// Every transfer names the account that it debits and the one that it credits, and its event tells the same.
fn double_entry(decision: &Value) -> Holds {
    let partner = format!("partner#{}", text(&decision["partner"]));
    let event = parsed(text(&decision["publication"]["body"]));
    let data = &event["data"];
    let told = data["balance"] == decision["balance"] && data["sequence"] == decision["sequence"];
    holds!(told, "{event} tells something else than {decision}");
    let transfer = &decision["transfer"];
    let sides = (text(&transfer["debit"]), text(&transfer["credit"]));
    let right = match text(&event["type"]) {
        "points.credited" => sides == ("platform", &partner),
        "points.deducted" => sides == (&*partner, "platform"),
        "points.rejected" => transfer.is_null() && is_due(data),
        _ => false,
    } && (transfer.is_null() || transfer["points"] == data["points"]);
    holds!(right, "{} by {decision}", event["type"]);
    Ok(())
}

/// Whether a refusal has its reason.
fn is_due(refusal: &Value) -> bool {
    match text(&refusal["reason"]) {
        "insufficient_points" => number(&refusal["points"]) > number(&refusal["balance"]),
        "unknown_account" => number(&refusal["sequence"]) == 0,
        _ => false,
    }
}
