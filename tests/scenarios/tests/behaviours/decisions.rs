//! Everything that the functions decide.

use std::time::Duration;

use support::company::Company;

use crate::Turn;

/// A decision that is about to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A request finds a partner.
    Matched,
    /// A request finds none that is free.
    Deferred,
    /// A request finds none at all.
    Unmatched,
    /// A request is decided again after a deferral.
    Retried,
    /// A request's match fell through, and it finds another one.
    Rematched,
    /// A partner is charged.
    Charged,
    /// A partner has too few points.
    Short,
    /// A partner has no account.
    Unknown,
    /// A partner has bought points.
    Credited,
    /// A customer is told.
    Told,
    /// A customer is not told any more.
    TooLate,
}

use Decision::{
    Charged, Credited, Deferred, Matched, Rematched, Retried, Short, Told, TooLate, Unknown,
    Unmatched,
};

impl Decision {
    pub const ALL: [Self; 11] = [
        Matched, Deferred, Unmatched, Retried, Rematched, Charged, Short, Unknown, Credited, Told,
        TooLate,
    ];

    /// A company where it comes next.
    pub async fn turn(self) -> Turn {
        let mut company = Company::default();
        match self {
            Unmatched => {}
            Deferred | Retried => company.partner("p", 0, 250).await,
            Matched | Charged | Told | TooLate => company.partner("p", 2, 250).await,
            Short => {
                company.partner("p", 2, 0).await;
                company.buy("b", "p", 99);
                company.pipeline.work("points.fifo").await; // and matching has not heard of it
            }
            Unknown | Rematched => company.partner("p", 2, 0).await,
            Credited => company.buy("b", "p", 250),
        }
        if self != Credited {
            company.submit("r");
        }
        if self.queue() != "intake.fifo" {
            company.pipeline.work("intake.fifo").await;
        }
        if self == Rematched {
            company.register("q", 2);
            company.pipeline.work("intake.fifo").await;
            company.pipeline.work("points.fifo").await;
        }
        if self == TooLate {
            company.pipeline.clock.advance(Duration::from_hours(25));
        }
        Turn::of(company, self.queue())
    }

    /// Where the message is on which it is made.
    fn queue(self) -> &'static str {
        match self {
            Matched | Deferred | Unmatched => "intake.fifo",
            Retried => "deferred.fifo",
            Rematched => "outcomes.fifo",
            Charged | Short | Unknown | Credited => "points.fifo",
            Told | TooLate => "notification",
        }
    }

    /// The call that saves it.
    pub fn save(self) -> &'static str {
        match self {
            Matched | Deferred | Unmatched | Retried | Rematched => "matching.commit",
            Charged | Short | Unknown | Credited => "points.commit",
            Told => "notification.save",
            TooLate => "notification.acquire_lease",
        }
    }

    /// What it publishes.
    pub fn publishes(self) -> &'static str {
        match self {
            Matched | Rematched => "request.matched",
            Deferred | Retried => "request.deferred",
            Unmatched => "request.unmatched",
            Charged => "points.deducted",
            Short | Unknown => "points.rejected",
            Credited => "points.credited",
            Told => "notification.sent",
            TooLate => "notification.failed",
        }
    }

    /// A company where it was made and published, without any trouble.
    pub async fn made(self) -> Turn {
        let turn = self.turn().await;
        assert_eq!(turn.deliver().await, crate::Answer::Done, "{self:?}");
        assert_eq!(turn.types(), [self.publishes()], "{self:?}");
        assert!(turn.quarantined().is_empty(), "{self:?}");
        assert_eq!(turn.company.texts(), self.texts(), "{self:?}");
        turn
    }

    /// How many messages customers get of it.
    pub fn texts(self) -> usize {
        usize::from(self == Told)
    }
}
