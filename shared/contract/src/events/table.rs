//! The table of events: a new one is a struct, a row here and a golden file.

use super::define::events;
use crate::{
    Direction::{In, Out},
    MessageGroup::{Customer, Partner, Record},
    Source::{Matching, Notification, Points},
    quarantined::RecordQuarantined,
};

events! {
    // No consumer takes this one.
    quarantine RecordQuarantined = "record.quarantined", Record, ["queue name", "message_id"];

    // data               type                   direction             group     key                  correlation
    PartnerRegistered  = "partner.registered",  In("partner admin"),  Partner,  partner_id/version,  partner_id,
                         checked by check_pairs;
    RequestSubmitted   = "request.submitted",   In("any producer"),   Customer, request_id,          request_id, with customer,
                         checked by check_phone;
    MatchClosed        = "match.closed",        In("any producer"),   Customer, request_id/match_id, request_id;
    RequestMatched     = "request.matched",     Out(Matching),        Partner,  request_id/attempt,  request_id, with customer;
    RequestDeferred    = "request.deferred",    Out(Matching),        Customer, request_id/attempt,  request_id;
    RequestUnmatched   = "request.unmatched",   Out(Matching),        Customer, request_id/attempt,  request_id, with customer;
    PointsPurchased    = "points.purchased",    In("payment system"), Partner,  purchase_id,         purchase_id;
    PointsCredited     = "points.credited",     Out(Points),          Partner,  transfer_id,         purchase_id;
    PointsDeducted     = "points.deducted",     Out(Points),          Partner,  transfer_id,         request_id;
    PointsRejected     = "points.rejected",     Out(Points),          Partner,  match_id,            request_id;
    NotificationSent   = "notification.sent",   Out(Notification),    Customer, notification_id,     request_id;
    NotificationFailed = "notification.failed", Out(Notification),    Customer, notification_id,     request_id;
}
