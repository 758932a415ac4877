//! The events that points publishes.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Category, MatchId, PartnerId, Points, PurchaseId, Region, RequestId, TransferId,
    codes::frozen_codes,
    time,
    values::{Sequence, Whole, sequence, whole},
};

/// A credit of purchased points to a partner's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsCredited {
    /// The partner whose account it is.
    pub partner_id: PartnerId,
    /// The number of points.
    pub points: Points,
    /// The balance of the account after it.
    #[serde(deserialize_with = "whole")]
    #[schemars(with = "Whole")]
    pub balance: u64,
    /// The number of the decision on the account: the highest is the newest.
    #[serde(deserialize_with = "sequence")]
    #[schemars(with = "Sequence")]
    pub sequence: u64,
    /// The transfer's id.
    pub transfer_id: TransferId,
    /// The purchase's id.
    pub purchase_id: PurchaseId,
}

/// The charge of a match to its partner's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsDeducted {
    /// The request's id.
    pub request_id: RequestId,
    /// The match's id.
    pub match_id: MatchId,
    /// The partner whose account it is.
    pub partner_id: PartnerId,
    /// The number of points.
    pub points: Points,
    /// The balance of the account after it.
    #[serde(deserialize_with = "whole")]
    #[schemars(with = "Whole")]
    pub balance: u64,
    /// The number of the decision on the account: the highest is the newest.
    #[serde(deserialize_with = "sequence")]
    #[schemars(with = "Sequence")]
    pub sequence: u64,
    /// The transfer's id.
    pub transfer_id: TransferId,
    /// The time of the submission.
    #[serde(with = "time")]
    #[schemars(with = "time::Time")]
    pub submitted_at: Timestamp,
    /// The kind of service that the request is for; absent from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The place of the service; absent from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

/// The refusal of a match's charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsRejected {
    /// The request's id.
    pub request_id: RequestId,
    /// The match's id.
    pub match_id: MatchId,
    /// The partner whose account it is.
    pub partner_id: PartnerId,
    /// The number of points asked for.
    pub points: Points,
    /// The balance of the account; 0 if there is none.
    #[serde(deserialize_with = "whole")]
    #[schemars(with = "Whole")]
    pub balance: u64,
    /// The number of the decision on the account; 0 if there is none.
    #[serde(deserialize_with = "whole")]
    #[schemars(with = "Whole")]
    pub sequence: u64,
    /// The reason.
    pub reason: RejectedReason,
    /// The time of the submission; absent from events of revision 1.
    #[serde(default, with = "time::optional", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<time::Time>")]
    pub submitted_at: Option<Timestamp>,
    /// The kind of service that the request is for; absent from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// The place of the service; absent from events of revision 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
}

frozen_codes! {
    "The reason why a charge was refused.",
    RejectedReason {
        /// The balance is below the fee.
        InsufficientPoints = "insufficient_points",
        /// The partner never bought points.
        UnknownAccount = "unknown_account",
    }
}
