//! The events that tell of a decision.

use contract::{PartnerRegistered, RequestDeferred, RequestMatched, RequestUnmatched, UnmatchedReason};
use jiff::Timestamp;

use super::Request;

pub(super) fn matched(request: &Request, partner: &PartnerRegistered) -> RequestMatched {
    let submission = &request.submission;
    RequestMatched {
        request_id: request.request_id.clone(),
        match_id: request.current_match(),
        attempt: request.stage.attempt,
        replaces: request.replaced_match(),
        customer: submission.customer.clone(),
        partner: contract::Partner {
            id: partner.partner_id.clone(),
            name: partner.name.clone(),
        },
        fee: partner.fee,
        category: submission.category.clone(),
        region: submission.region.clone(),
        submitted_at: submission.submitted_at,
    }
}

pub(super) fn deferred(request: &Request, retry_at: Timestamp) -> RequestDeferred {
    RequestDeferred {
        request_id: request.request_id.clone(),
        attempt: request.stage.attempt,
        retry_at,
    }
}

pub(super) fn unmatched(request: &Request, reason: UnmatchedReason) -> RequestUnmatched {
    let submission = &request.submission;
    RequestUnmatched {
        request_id: request.request_id.clone(),
        attempt: request.stage.attempt,
        replaces: request.replaced_match(),
        category: submission.category.clone(),
        region: submission.region.clone(),
        submitted_at: submission.submitted_at,
        customer: submission.customer.clone(),
        reason,
    }
}
