//! A statement of a policy: whom it is for, what it covers, and what binds it.

use serde_json::Value;

use super::policy::listed;

/// The operators by which a statement holds only where a key has one of the values.
const EQUAL: [&str; 4] = ["ArnEquals", "ArnLike", "StringEquals", "StringLike"];

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement(Value);

/// Whom a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal<'a> {
    Everybody,
    /// An account, or a role, a user or a session of one: its ARN or the account's id.
    Aws(&'a str),
    /// A service of AWS.
    Service(&'a str),
    /// An identity provider or another kind.
    Other(&'a str),
}

impl<'a> Principal<'a> {
    fn of(kind: &str, named: &'a Value) -> Self {
        let named = named.as_str().unwrap_or_default();
        match kind {
            "AWS" if named == "*" => Self::Everybody,
            "AWS" => Self::Aws(named),
            "Service" => Self::Service(named),
            _ => Self::Other(named),
        }
    }

    pub fn name(self) -> &'a str {
        match self {
            Self::Everybody => "everybody",
            Self::Aws(named) | Self::Service(named) | Self::Other(named) => named,
        }
    }

    /// The account of a principal that has one.
    pub fn account(&self) -> Option<&'a str> {
        match self {
            Self::Aws(named) if named.starts_with("arn:") => named.split(':').nth(4),
            Self::Aws(named) => Some(named),
            _ => None,
        }
    }

    pub fn is_whole_account(&self) -> bool {
        matches!(self, Self::Aws(named) if named.ends_with(":root") || named.chars().all(|digit| digit.is_ascii_digit()))
    }

    pub fn is_sns(&self) -> bool {
        *self == Self::Service("sns.amazonaws.com")
    }
}

impl Statement {
    pub fn new(statement: Value) -> Self {
        Self(statement)
    }

    /// It as a policy has it.
    pub fn value(&self) -> &Value {
        &self.0
    }

    pub fn sid(&self) -> &str {
        self.0["Sid"].as_str().unwrap_or_default()
    }

    /// Whether it has this effect.
    pub fn is(&self, effect: &str) -> bool {
        self.0["Effect"] == effect
    }

