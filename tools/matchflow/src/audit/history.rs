//! The ledger's decisions as JSON lines, for a checker that shares nothing with this program.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use rules::{Decision, Posting};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::printable::printable_json;

/// A file for the decisions. It is made before anything is read: a wrong path costs no read units.
pub struct History<'a> {
    path: &'a Path,
    file: File,
}

impl<'a> History<'a> {
    /// Makes the file, or empties it.
    pub fn create(path: &'a Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| failed(path, &error))?;
        Ok(Self { path, file })
    }

    /// Writes the decisions, in order, one a line.
    pub fn write<'d>(self, decisions: impl Iterator<Item = &'d Decision>) -> Result<(), Failure> {
        let mut lines = BufWriter::new(self.file);
        for decision in in_order(decisions) {
            let line = printable_json(&line(decision).to_string());
            writeln!(lines, "{line}").map_err(|error| failed(self.path, &error))?;
        }
        lines.flush().map_err(|error| failed(self.path, &error))
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    let what = format!("{} cannot be written", path.display());
    Failure::new(what, error.to_string(), "Give another file")
}

/// Account by account, each in the order of its sequences; refusals for an account that there was not come first, by their times.
fn in_order<'a>(decisions: impl Iterator<Item = &'a Decision>) -> Vec<&'a Decision> {
    let mut decisions: Vec<&Decision> = decisions.collect();
    decisions.sort_by_key(|decision| {
        (
            &decision.partner,
            decision.sequence,
            &decision.decided_at,
            &decision.order,
        )
    });
    decisions
}

fn line(decision: &Decision) -> Value {
    let (kind, points) = match decision.posting {
        Posting::Credit(points) => ("credit", points),
        Posting::Charge(points) => ("charge", points),
        Posting::Refusal(points) => ("refusal", points),
        Posting::None => ("none", 0),
    };
    let mut line = json!({
        "partner": decision.partner,
        "sequence": number(decision.sequence),
        "order": decision.order,
        "kind": kind,
        "points": number(points),
        "balance": number(decision.balance),
        "decidedAt": decision.decided_at,
    });
    if !decision.request.is_empty() {
        line["request"] = decision.request.clone().into();
    }
    line
}

/// Numbers of the ledger have 64 bits.
fn number(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(order: &str, partner: &str, sequence: u64, posting: &Value) -> Decision {
        let mut item = json!({ "order": order, "partner": partner, "sequence": sequence, "balance": 7, "decidedAt": "2026-03-02T00:00:00Z",
            "publication": { "body": "{\"data\":{\"requestId\":\"r\"}}" } });
        item.as_object_mut()
            .unwrap()
            .extend(posting.as_object().unwrap().clone());
        Decision::of(&item)
    }

    #[test]
    fn decisions_are_in_the_order_of_their_accounts_and_sequences() {
        let refusal = json!({ "refusal": { "points": 3 } });
        let decisions = [
            ("match#a", "q", 1),
            ("match#b", "p", 10),
            ("match#c", "p", 9),
            ("match#d", "p", 0),
        ];
        let decisions = decisions.map(|(order, partner, sequence)| decision(order, partner, sequence, &refusal));
        let orders: Vec<_> = in_order(decisions.iter())
            .into_iter()
            .map(|decision| &*decision.order)
            .collect();
        assert_eq!(orders, ["match#d", "match#c", "match#b", "match#a"]);
    }

    #[test]
    fn a_line_says_what_a_checker_adds_up() {
        let charge = json!({ "transfer": { "points": 3, "credit": "platform" } });
        let expected = json!({ "partner": "p", "sequence": 2, "order": "match#a", "kind": "charge", "points": 3, "balance": 7,
            "decidedAt": "2026-03-02T00:00:00Z", "request": "r" });
        assert_eq!(line(&decision("match#a", "p", 2, &charge)), expected);
    }
}
