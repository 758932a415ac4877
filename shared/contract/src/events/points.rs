//! The events that points publishes.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    MatchId, PartnerId, Points, PurchaseId, RequestId, TransferId,
    codes::frozen_codes,
    time,
    values::{Sequence, Whole, sequence, whole},
};

/// Points were added to a partner's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsCredited {
    /// Whose account.
    pub partner_id: PartnerId,
    /// How many points.
    pub points: Points,
    /// What the account holds now.
    #[serde(deserialize_with = "whole")]
    #[schemars(with = "Whole")]
    pub balance: u64,
    /// The decision's place among all on the account: the highest is the newest.
    #[serde(deserialize_with = "sequence")]
    #[schemars(with = "Sequence")]
    pub sequence: u64,
    /// Which transfer.
    pub transfer_id: TransferId,
    /// What was paid.
    pub purchase_id: PurchaseId,
}

/// A match was charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsDeducted {
    /// Which request.
    pub request_id: RequestId,
    /// Which of its matches.
    pub match_id: MatchId,
    /// Whose account.
    pub partner_id: PartnerId,
    /// How many points.
    pub points: Points,
    /// What the account holds now.
    #[serde(deserialize_with = "whole")]
    #[schemars(with = "Whole")]
    pub balance: u64,
    /// The decision's place among all on the account: the highest is the newest.
    #[serde(deserialize_with = "sequence")]
    #[schemars(with = "Sequence")]
    pub sequence: u64,
    /// Which transfer.
    pub transfer_id: TransferId,
    /// When the request was submitted.
    #[serde(with = "time")]
    #[schemars(schema_with = "time::schema")]
    pub submitted_at: Timestamp,
}

/// A match could not be charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsRejected {
    /// Which request.
    pub request_id: RequestId,
    /// Which of its matches.
    pub match_id: MatchId,
    /// Whose account.
    pub partner_id: PartnerId,
    /// How many points were asked for.
    pub points: Points,
    /// What the account holds; 0 if there is none.
    #[serde(deserialize_with = "whole")]
    #[schemars(with = "Whole")]
    pub balance: u64,
    /// The decision's place among all on the account; 0 if there is none.
    #[serde(deserialize_with = "whole")]
    #[schemars(with = "Whole")]
    pub sequence: u64,
    /// Why.
    pub reason: RejectedReason,
}

frozen_codes! {
    "Why a match could not be charged.",
    RejectedReason {
        /// The balance is below the fee.
        InsufficientPoints = "insufficient_points",
        /// The partner never bought points.
        UnknownAccount = "unknown_account",
    }
}
