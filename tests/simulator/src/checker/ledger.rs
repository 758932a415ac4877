//! The ledger: guarantees 2 (points are exact) and, for charges and purchases, 4 (order within a message group).

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;

use super::Guarantee::{GroupOrder, PointsExact};
use super::contract::unknown_type;
use super::{Checked, ensure};
use crate::json::{by_member, elements, event_in, number, parse, text};
use crate::sqs::Delivery;

/// When each order was decided, by partner and order key.
#[derive(Default)]
pub struct DecisionTimes(BTreeMap<String, SystemTime>);

impl DecisionTimes {
    pub fn after_write(&mut self, before: &Value, after: &Value, now: SystemTime) -> Checked {
        let decisions = by_member(&after["decisions"], "order");
        let known = by_member(&before["decisions"], "order");
        for (order, decision) in &known {
            let unchanged = decisions.get(order) == Some(decision);
            ensure!(PointsExact: unchanged, "the decision on {order} was changed");
        }
        for (order, decision) in decisions.iter().filter(|(order, _)| !known.contains_key(*order)) {
            let partner = text(&decision["partner"]);
            self.0.insert(format!("{partner} {order}"), now);
        }
        check_accounts(after)
    }

    /// Of a message group's part of a batch, nothing was decided behind an order that is still undecided: the first failure
    /// stops the group. (A redriven message comes behind others, so that this holds until the first redrive only.)
    pub fn check_order(&self, done: &[&Delivery], failed: &[&Delivery], started_at: SystemTime) -> Checked {
        let orders: Vec<Option<String>> = done.iter().chain(failed).map(|m| order(m)).collect();
        let is_decided = |order: &Option<String>| order.as_ref().is_some_and(|o| self.0.contains_key(o));
        let mut undecided = (done.len()..orders.len()).filter(|at| !is_decided(&orders[*at]));
        let Some(first) = undecided.next() else {
            return Ok(());
        };
        let (before, behind) = orders.split_at(first);
        let decided_now = |order: &String| self.0.get(order).is_some_and(|at| *at >= started_at);
        let behind = behind.iter().filter(|order| !before.contains(order));
        let early = behind.flatten().find(|order| decided_now(order));
        ensure!(GroupOrder: early.is_none(),
            "{early:?} was decided before {:?}, which comes first in the message group", orders[first]);
        Ok(())
    }
}

/// What a message asks points to decide: its partner, which is its message group, and the order key.
fn order(message: &Delivery) -> Option<String> {
    let event = event_in(&message.content.body);
    let data = &event["data"];
    let order = match text(&event["type"]) {
        "points.purchased" => format!("purchase#{}", text(&data["purchaseId"])),
        "request.matched" => format!("match#{}", text(&data["matchId"])),
        // What matching is told, misspelt types, and unreadable messages.
        "partner.registered" | "request.submitted" | "match.closed" | "request.deferred" | "points.credited"
        | "points.deducted" | "points.rejected" | "request.submitted " | "points.purchase" | "" => return None,
        unknown => unknown_type(unknown, "ledger::order"),
    };
    Some(format!("{} {order}", message.content.group.as_ref()?))
}

/// Every account agrees with its history: the decisions on it, in the order of their sequences.
fn check_accounts(tables: &Value) -> Checked {
    let mut histories: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for decision in elements(&tables["decisions"]) {
        check_decision(decision)?;
        if number(&decision["sequence"]) > 0 {
            let partner = text(&decision["partner"]);
            histories.entry(partner).or_default().push(decision);
        }
    }
    let accounts = by_member(&tables["accounts"], "partner");
    ensure!(PointsExact: accounts.len() == histories.len(),
        "an account has no history, or a history no account");
    for (partner, history) in &mut histories {
        history.sort_by_key(|decision| number(&decision["sequence"]));
        let (balance, sequence) = replay(partner, history)?;
        let account = &accounts[partner]["account"];
        ensure!(PointsExact: (number(&account["balance"]), number(&account["sequence"])) == (balance, sequence),
            "the account of {partner} is {account}, but its history ends with {balance} points at {sequence}");
    }
    Ok(())
}

/// Adds up a partner's history from its beginning, and returns the last balance and sequence.
fn replay(partner: &str, history: &[&Value]) -> Checked<(i128, i128)> {
    let mut balance = 0;
    let mut sequence = 0;
    for decision in history {
        balance += moved_points(&decision["transfer"]);
        sequence += 1;
        ensure!(PointsExact: (number(&decision["balance"]), number(&decision["sequence"])) == (balance, sequence),
            "{partner}: {decision} should have {balance} points at {sequence}");
        ensure!(PointsExact: balance >= 0, "{partner} has {balance} points");
    }
    Ok((balance, sequence))
}

/// By how much a transfer changes the partner's balance; a refusal has none.
fn moved_points(transfer: &Value) -> i128 {
    let points = number(&transfer["points"]);
    if transfer["credit"] == "platform" {
        -points
    } else {
        points
    }
}

/// A transfer names the account that it debits and the one that it credits, and its event repeats the decision.
fn check_decision(decision: &Value) -> Checked {
    let event = parse(text(&decision["publication"]["body"]));
    let (event_type, data) = (text(&event["type"]), &event["data"]);
    ensure!(PointsExact: data["balance"] == decision["balance"] && data["sequence"] == decision["sequence"],
        "{event} contradicts {decision}");
    let partner = format!("partner#{}", text(&decision["partner"]));
    let transfer = &decision["transfer"];
    let sides = (text(&transfer["debit"]), text(&transfer["credit"]));
    let sides_fit = match event_type {
        "points.credited" => sides == ("platform", &partner),
        "points.deducted" => sides == (&*partner, "platform"),
        "points.rejected" => transfer.is_null() && is_justified(data),
        _ => false,
    };
    let points_fit = transfer.is_null() || transfer["points"] == data["points"];
    ensure!(PointsExact: sides_fit && points_fit, "{event_type} does not fit {decision}");
    Ok(())
}

/// Whether a rejected charge has the reason that its event gives.
fn is_justified(rejection: &Value) -> bool {
    match text(&rejection["reason"]) {
        "insufficient_points" => number(&rejection["points"]) > number(&rejection["balance"]),
        "unknown_account" => number(&rejection["sequence"]) == 0,
        _ => false,
    }
}
