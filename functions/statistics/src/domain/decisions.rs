//! Matching's decisions as they are stored: all they say, but for the customer.

use contract::{Category, Fee, MatchId, Partner, Region, RequestId, RequestMatched, RequestUnmatched, UnmatchedReason};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The data of `request.matched` without the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the same fields as in the contract")]
pub struct MatchedBody {
    pub request_id: RequestId,
    pub match_id: MatchId,
    pub attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<MatchId>,
    pub partner: Partner,
    pub fee: Fee,
    pub category: Category,
    pub region: Region,
    #[serde(with = "contract::time")]
    pub submitted_at: Timestamp,
}

/// The data of `request.unmatched` without the customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the same fields as in the contract")]
pub struct UnmatchedBody {
    pub request_id: RequestId,
    pub attempt: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<MatchId>,
    pub category: Category,
    pub region: Region,
    #[serde(with = "contract::time")]
    pub submitted_at: Timestamp,
    pub reason: UnmatchedReason,
}

impl From<RequestMatched> for MatchedBody {
    fn from(event: RequestMatched) -> Self {
        Self {
            request_id: event.request_id,
            match_id: event.match_id,
            attempt: event.attempt,
            replaces: event.replaces,
            partner: event.partner,
            fee: event.fee,
            category: event.category,
            region: event.region,
            submitted_at: event.submitted_at,
        }
    }
}

impl From<RequestUnmatched> for UnmatchedBody {
    fn from(event: RequestUnmatched) -> Self {
        Self {
            request_id: event.request_id,
            attempt: event.attempt,
            replaces: event.replaces,
            category: event.category,
            region: event.region,
            submitted_at: event.submitted_at,
            reason: event.reason,
        }
    }
}
