//! The table of events: all that there is to say of a type is said here or at its struct.

use super::define::events;
use crate::{
    Emitter::{AnyFunction, Function, Producer},
    MessageGroup::{Customer, Partner, Record},
    Source::{Matching, Notification, Points},
    quarantined::RecordQuarantined,
};

events! {
    // data                   type                    emitter                      message group
    consumed {
        PartnerRegistered   = "partner.registered",   Producer("partner admin"),   Partner;
        RequestSubmitted    = "request.submitted",    Producer("any producer"),    Customer;
        MatchClosed         = "match.closed",         Producer("any producer"),    Customer;
        RequestMatched      = "request.matched",      Function(Matching),          Partner;
        RequestDeferred     = "request.deferred",     Function(Matching),          Customer;
        RequestUnmatched    = "request.unmatched",    Function(Matching),          Customer;
        PointsPurchased     = "points.purchased",     Producer("payment system"),  Partner;
        PointsCredited      = "points.credited",      Function(Points),            Partner;
        PointsDeducted      = "points.deducted",      Function(Points),            Partner;
        PointsRejected      = "points.rejected",      Function(Points),            Partner;
        NotificationSent    = "notification.sent",    Function(Notification),      Customer;
        NotificationFailed  = "notification.failed",  Function(Notification),      Customer;
    }
    never consumed {
        RecordQuarantined   = "record.quarantined",   AnyFunction,                 Record;
    }
}
