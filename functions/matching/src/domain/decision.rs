//! A decision: who of those who serve this category and region gets the request.

use std::collections::BTreeSet;

use contract::{Category, Publication, Region, RequestId, UnmatchedReason};

use super::{
    Moment, Partner, PartnerChange, Request, RequestChange, Stage, State, Submission, Transition,
    telling,
};

/// What a fresh look at the candidates gave.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    /// This one is free.
    Free(Box<Partner>),
    /// Some serve, none was free.
    NoneFree,
    /// No active partner serves this category and region.
    NoneServes,
}

/// A decision that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Undecided {
    /// The request in the attempt to be decided, deferred until someone is found.
    next: Request,
    before: Option<Stage>,
    /// The partner of the match that fell through: freed by the same write as the decision.
    freed: Option<PartnerChange>,
}

impl Undecided {
    /// The first decision about a request; `expired` is what is still stored of an older one of this id.
    pub(super) fn first(id: RequestId, submission: Submission, expired: Option<Stage>) -> Self {
        let next = Request {
            request_id: id,
            submission,
            stage: deferred(1),
            released: BTreeSet::new(),
            saved: None,
            expires_at: None,
        };
        Self {
            next,
            before: expired,
            freed: None,
        }
    }

    pub(super) fn after_deferral(known: &Request) -> Self {
        let next = Request {
            stage: deferred(known.stage.attempt.saturating_add(1)),
            ..known.clone()
        };
        Self {
            next,
            before: Some(known.stage.clone()),
            freed: None,
        }
    }

    pub(super) fn after_refusal(known: &Request, freed: PartnerChange) -> Self {
        let mut undecided = Self::after_deferral(known);
        undecided.next.released.insert(known.stage.attempt);
        undecided.freed = Some(freed);
        undecided
    }

    /// Whose it is.
    pub fn request_id(&self) -> &RequestId {
        &self.next.request_id
    }

    /// Its number.
    pub fn attempt(&self) -> u32 {
        self.next.stage.attempt
    }

    /// What kind of work is wanted.
    pub fn category(&self) -> &Category {
        &self.next.submission.category
    }

    /// Where it is wanted.
    pub fn region(&self) -> &Region {
        &self.next.submission.region
    }

    /// The candidate as it will be when this decision is written: the partner that this very write frees
    /// may be free for it.
    pub fn seen(&self, candidate: Partner) -> Partner {
        match &self.freed {
            Some(freed) if freed.partner == candidate.registered.partner_id => {
                candidate.freed(freed.shows)
            }
            _ => candidate,
        }
    }

    /// Decides.
    pub fn decide(self, offer: &Offer, at: &Moment<'_>) -> Transition {
        match offer {
            Offer::Free(partner) => self.matched(partner, at),
            Offer::NoneServes => self.unmatched(UnmatchedReason::NoPartner, State::Unmatched, at),
            Offer::NoneFree if self.attempt() >= at.terms.max_attempts => {
                self.unmatched(UnmatchedReason::NoCapacity, State::Unmatched, at)
            }
            Offer::NoneFree => self.deferred(at),
        }
    }

    /// Closed before its charge was refused: nobody is looked for any more.
    pub(super) fn withdrawn(self, at: &Moment<'_>) -> Transition {
        self.unmatched(UnmatchedReason::Closed, State::Withdrawn, at)
    }

    fn matched(mut self, partner: &Partner, at: &Moment<'_>) -> Transition {
        let id = &partner.registered.partner_id;
        self.next.stage.state = State::Pending(id.clone());
        let told = at.publication(
            telling::matched(&self.next, &partner.registered),
            id.as_str(),
        );
        let freed = self.freed.take();
        let (same, other) = match freed {
            Some(freed) if freed.partner == *id => (Some(freed), None),
            freed => (None, freed),
        };
        let claimed = PartnerChange {
            claims: Some(partner.registered.version),
            ..same.unwrap_or_else(|| PartnerChange::none(id))
        };
        self.transition(other.into_iter().chain([claimed]), told)
    }

    fn deferred(mut self, at: &Moment<'_>) -> Transition {
        let told = telling::deferred(&self.next, at.retry_at());
        let told = at.publication(told, self.next.submission.customer.id.as_str());
        let freed = self.freed.take();
        self.transition(freed, told)
    }

    fn unmatched(mut self, reason: UnmatchedReason, state: State, at: &Moment<'_>) -> Transition {
        self.next.stage.state = state;
        self.next.expires_at = Some(at.expires_at());
        let told = telling::unmatched(&self.next, reason);
        let told = at.publication(told, self.next.submission.customer.id.as_str());
        let freed = self.freed.take();
        self.transition(freed, told)
    }

    fn transition(
        self,
        partners: impl IntoIterator<Item = PartnerChange>,
        told: Publication,
    ) -> Transition {
        let after = Request {
            saved: Some(told.clone()),
            ..self.next
        };
        Transition {
            request: Some(RequestChange {
                before: self.before,
                after,
            }),
            partners: partners.into_iter().collect(),
            publication: Some(told),
        }
    }
}

fn deferred(attempt: u32) -> Stage {
    let state = State::Deferred;
    Stage { attempt, state }
}
