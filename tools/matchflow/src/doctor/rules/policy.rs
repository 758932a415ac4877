//! A resource's policy: what it refuses everybody, and whether it lets the topic and the account in.

use serde_json::Value;

use super::statement::{Principal, Statement};

/// A policy of the key, the topic or a queue.
#[derive(Clone, Debug)]
pub struct Policy(Vec<Statement>);

impl Policy {
    /// The policy of this document; one without statements if there is none.
    pub fn new(document: &Value) -> Self {
        Self(listed(&document["Statement"]).cloned().map(Statement::new).collect())
    }

    /// The policy of a document as AWS answers it.
    pub fn of_text(document: &str) -> Self {
        Self::new(&serde_json::from_str(document).unwrap_or_default())
    }

    /// The statements that allow something.
    pub fn allowing(&self) -> impl Iterator<Item = &Statement> {
        self.0.iter().filter(|statement| statement.is("Allow"))
    }

    /// Whether everybody but those whom a statement names is refused an action.
    pub fn refuses(&self, action: &str) -> bool {
        self.refusals(action).next().is_some()
    }

    /// Whether a statement with this id refuses an action.
    pub fn refuses_by(&self, sid: &str, action: &str) -> bool {
        self.refusals(action).any(|statement| statement.sid() == sid)
    }

    fn refusals(&self, action: &str) -> impl Iterator<Item = &Statement> {
        let of_all =
            |statement: &&Statement| statement.is("Deny") && statement.principals().contains(&Principal::Everybody);
        self.0
            .iter()
            .filter(of_all)
            .filter(move |statement| statement.covers(action))
    }

    /// Whether SNS may do all this for a topic.
    pub fn lets_topic(&self, topic: &str, actions: &[String]) -> bool {
        self.let_all(actions, |statement| {
            let is_of_sns = statement.principals().iter().any(Principal::is_sns);
            is_of_sns && (statement.is_unconditional() || statement.sources().contains(&topic))
        })
    }

    /// Whether an account may do all this, so that it can leave it to IAM.
    pub fn lets_account(&self, account: &str, actions: &[String]) -> bool {
        self.let_all(actions, |statement| {
            let is_whole = |principal: &Principal| principal.is_whole_account() && principal.account() == Some(account);
            statement.is_unconditional() && statement.principals().iter().any(is_whole)
        })
    }

    fn let_all(&self, actions: &[String], fits: impl Fn(&Statement) -> bool) -> bool {
        let is_let = |action: &String| self.allowing().any(|one| one.covers(action) && fits(one));
        actions.iter().all(is_let)
    }
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
        assert!(!policy(&deny).refuses_by("T", "sqs:SendMessage"));
        let of_one =
            json!({ "Effect": "Deny", "Principal": { "AWS": "arn:aws:iam::1:root" }, "Action": "sqs:SendMessage" });
        assert!(!policy(&of_one).refuses("sqs:SendMessage"));
        let of_other = json!({ "Effect": "Deny", "Principal": { "AWS": ["*"] }, "Action": ["SQS:ReceiveMessage"] });
        assert!(!policy(&of_other).refuses("sqs:SendMessage"));
        assert!(policy(&of_other).refuses("sqs:ReceiveMessage"));
        assert!(!Policy::new(&Value::Null).refuses("sqs:SendMessage"));
    }

    #[test]
    fn the_topic_is_let_in_by_its_own_arn_to_all_that_it_needs() {
        let lets = |arn: &str, action: &str| {
            let statement = json!({
                "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": action,
                "Condition": { "ArnEquals": { "aws:SourceArn": arn } },
            });
            policy(&statement).lets_topic("t", &["kms:Decrypt".to_owned(), "kms:GenerateDataKey".to_owned()])
        };
        assert!(lets("t", "kms:*"));
        assert!(!lets("other", "kms:*"));
        assert!(!lets("t", "kms:Decrypt"));
        let any = json!({ "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "kms:*" });
        assert!(policy(&any).lets_topic("t", &["kms:Decrypt".to_owned()]));
        let other = json!({ "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" }, "Action": "kms:*" });
        assert!(!policy(&other).lets_topic("t", &["kms:Decrypt".to_owned()]));
    }

    #[test]
    fn the_account_is_let_in_as_a_whole_and_without_a_condition() {
        let lets = |principal: &str, action: &str, condition: Value| {
            let principal = json!({ "AWS": principal });
            let statement =
                json!({ "Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition });
            policy(&statement).lets_account("1", &["kms:*".to_owned()])
        };
        assert!(lets("arn:aws:iam::1:root", "kms:*", json!({})) && lets("1", "*", Value::Null));
        assert!(!lets("arn:aws:iam::2:root", "kms:*", Value::Null));
        assert!(!lets("arn:aws:iam::1:role/r", "kms:*", Value::Null));
        assert!(!lets("1", "kms:Decrypt", Value::Null));
        assert!(!lets(
            "1",
            "kms:*",
            json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } })
        ));
    }
}