    /// Whom it is for; one that names whom it is not for is for everybody.
    pub fn principals(&self) -> Vec<Principal<'_>> {
        match &self.0["Principal"] {
            Value::Object(kinds) => kinds
                .iter()
                .flat_map(|(kind, named)| listed(named).map(move |named| Principal::of(kind, named)))
                .collect(),
            _ => vec![Principal::Everybody],
        }
    }

    /// What it covers; one that names what it does not cover is for everything.
    pub fn actions(&self) -> Vec<&str> {
        match &self.0["Action"] {
            Value::Null => vec!["*"],
            named => listed(named).map(|named| named.as_str().unwrap_or_default()).collect(),
        }
    }

    /// Whether it covers an action; case does not count.
    pub fn covers(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        let is_covered = |named: &str| {
            let named = named.to_lowercase();
            named == action || named.strip_suffix('*').is_some_and(|prefix| action.starts_with(prefix))
        };
        self.actions().into_iter().any(is_covered)
    }

    /// Whether it refuses everybody an action on a resource, but for its conditions. One that names whom or what it is not for
    /// refuses less.
    pub fn refuses(&self, action: &str, resource: &str) -> bool {
        let is_of_everybody = !self.0["Principal"].is_null() && self.principals().contains(&Principal::Everybody);
        self.is("Deny") && is_of_everybody && self.names(action, resource)
    }

    /// Whether it names an action and a resource, or all of them.
    pub fn names(&self, action: &str, resource: &str) -> bool {
        let mut resources = listed(&self.0["Resource"]);
        let is_of_resource = resources.any(|named| named == "*" || named == resource);
        !self.0["Action"].is_null() && self.covers(action) && is_of_resource
    }

    pub fn is_unconditional(&self) -> bool {
        self.0["Condition"].as_object().is_none_or(serde_json::Map::is_empty)
    }

    /// The operator and the key of each condition.
    pub fn conditions(&self) -> impl Iterator<Item = (&str, &str)> {
        let operators = self.0["Condition"].as_object().into_iter().flatten();
        operators.flat_map(|(operator, keys)| {
            let keys = keys.as_object().into_iter().flatten();
            keys.map(move |(key, _)| (operator.as_str(), key.as_str()))
        })
    }

    /// Whether a condition asks for this key by this operator.
    pub fn asks(&self, operator: &str, key: &str) -> bool {
        self.values(operator, key).next().is_some()
    }

    /// The ARNs of resources for which alone it holds.
    pub fn sources(&self) -> Vec<&str> {
        let values = EQUAL.iter().flat_map(|operator| self.values(operator, "aws:SourceArn"));
        values.filter_map(Value::as_str).collect()
    }

    /// The values that a condition compares a key with; the case of keys does not count.
    pub fn values<'a>(&'a self, operator: &str, key: &'a str) -> impl Iterator<Item = &'a Value> {
        let keys = self.0["Condition"][operator].as_object().into_iter().flatten();
        let named = keys.filter(move |(name, _)| name.eq_ignore_ascii_case(key));
        named.flat_map(|(_, values)| listed(values))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn principals(statement: &Value) -> Vec<String> {
        let statement = Statement::new(statement.clone());
        let named = statement.principals().into_iter().map(|named| named.name().to_owned());
        named.collect()
    }

    #[test]
    fn a_statement_is_for_those_that_it_names_or_for_everybody() {
        assert_eq!(principals(&json!({ "Principal": "*" })), ["everybody"]);
        assert_eq!(
            principals(&json!({ "Principal": { "AWS": ["1", "*"] } })),
            ["1", "everybody"]
        );
        assert_eq!(principals(&json!({ "NotPrincipal": { "AWS": "1" } })), ["everybody"]);
        let several = json!({ "Principal": { "Federated": "f", "Service": ["s", "t"] } });
        assert_eq!(principals(&several), ["f", "s", "t"]);
    }

    #[test]
    fn an_account_is_told_by_its_id_or_by_an_arn() {
        for (named, account, is_whole) in [
            ("111122223333", Some("111122223333"), true),
            ("arn:aws:iam::1:root", Some("1"), true),
            ("arn:aws:iam::1:role/r", Some("1"), false),
            ("arn:aws:sts::1:assumed-role/r/s", Some("1"), false),
            ("AROAEXAMPLE", Some("AROAEXAMPLE"), false),
        ] {
            let principal = Principal::Aws(named);
            assert_eq!(
                (principal.account(), principal.is_whole_account()),
                (account, is_whole),
                "{named}"
            );
        }
        assert_eq!(Principal::Service("1").account(), None);
        assert!(!Principal::Service("1").is_whole_account());
    }

    #[test]
    fn what_a_statement_covers_is_told_by_name_or_prefix() {
        let covers = |action: Value| Statement::new(json!({ "Action": action })).covers("kms:GenerateDataKey");
        assert!(covers(json!("kms:generatedatakey")) && covers(json!(["kms:Decrypt", "kms:GenerateDataKey*"])));
        assert!(covers(json!("kms:*")) && covers(json!("*")));
        assert!(!covers(json!("kms:Generate")) && !covers(json!("sqs:*")));
        assert!(Statement::new(json!({ "NotAction": "kms:Decrypt" })).covers("kms:GenerateDataKey"));
    }

    #[test]
    fn a_statement_refuses_only_what_it_refuses_everybody() {
        let refuses = |change: Value| {
            let mut deny = json!({ "Effect": "Deny", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "r" });
            let members = change.as_object().unwrap().clone();
            deny.as_object_mut().unwrap().extend(members);
            Statement::new(deny).refuses("sqs:SendMessage", "r")
        };
        for same in [
            json!({}),
            json!({ "Principal": { "AWS": ["*"] } }),
            json!({ "Action": ["SQS:*"], "Resource": ["other", "r"] }),
            json!({ "Resource": "*" }),
        ] {
            assert!(refuses(same.clone()), "{same}");
        }
        for less in [
            json!({ "Effect": "Allow" }),
            json!({ "Principal": { "AWS": "arn:aws:iam::1:root" } }),
            json!({ "Principal": null, "NotPrincipal": { "AWS": "arn:aws:iam::1:root" } }),
            json!({ "Action": "sqs:ReceiveMessage" }),
            json!({ "Action": null, "NotAction": "sqs:SendMessage" }),
            json!({ "Resource": "other" }),
            json!({ "Resource": null, "NotResource": "r" }),
        ] {
            assert!(!refuses(less.clone()), "{less}");
        }
    }

    #[test]
    fn only_a_condition_that_asks_for_a_source_binds_to_it() {
        let sources = |condition: Value| {
            let statement = Statement::new(json!({ "Condition": condition }));
            statement.sources().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            sources(json!({ "ArnEquals": { "aws:SourceArn": ["t", "u"] } })),
            ["t", "u"]
        );
        assert_eq!(sources(json!({ "StringLike": { "AWS:SourceArn": "t" } })), ["t"]);
        assert!(sources(json!({ "ArnNotEquals": { "aws:SourceArn": "t" } })).is_empty());
        assert!(sources(json!({ "ArnEqualsIfExists": { "aws:SourceArn": "t" } })).is_empty());
        assert!(sources(json!({ "ArnEquals": { "aws:PrincipalArn": "t" } })).is_empty());
    }
}
