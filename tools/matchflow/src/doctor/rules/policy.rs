//! A resource's policy: its statements, and whether they let the topic and the account in.

use serde_json::{Value, json};

use super::statement::{Principal, Statement};

/// A policy of the key, the topic or a queue.
#[derive(Clone, Debug)]
pub struct Policy {
    document: Value,
    statements: Vec<Statement>,
}

impl Policy {
    /// The policy of this document; one without statements if there is none.
    pub fn new(document: &Value) -> Self {
        Self {
            statements: listed(&document["Statement"]).cloned().map(Statement::new).collect(),
            document: document.clone(),
        }
    }

    /// The policy of a document as AWS answers it.
    pub fn of_text(document: &str) -> Self {
        Self::new(&serde_json::from_str(document).unwrap_or_default())
    }

    /// It as a text for AWS, which is empty where nothing is left of it.
    pub fn text(&self) -> String {
        let statements: Vec<&Value> = self.statements.iter().map(Statement::value).collect();
        if statements.is_empty() {
            return String::new();
        }
        let mut document = json!({ "Version": "2012-10-17" });
        let read = self.document.as_object().into_iter().flatten();
        for (member, value) in read {
            document[member] = value.clone();
        }
        document["Statement"] = json!(statements);
        document.to_string()
    }

    /// It with the statements that are to stay.
    pub fn keeping(mut self, stays: impl Fn(&Statement) -> bool) -> Self {
        self.statements.retain(stays);
        self
    }

    /// It with a statement more, in the place of one that has its id.
    pub fn with(self, statement: Statement) -> Self {
        let mut others = self.keeping(|one| one.sid() != statement.sid());
        others.statements.push(statement);
        others
    }

    pub fn statements(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter()
    }

    /// The statements that allow something.
    pub fn allowing(&self) -> impl Iterator<Item = &Statement> {
        self.statements().filter(|statement| statement.is("Allow"))
    }

    /// Whether SNS may do all this with a resource for a topic, under no other condition than that.
    pub fn lets_topic(&self, topic: &str, actions: &[String], resource: &str) -> bool {
        self.let_all(actions, resource, |statement| {
            let is_of_sns = statement.principals().iter().any(Principal::is_sns);
            let mut conditions = statement.conditions();
            let is_bound_by_it_alone = conditions.all(|(_, key)| key.eq_ignore_ascii_case("aws:SourceArn"));
            let is_of_topic = statement.is_unconditional() || statement.sources().contains(&topic);
            is_of_sns && is_bound_by_it_alone && is_of_topic
        })
    }

    /// Whether an account may do all this with a resource, so that it can leave it to IAM.
    pub fn lets_account(&self, account: &str, actions: &[String], resource: &str) -> bool {
        self.let_all(actions, resource, |statement| {
            let is_whole = |principal: &Principal| principal.is_whole_account() && principal.account() == Some(account);
            statement.is_unconditional() && statement.principals().iter().any(is_whole)
        })
    }

    fn let_all(&self, actions: &[String], resource: &str, fits: impl Fn(&Statement) -> bool) -> bool {
        let is_let = |action: &String| self.allowing().any(|one| one.names(action, resource) && fits(one));
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
    use super::*;

    fn policy(statement: &Value) -> Policy {
        Policy::new(&json!({ "Statement": statement }))
    }

    #[test]
    fn a_changed_policy_keeps_what_else_it_has() {
        let one = |sid: &str, action: &str| json!({ "Sid": sid, "Action": action });
        let text =
            |statements: Value| json!({ "Version": "2008-10-17", "Id": "i", "Statement": statements }).to_string();
        let read = Policy::of_text(&text(json!([one("S", "a"), one("T", "b")])));
        assert_eq!(read.text(), text(json!([one("S", "a"), one("T", "b")])));
        let with = read.clone().with(Statement::new(one("S", "c")));
        assert_eq!(with.text(), text(json!([one("T", "b"), one("S", "c")])));
        let without = read.clone().keeping(|one| one.sid() == "S");
        assert_eq!(without.text(), text(json!([one("S", "a")])));
        assert_eq!(read.keeping(|_| false).text(), "");
        let new = Policy::of_text("").with(Statement::new(one("S", "a")));
        assert_eq!(
            new.text(),
            json!({ "Version": "2012-10-17", "Statement": [one("S", "a")] }).to_string()
        );
    }

    #[test]
    fn the_topic_is_let_in_by_its_own_arn_to_all_that_it_needs_and_under_no_other_condition() {
        let good = json!({
            "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": "r", "Condition": { "ArnEquals": { "aws:SourceArn": "t" } },
        });
        let lets_with = |pointer: &str, value: Value| {
            let mut statement = good.clone();
            *statement.pointer_mut(pointer).unwrap() = value;
            policy(&statement).lets_topic("t", &["kms:Decrypt".to_owned(), "kms:GenerateDataKey".to_owned()], "r")
        };
        let source = |arn: &str| json!({ "aws:SourceArn": arn });
        for (pointer, value) in [
            ("/Resource", json!("*")),
            ("/Action", json!("kms:*")),
            ("/Condition", Value::Null),
        ] {
            assert!(lets_with(pointer, value), "{pointer}");
        }
        for (pointer, value) in [
            ("/Condition/ArnEquals", source("other")),
            (
                "/Condition/ArnEquals",
                json!({ "aws:SourceArn": "t", "aws:SourceAccount": "9" }),
            ),
            ("/Action", json!("kms:Decrypt")),
            ("/Action", Value::Null),
            ("/Resource", json!("other")),
            ("/Principal/Service", json!("s3.amazonaws.com")),
        ] {
            assert!(!lets_with(pointer, value), "{pointer}");
        }
    }

    #[test]
    fn the_account_is_let_in_as_a_whole_and_without_a_condition() {
        let lets = |principal: &str, action: &str, condition: Value| {
            let principal = json!({ "AWS": principal });
            let statement = json!({
                "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", "Condition": condition,
            });
            policy(&statement).lets_account("1", &["kms:*".to_owned()], "*")
        };
        assert!(lets("arn:aws:iam::1:root", "kms:*", json!({})) && lets("1", "*", Value::Null));
        assert!(!lets("arn:aws:iam::2:root", "kms:*", Value::Null));
        assert!(!lets("arn:aws:iam::1:role/r", "kms:*", Value::Null));
        assert!(!lets("1", "kms:Decrypt", Value::Null));
        let condition = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
        assert!(!lets("1", "kms:*", condition));
    }
}
