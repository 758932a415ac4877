//! What the policies of the topic and the queues refuse.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The statements that refuse something.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusing {
    /// The topic's.
    pub topic: Vec<RefuseStatement>,
    /// Each queue's, by its name without the stack's.
    pub queues: BTreeMap<String, QueueRefusing>,
}

/// What a queue's policy refuses.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueRefusing {
    /// In which stacks.
    pub when: Refusal,
    /// The statements.
    pub statements: Vec<RefuseStatement>,
}

/// When a queue's policy refuses other senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// In every stack.
    Always,
    /// In one that names the senders, as a stack of `prod` must.
    WhereNamed,
}

/// A statement that refuses everybody something, but what its conditions exempt.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefuseStatement {
    /// Its id in the policy.
    pub sid: String,
    /// What it refuses: `sqs:SendMessage`.
    pub actions: Vec<String>,
    /// Its conditions, which are joined by "and".
    pub conditions: Vec<Exemption>,
}

/// A condition of a statement that refuses something.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// `ArnNotEquals`.
    pub operator: String,
    /// `aws:SourceArn`.
    pub key: String,
    /// What it exempts.
    pub exempt: Exempt,
    /// Whether it is there only where a parameter names somebody.
    pub optional: bool,
}

/// What a condition exempts from a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Exempt {
    /// The stack's topic.
    Topic,
    /// Roles and users, functions' or such that parameters name.
    Roles,
    /// The queues of accounts that a parameter names, and of the own one: `arn:*:sqs:*:111122223333:*`.
    Queues,
    /// What has this value.
    Text(String),
}
