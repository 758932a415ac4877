//! Deciding an attempt: the request is matched, deferred or unmatched.

use std::collections::BTreeSet;

use contract::{Category, Event, Region, RequestId, UnmatchedReason};

use super::{
    DecisionContext, Partner, PartnerChange, Request, RequestChange, Stage, State, Submission, Transition, events,
};

/// What a fresh look at the candidates found.
#[derive(Clone, Debug, PartialEq)]
pub enum Offer {
    /// This partner is available.
    Available(Box<Partner>),
    /// Partners serve the category and region, but none is available.
    NoneAvailable,
    /// No active partner serves the category and region.
    NoneServes,
}

/// An attempt that has to be decided.
#[derive(Clone, Debug, PartialEq)]
pub struct PendingDecision {
    /// The request in the attempt to be decided; its state is `Deferred` until a partner is found.
    next: Request,
    before: Option<Stage>,
    /// The change to the partner of the refused match: it is freed by the same write that saves the decision.
    freed: Option<PartnerChange>,
}

impl PendingDecision {
    /// The first attempt of a request; `expired` is the stage of an expired request that is still stored under this id.
    pub(super) fn first(id: RequestId, submission: Submission, expired: Option<Stage>) -> Self {
        let next = Request {
            request_id: id,
            submission,
            stage: deferred_stage(1),
            released_attempts: BTreeSet::new(),
            saved_publication: None,
            expires_at: None,
        };
        Self {
            next,
            before: expired,
            freed: None,
        }
    }

    /// The attempt after a deferred one.
    pub(super) fn after_deferral(known: &Request) -> Self {
        let next = Request {
            stage: deferred_stage(known.stage.attempt.saturating_add(1)),
            ..known.clone()
        };
        Self {
            next,
            before: Some(known.stage.clone()),
            freed: None,
        }
    }

    /// The attempt after one of which the charge was refused.
    pub(super) fn after_refusal(known: &Request, freed: PartnerChange) -> Self {
        let mut pending = Self::after_deferral(known);
        pending.next.released_attempts.insert(known.stage.attempt);
        // guard: released-match-frees-capacity
        pending.freed = Some(freed);
        pending
    }

    /// The id of the request.
    pub fn request_id(&self) -> &RequestId {
        &self.next.request_id
    }

    /// The number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.next.stage.attempt
    }

    /// The category that a partner has to serve.
    pub fn category(&self) -> &Category {
        &self.next.submission.category
    }

    /// The region that a partner has to serve.
    pub fn region(&self) -> &Region {
        &self.next.submission.region
    }

    /// The candidate as it will be when this decision is saved: if that write frees it, it may be available again.
    pub fn candidate_when_saved(&self, candidate: Partner) -> Partner {
        match &self.freed {
            Some(freed) if freed.partner == candidate.registered.partner_id => candidate.after_refusal(freed.balance),
            _ => candidate,
        }
    }

    /// Decides the attempt by what was found.
    pub fn decide(self, offer: &Offer, context: &DecisionContext<'_>) -> Transition {
        match offer {
            Offer::Available(partner) => self.matched(partner, context),
            Offer::NoneServes => self.unmatched(UnmatchedReason::NoPartner, State::Unmatched, context),
            // guard: all-attempts-are-made
            Offer::NoneAvailable if self.attempt() >= context.policy.max_attempts => {
                self.unmatched(UnmatchedReason::NoCapacity, State::Unmatched, context)
            }
            Offer::NoneAvailable => self.deferred(context),
        }
    }

    /// Ends the request, since it was closed before its charge was refused.
    pub(super) fn withdrawn(self, context: &DecisionContext<'_>) -> Transition {
        self.unmatched(UnmatchedReason::Closed, State::Withdrawn, context)
    }

    fn matched(mut self, partner: &Partner, context: &DecisionContext<'_>) -> Transition {
        let id = &partner.registered.partner_id;
        self.next.stage.state = State::Pending(id.clone());
        let event = events::matched(&self.next, &partner.registered);
        // A partner is changed once: if the refused match was its own, that is freed in the same update.
        let mut claim = PartnerChange::none(id);
        let mut changes = Vec::new();
        match self.freed.take() {
            Some(freed) if freed.partner == *id => claim = freed,
            Some(freed) => changes.push(freed),
            None => {}
        }
        claim.claims = Some(partner.registered.version);
        changes.push(claim);
        self.transition(changes, event, id.as_str(), context)
    }

    fn deferred(self, context: &DecisionContext<'_>) -> Transition {
        let event = events::deferred(&self.next, context.retry_at());
        self.without_match(event, context)
    }

    fn unmatched(mut self, reason: UnmatchedReason, state: State, context: &DecisionContext<'_>) -> Transition {
        self.next.stage.state = state;
        self.next.expires_at = Some(context.expires_at());
        let event = events::unmatched(&self.next, reason);
        self.without_match(event, context)
    }

    /// A transition that claims no partner; its event is ordered by customer.
    fn without_match(mut self, event: impl Into<Event>, context: &DecisionContext<'_>) -> Transition {
        let freed = self.freed.take().into_iter().collect();
        let customer_id = self.next.submission.customer.id.clone();
        self.transition(freed, event, customer_id.as_str(), context)
    }

    fn transition(
        self,
        partners: Vec<PartnerChange>,
        event: impl Into<Event>,
        message_group: &str,
        context: &DecisionContext<'_>,
    ) -> Transition {
        let publication = context.publication(event, message_group);
        let after = Request {
            saved_publication: Some(publication.clone()),
            ..self.next
        };
        Transition {
            request: Some(RequestChange::Put {
                before: self.before,
                after: Box::new(after),
            }),
            partners,
            publication: Some(publication),
        }
    }
}

fn deferred_stage(attempt: u32) -> Stage {
    let state = State::Deferred;
    Stage { attempt, state }
}
