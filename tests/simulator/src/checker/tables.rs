//! What must hold of the tables' contents alone: guarantees 2 (points are exact) and 3 (claims are the live matches). The rules are
//! those that `matchflow audit` holds a deployed stack to.

use rules::{Rule, Tables};
use serde_json::Value;

use super::{Checked, Guarantee, Violation};

/// The first rule that does not hold.
pub fn check(tables: &Value) -> Checked {
    let first = Tables::of(tables).violations().next();
    first.map_or(Ok(()), |violation| {
        Err(Violation::new(guarantee(violation.rule), violation.to_string()))
    })
}

fn guarantee(rule: Rule) -> Guarantee {
    match rule {
        Rule::DecisionFitsEvent | Rule::AccountFollowsHistory | Rule::MatchCharge | Rule::ChargeHasMatch => {
            Guarantee::PointsExact
        }
        Rule::KnownBalance | Rule::OpenMatches | Rule::RequestState => Guarantee::MatchingExact,
    }
}
