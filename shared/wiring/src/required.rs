//! What a deployed stack must be besides its wiring: the template's values that no test needs, for who looks at a stack.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::{Allowing, Function, Refusing};

/// The template's values.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Required {
    /// How long each queue keeps a message, in seconds.
    pub retention: BTreeMap<String, u64>,
    /// What the policies refuse.
    pub refusing: Refusing,
    /// What the policies allow.
    pub allowing: Allowing,
    /// The members of a queue's mapping that a parameter sets.
    pub settable: BTreeMap<String, Vec<String>>,
    /// The functions that publish to the topic.
    pub publishing: Vec<Function>,
    /// The functions that Lambda's detection of recursive loops may not stop.
    pub recursive: Vec<Function>,
    /// The functions' tables.
    pub tables: Vec<TableSpec>,
    /// The logical ids of all alarms, without `Alarm`: `PointsErrors`.
    pub alarms: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TableSpec {
    /// The function whose table it is.
    pub function: Function,
    /// The attribute that says when an item expires; none where items are kept for good.
    pub expiry: Option<String>,
    /// The names of its global secondary indexes.
    pub indexes: Vec<String>,
}

impl Required {
    /// How long a queue must keep a message.
    pub fn retention_of(&self, queue: &str) -> Duration {
        Duration::from_secs(self.retention.get(queue).copied().unwrap_or_default())
    }

    /// Whether a parameter sets a member of a queue's mapping.
    pub fn is_settable(&self, queue: &str, member: &str) -> bool {
        let members = self.settable.get(queue);
        members.is_some_and(|members| members.iter().any(|settable| settable == member))
    }
}
