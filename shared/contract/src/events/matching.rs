//! The events that matching publishes.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Customer, Fee, Partner};
use crate::{
    Category, MatchId, Region, RequestId,
    codes::frozen_codes,
    time,
    values::{Attempt, attempt},
};

/// A partner was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestMatched {
    /// Which request.
    pub request_id: RequestId,
    /// Which match this is.
    pub match_id: MatchId,
    /// The number of the decision, deferrals counted.
    #[serde(deserialize_with = "attempt")]
    #[schemars(with = "Attempt")]
    pub attempt: u32,
    /// The match that fell through before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MatchId")]
    pub replaces: Option<MatchId>,
    /// Who asked.
    pub customer: Customer,
    /// Who comes.
    pub partner: Partner,
    /// What the partner is to be charged.
    pub fee: Fee,
    /// What for.
    pub category: Category,
    /// Where.
    pub region: Region,
    /// When the request was submitted.
    #[serde(with = "time")]
    #[schemars(schema_with = "time::schema")]
    pub submitted_at: Timestamp,
}

/// Nobody is free: it is tried again later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestDeferred {
    /// Which request.
    pub request_id: RequestId,
    /// The number of the decision.
    #[serde(deserialize_with = "attempt")]
    #[schemars(with = "Attempt")]
    pub attempt: u32,
    /// When the next decision is due.
    #[serde(with = "time")]
    #[schemars(schema_with = "time::schema")]
    pub retry_at: Timestamp,
}

/// No partner was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestUnmatched {
    /// Which request.
    pub request_id: RequestId,
    /// The number of the decision.
    #[serde(deserialize_with = "attempt")]
    #[schemars(with = "Attempt")]
    pub attempt: u32,
    /// The match that fell through before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "MatchId")]
    pub replaces: Option<MatchId>,
    /// What for.
    pub category: Category,
    /// Where.
    pub region: Region,
    /// When the request was submitted.
    #[serde(with = "time")]
    #[schemars(schema_with = "time::schema")]
    pub submitted_at: Timestamp,
    /// Who asked.
    pub customer: Customer,
    /// Why.
    pub reason: UnmatchedReason,
}

frozen_codes! {
    "Why no partner was found.",
    UnmatchedReason {
        /// No active partner serves this category and region.
        NoPartner = "no_partner",
        /// Some do, but none was free in the attempts allowed.
        NoCapacity = "no_capacity",
        /// The match was closed before its charge was refused.
        Closed = "closed",
    }
}
