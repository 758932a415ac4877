//! What the policies of the key, the topic and the queues allow.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The statements that allow something. One whose principals a parameter names is deployed only where it names some.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowing {
    /// The key's.
    pub key: Vec<AllowStatement>,
    /// The topic's.
    pub topic: Vec<AllowStatement>,
    /// Each queue's, by its name without the stack's.
    pub queues: BTreeMap<String, Vec<AllowStatement>>,
}

/// A statement that allows something.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowStatement {
    /// Its id in the policy.
    pub sid: String,
    /// Whom it allows that.
    pub principals: Principals,
    /// What it allows: `sqs:SendMessage`.
    pub actions: Vec<String>,
    /// The condition keys, by operator: `StringEquals`, `kms:ViaService`.
    pub conditions: BTreeMap<String, Vec<String>>,
}

/// Whom a statement allows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Principals {
    /// The stack's own account, which leaves it to IAM.
    Account,
    /// SNS, for the stack's topic.
    Topic,
    /// Accounts that a parameter names, or their roles and users.
    Accounts,
    /// Roles and users that a parameter names, and no whole account.
    Roles,
}

impl Principals {
    /// Whether a parameter names them.
    pub fn are_named(self) -> bool {
        matches!(self, Self::Accounts | Self::Roles)
    }
}

impl Allowing {
    /// A queue's statements; none where it has no policy, or one that only refuses.
    pub fn of_queue(&self, queue: &str) -> &[AllowStatement] {
        self.queues.get(queue).map_or(&[], Vec::as_slice)
    }
}
