//! The ledger: guarantees 2 (points are exact) and, for charges and purchases, 4 (order within a message group).

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;

use super::Guarantee::{GroupOrder, PointsExact};
use super::contract::unknown_type;
use super::{Checked, ensure};
use crate::json::{by_member, event_in, text};
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
        Ok(())
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
