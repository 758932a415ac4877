//! A resource's policy: who is let in, and who is refused.

use serde_json::Value;

/// A policy of a queue or a topic.
#[derive(Clone, Debug)]
pub struct Policy(Vec<Value>);

impl Policy {
    /// The policy of this document; one without statements if there is none.
    pub fn new(document: &Value) -> Self {
        Self(listed(&document["Statement"]).cloned().collect())
    }

    /// Whether everybody but those whom a statement names is refused an action.
    pub fn refuses(&self, action: &str) -> bool {
        self.of("Deny", action).any(is_for_everybody)
    }

    /// Whether a statement with this id refuses an action.
    pub fn refuses_by(&self, sid: &str, action: &str) -> bool {
        self.of("Deny", action)
            .any(|statement| statement["Sid"] == sid && is_for_everybody(statement))
    }

    /// Whether everybody is allowed something, under no condition.
    pub fn is_open(&self) -> bool {
        let is_bare = |statement: &Value| statement["Condition"].as_object().is_none_or(serde_json::Map::is_empty);
        let mut allowing = self.0.iter().filter(|statement| statement["Effect"] == "Allow");
        allowing.any(|statement| is_for_everybody(statement) && is_bare(statement))
    }

    /// Whether SNS may send for a topic.
    pub fn lets_in(&self, topic: &str) -> bool {
        let is_of_sns =
            |statement: &Value| listed(&statement["Principal"]["Service"]).any(|name| name == "sns.amazonaws.com");
        let names_topic = |statement: &Value| {
            let conditions = statement["Condition"].as_object().into_iter().flatten();
            let mut sources = conditions.flat_map(|(_, keys)| listed(&keys["aws:SourceArn"]));
            sources.any(|source| source == topic)
        };
        self.of("Allow", "sqs:SendMessage")
            .any(|statement| is_of_sns(statement) && names_topic(statement))
    }

    fn of<'a>(&'a self, effect: &'a str, action: &'a str) -> impl Iterator<Item = &'a Value> {
        let has = move |statement: &&Value| {
            statement["Effect"] == effect && listed(&statement["Action"]).any(|named| covers(named, action))
        };
        self.0.iter().filter(has)
    }
}

/// Whether an action of a policy is this one; case does not count.
fn covers(named: &Value, action: &str) -> bool {
    let named = named.as_str().unwrap_or_default().to_lowercase();
    let action = action.to_lowercase();
    let of_service = action.split(':').next().unwrap_or_default();
    named == action || named == "*" || named == format!("{of_service}:*")
}

fn is_for_everybody(statement: &Value) -> bool {
    let principal = &statement["Principal"];
    principal == "*" || listed(&principal["AWS"]).any(|named| named == "*")
}

/// A value that is a list or its only member.
pub fn listed(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(values) => values.iter(),
        Value::Null => [].iter(),
        only => std::slice::from_ref(only).iter(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(statement: &Value) -> Policy {
        Policy::new(&json!({ "Statement": statement }))
    }

    #[test]
    fn a_policy_refuses_only_what_it_refuses_everybody() {
        let deny = json!([{ "Sid": "S", "Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage" }]);
        assert!(policy(&deny).refuses("sqs:SendMessage"));
        assert!(policy(&deny).refuses_by("S", "sqs:SendMessage"));
        let of_one =
            json!({ "Effect": "Deny", "Principal": { "AWS": "arn:aws:iam::1:root" }, "Action": "sqs:SendMessage" });
        assert!(!policy(&of_one).refuses("sqs:SendMessage"));
        let of_other = json!({ "Effect": "Deny", "Principal": { "AWS": ["*"] }, "Action": ["SQS:ReceiveMessage"] });
        assert!(!policy(&of_other).refuses("sqs:SendMessage"));
        assert!(policy(&of_other).refuses("sqs:ReceiveMessage"));
        assert!(!Policy::new(&Value::Null).refuses("sqs:SendMessage"));
    }

    #[test]
    fn a_policy_is_open_if_it_allows_everybody_anything_without_a_condition() {
        let open = json!({ "Effect": "Allow", "Principal": "*", "Action": "sqs:*" });
        assert!(policy(&open).is_open());
        let bound = json!({ "Effect": "Allow", "Principal": "*", "Action": "sqs:*", "Condition": { "ArnEquals": { "aws:SourceArn": "t" } } });
        assert!(!policy(&bound).is_open());
    }

    #[test]
    fn the_topic_is_let_in_by_its_own_arn() {
        let of = |arn: &str| {
            policy(&json!({
                "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sqs:SendMessage",
                "Condition": { "ArnEquals": { "aws:SourceArn": arn } },
            }))
        };
        assert!(of("t").lets_in("t"));
        assert!(!of("other").lets_in("t"));
    }
}
