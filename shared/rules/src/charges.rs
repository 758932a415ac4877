//! Matches and their charges.

use std::collections::BTreeMap;

use crate::decision::{Decision, Posting};
use crate::request::{Request, order, states};
use crate::violation::{Rule, Subject, Violation};

/// The decisions on the charges of one request, by order.
pub(crate) type Charges<'a> = BTreeMap<&'a str, &'a Decision>;

/// The decisions on charges, by the request that they are for.
pub(crate) fn by_request<'a>(decisions: impl Iterator<Item = &'a Decision>) -> BTreeMap<&'a str, Charges<'a>> {
    let mut charges: BTreeMap<&str, Charges<'_>> = BTreeMap::new();
    for decision in decisions.filter(|decision| decision.is_of_match()) {
        let of_request = charges.entry(&decision.request).or_default();
        of_request.insert(&decision.order, decision);
    }
    charges
}

/// The charge of each match of a request is as its state says, and there is no other.
pub(crate) fn check(request: &Request, mut charges: Charges<'_>) -> Vec<Violation> {
    let mut violations = Vec::new();
    for attempt in request.attempts() {
        let order = order(&request.id, attempt);
        let charge = charges.remove(&*order);
        let (expected, is_right) = expectation(request, attempt, charge);
        if !is_right {
            violations.push(Violation {
                rule: Rule::MatchCharge,
                subject: Subject::Request(request.id.clone()),
                found: format!("{}, its {order} of attempt {attempt} {}", request.state, shown(charge)),
                expected: expected.to_owned(),
            });
        }
    }
    violations.extend(charges.into_values().map(without_match));
    violations
}

/// What the charge of an attempt's match should be, and whether it is.
fn expectation(request: &Request, attempt: i128, charge: Option<&Decision>) -> (&'static str, bool) {
    let is_current = attempt == request.attempt;
    let state = &*request.state;
    let is_of_partner = charge.is_none_or(|charge| charge.partner == request.partner);
    let posting = charge.map(|charge| charge.posting);
    if request.released.contains(&attempt) {
        let is_refused = matches!(posting, Some(Posting::Refusal(_)));
        ("refused, since the match was released", is_refused)
    } else if is_current && states::CHARGED.contains(&state) {
        let is_charged = matches!(posting, Some(Posting::Charge(_))) && is_of_partner;
        ("charged to the request's partner", is_charged)
    } else if is_current && request.is_live() {
        (
            "undecided, or decided on the account of the request's partner",
            is_of_partner,
        )
    } else {
        ("without a charge, since the attempt made no match", charge.is_none())
    }
}

fn shown(charge: Option<&Decision>) -> String {
    let Some(charge) = charge else {
        return "is not decided".to_owned();
    };
    match charge.posting {
        Posting::Charge(points) => format!("is charged, {points} points of {}", charge.partner),
        Posting::Refusal(points) => format!("is refused, {points} points of {}", charge.partner),
        Posting::Credit(_) | Posting::None => "has a decision that is no charge".to_owned(),
    }
}

/// A charge whose request has no such match.
pub(crate) fn without_match(charge: &Decision) -> Violation {
    Violation {
        rule: Rule::ChargeHasMatch,
        subject: Subject::Decision(charge.order.clone()),
        found: format!("{}, for request {}", shown(Some(charge)), charge.request),
        expected: "for a match that this request has".to_owned(),
    }
}
