//! What an audit reports.

use rules::{Subject, Violation};
use serde::Serialize;

use crate::shell::command;

/// Something that disagrees.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// The rule that does not hold, as docs/do/audit.md names it.
    pub rule: &'static str,
    /// What it does not hold of.
    pub item: String,
    /// What is stored.
    pub found: String,
    /// What should be.
    pub expected: String,
    /// The command that shows more.
    pub look: String,
}

/// Something that could not be judged.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotJudged {
    pub item: String,
    pub why: String,
}

impl Difference {
    /// An item under this key, which should be another.
    pub fn of_key(key: &str, expected: &str) -> Self {
        let subject = match key.split_once('#') {
            Some(("partner", id)) => Subject::Partner(id.to_owned()),
            Some(("request", id)) => Subject::Request(id.to_owned()),
            _ => Subject::Decision(key.to_owned()),
        };
        Self {
            rule: "key-fits-item",
            item: subject.to_string(),
            found: format!("its key is {key}"),
            expected: format!("{expected}, by what is in it"),
            look: look(&subject),
        }
    }
}

impl From<Violation> for Difference {
    fn from(violation: Violation) -> Self {
        Self {
            rule: violation.rule.name(),
            item: violation.subject.to_string(),
            found: violation.found,
            expected: violation.expected,
            look: look(&violation.subject),
        }
    }
}

/// The command that shows more of it: `follow` takes the id of a match or purchase, too.
fn look(subject: &Subject) -> String {
    match subject {
        Subject::Partner(id) => command("partner", id),
        Subject::Request(id) => command("follow", id),
        Subject::Decision(order) => command("follow", order.split_once('#').map_or(order, |(_, id)| id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_names_the_command_that_shows_more() {
        for (subject, expected) in [
            (Subject::Partner("p-1".to_owned()), "matchflow partner p-1"),
            (Subject::Request("r#1".to_owned()), "matchflow follow 'r#1'"),
            (Subject::Decision("purchase#buy-1".to_owned()), "matchflow follow buy-1"),
        ] {
            assert_eq!(look(&subject), expected);
        }
    }
}
