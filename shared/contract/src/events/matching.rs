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

/// A match of a request with a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestMatched {
    /// The request's id.
    pub request_id: RequestId,
    /// The match's id.
    pub match_id: MatchId,
    /// The number of the decision, deferrals counted.
    #[serde(deserialize_with = "attempt")]
    #[schemars(with = "Attempt")]
    pub attempt: u32,
    /// The match that was refused before this one; absent on a first match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<MatchId>,
    /// The customer who asked.
    pub customer: Customer,
    /// The matched partner.
    pub partner: Partner,
    /// The fee to charge the partner.
    pub fee: Fee,
    /// The kind of service.
    pub category: Category,
    /// The place of the service.
    pub region: Region,
    /// The time of the submission.
    #[serde(with = "time")]
    #[schemars(with = "time::Time")]
    pub submitted_at: Timestamp,
}

/// The deferral of a request while no partner is free: it is tried again later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestDeferred {
    /// The request's id.
    pub request_id: RequestId,
    /// The number of the decision, deferrals counted.
    #[serde(deserialize_with = "attempt")]
    #[schemars(with = "Attempt")]
    pub attempt: u32,
    /// The time at which the next decision is due.
    #[serde(with = "time")]
    #[schemars(with = "time::Time")]
    pub retry_at: Timestamp,
}

/// The end of a request without a partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestUnmatched {
    /// The request's id.
    pub request_id: RequestId,
    /// The number of the decision, deferrals counted.
    #[serde(deserialize_with = "attempt")]
    #[schemars(with = "Attempt")]
    pub attempt: u32,
    /// The match that was refused last; absent if there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<MatchId>,
    /// The kind of service.
    pub category: Category,
    /// The place of the service.
    pub region: Region,
    /// The time of the submission.
    #[serde(with = "time")]
    #[schemars(with = "time::Time")]
    pub submitted_at: Timestamp,
    /// The customer who asked.
    pub customer: Customer,
    /// The reason.
    pub reason: UnmatchedReason,
}

frozen_codes! {
    "The reason why no partner was found.",
    UnmatchedReason {
        /// No active partner serves this category and region.
        NoPartner = "no_partner",
        /// Some do, but none was free in the attempts allowed.
        NoCapacity = "no_capacity",
        /// The match was closed before its charge was refused.
        Closed = "closed",
    }
}
