//! Every kind of decision that the functions make.

use std::time::Duration;

use support::pipeline::Pipeline;

use crate::Delivery;
use crate::DeliveryResult::Done;

/// A kind of decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A request finds a partner.
    Matched,
    /// A request finds only partners without capacity.
    Deferred,
    /// A request finds no partner.
    Unmatched,
    /// A request is decided again after a deferral.
    Retried,
    /// A request's partner could not pay, and another one is found.
    Rematched,
    /// A partner is charged.
    Charged,
    /// A partner has too few points.
    Insufficient,
    /// A partner has no account.
    UnknownAccount,
    /// A partner's purchase is credited.
    Credited,
    /// A customer is notified.
    Notified,
    /// A customer is not notified, since the event is too old.
    TooLate,
}

use Decision::{
    Charged, Credited, Deferred, Insufficient, Matched, Notified, Rematched, Retried, TooLate, UnknownAccount,
    Unmatched,
};

impl Decision {
    pub const ALL: [Self; 11] = [
        Matched,
        Deferred,
        Unmatched,
        Retried,
        Rematched,
        Charged,
        Insufficient,
        UnknownAccount,
        Credited,
        Notified,
        TooLate,
    ];

    /// The delivery that leads to this decision.
    pub async fn next_delivery(self) -> Delivery {
        let mut pipeline = Pipeline::default();
        match self {
            Unmatched => {}
            Deferred | Retried => pipeline.add_partner("p", 0, 250).await,
            Matched | Charged | Notified | TooLate => pipeline.add_partner("p", 2, 250).await,
            Insufficient => {
                pipeline.add_partner("p", 2, 0).await;
                pipeline.purchase("b", "p", 99);
                pipeline.process_batch("points.fifo").await; // and matching does not know of it yet
            }
            UnknownAccount | Rematched => pipeline.add_partner("p", 2, 0).await,
            Credited => pipeline.purchase("b", "p", 250),
        }
        if self != Credited {
            pipeline.submit("r");
        }
        if self.queue() != "intake.fifo" {
            pipeline.process_batch("intake.fifo").await;
        }
        if self == Rematched {
            pipeline.register("q", 2);
            pipeline.process_batch("partners.fifo").await;
            pipeline.process_batch("points.fifo").await;
        }
        if self == TooLate {
            pipeline.clock.advance(Duration::from_hours(25));
        }
        Delivery::of(pipeline, self.queue())
    }

    /// The queue of the message that leads to it.
    fn queue(self) -> &'static str {
        match self {
            Matched | Deferred | Unmatched => "intake.fifo",
            Retried => "deferred.fifo",
            Rematched => "outcomes.fifo",
            Charged | Insufficient | UnknownAccount | Credited => "points.fifo",
            Notified | TooLate => "notification",
        }
    }

    /// The name of the call that saves it.
    pub fn save(self) -> &'static str {
        match self {
            Matched | Deferred | Unmatched | Retried | Rematched => "matching.commit",
            Charged | Insufficient | UnknownAccount | Credited => "points.commit",
            Notified => "notification.save",
            TooLate => "notification.acquire_lease",
        }
    }

    /// The type of the event that it publishes.
    pub fn publishes(self) -> &'static str {
        match self {
            Matched | Rematched => "request.matched",
            Deferred | Retried => "request.deferred",
            Unmatched => "request.unmatched",
            Charged => "points.deducted",
            Insufficient | UnknownAccount => "points.rejected",
            Credited => "points.credited",
            Notified => "notification.sent",
            TooLate => "notification.failed",
        }
    }

    /// The delivery that led to this decision, made and published without a fault.
    pub async fn made(self) -> Delivery {
        let delivery = self.next_delivery().await;
        assert_eq!(delivery.deliver().await, Done, "{self:?}");
        assert_eq!(delivery.types(), [self.publishes()], "{self:?}");
        assert!(delivery.quarantined().is_empty(), "{self:?}");
        let messages = usize::from(self == Notified);
        assert_eq!(delivery.pipeline.messages_received(), messages, "{self:?}");
        delivery
    }
}
