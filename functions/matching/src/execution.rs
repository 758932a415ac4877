//! One execution of a message: load, decide, save.

mod error;

use std::collections::BTreeSet;

use batch::BoxError;
use contract::{
    Event, MatchClosed, PartnerId, PartnerRegistered, PointsCredited, PointsDeducted, PointsRejected, Publication,
    RequestDeferred, RequestSubmitted,
};
use futures_util::future::try_join;

use crate::domain::{self, DecisionContext, NextStep, Partner, PendingDecision, Transition};
use crate::looks::{Began, Looks};
use crate::remembered::Remembered;
use crate::search;
use crate::store::Store;

pub(crate) use error::HandleError;

/// The execution of a message: what it is decided and saved with. After a write conflict the message has another one.
pub(crate) struct Execution<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) context: DecisionContext<'a>,
    /// Whether an earlier execution met a conflict. The first one may act on what is remembered or likely, since the conditions of its
    /// write tell; later ones read.
    pub(crate) reads_all: bool,
    /// Partners whose items were in other transactions when earlier executions wrote.
    pub(crate) contended: &'a BTreeSet<PartnerId>,
    pub(crate) remembered: &'a Remembered,
    pub(crate) looks: &'a Looks,
    /// When this execution began: only later looks count for its decision.
    pub(crate) began: Began,
}

/// The event to publish, if any.
pub(crate) type HandleResult = Result<Option<Publication>, HandleError>;

impl<S: Store> Execution<'_, S> {
    pub(crate) async fn run(&self) -> HandleResult {
        match &self.context.cause.event {
            Event::PartnerRegistered(event) => self.registered(event).await,
            Event::RequestSubmitted(event) => self.submitted(event).await,
            Event::RequestDeferred(event) => self.deferred(event).await,
            Event::MatchClosed(event) => self.closed(event).await,
            Event::PointsDeducted(event) => self.deducted(event).await,
            Event::PointsRejected(event) => self.rejected(event).await,
            Event::PointsCredited(event) => self.credited(event).await,
            _ => Ok(None), // `QUEUES` has no other type: the decoder lets none through
        }
    }

    async fn registered(&self, event: &PartnerRegistered) -> HandleResult {
        let known = self.partner(&event.partner_id).await?;
        if let Some(registration) = domain::on_registered(known.as_ref(), event)? {
            self.store.register(&registration).await?;
            self.remembered.forget_all();
        }
        Ok(None)
    }

    async fn submitted(&self, event: &RequestSubmitted) -> HandleResult {
        let first = domain::first_attempt(event, &self.context);
        if let Some(offer) = search::remembered_offer(self, &first).await? {
            return self.commit(first.decide(&offer, &self.context)).await;
        }
        let request = self.store.request(&event.request_id);
        let candidates = self.store.candidates(&event.category, &event.region);
        let (found, candidates) = try_join(request, candidates).await?;
        match domain::on_submitted(found.as_ref(), event, &self.context)? {
            NextStep::Decide(pending) => self.decide_among(*pending, &candidates).await,
            step => self.take_step(step).await,
        }
    }

    async fn deferred(&self, event: &RequestDeferred) -> HandleResult {
        let found = self.store.request(&event.request_id).await?;
        let step = domain::on_deferred(found.as_ref(), event, &self.context)?;
        self.take_step(step).await
    }

    async fn closed(&self, event: &MatchClosed) -> HandleResult {
        let found = self.store.request(&event.request_id).await?;
        let step = domain::on_closed(found.as_ref(), event, &self.context)?;
        self.take_step(step).await
    }

    async fn deducted(&self, event: &PointsDeducted) -> HandleResult {
        if !self.reads_all {
            let partner = self.partner(&event.partner_id).await?;
            if let Some(confirmed) = domain::confirmation(partner.as_ref(), event, &self.context) {
                return self.commit(confirmed).await;
            }
        }
        let request = self.store.request(&event.request_id);
        let (found, partner) = try_join(request, self.partner(&event.partner_id)).await?;
        let step = domain::on_deducted(found.as_ref(), partner.as_ref(), event, &self.context)?;
        self.take_step(step).await
    }

    async fn rejected(&self, event: &PointsRejected) -> HandleResult {
        let request = self.store.request(&event.request_id);
        let (found, partner) = try_join(request, self.partner(&event.partner_id)).await?;
        let step = domain::on_rejected(found.as_ref(), partner.as_ref(), event, &self.context)?;
        self.take_step(step).await
    }

    async fn credited(&self, event: &PointsCredited) -> HandleResult {
        let partner = self.partner(&event.partner_id).await?;
        self.take_step(domain::on_credited(partner.as_ref(), event)).await
    }

    /// Reads a partner, and remembers it.
    async fn partner(&self, id: &PartnerId) -> Result<Option<Partner>, BoxError> {
        let found = self.store.partner(id).await?;
        self.remembered.add_partners(found.as_slice(), self.context.now);
        Ok(found)
    }

    async fn take_step(&self, step: NextStep) -> HandleResult {
        match step {
            NextStep::Done(publication) => Ok(publication),
            NextStep::Write(transition) => self.commit(*transition).await,
            NextStep::Decide(pending) => self.decide(*pending).await,
        }
    }

    async fn decide(&self, pending: PendingDecision) -> HandleResult {
        if let Some(offer) = search::remembered_offer(self, &pending).await? {
            return self.commit(pending.decide(&offer, &self.context)).await;
        }
        let candidates = self.store.candidates(pending.category(), pending.region());
        let candidates = candidates.await?;
        self.decide_among(pending, &candidates).await
    }

    async fn decide_among(&self, pending: PendingDecision, candidates: &[PartnerId]) -> HandleResult {
        let offer = search::offer(self, &pending, candidates).await?;
        self.commit(pending.decide(&offer, &self.context)).await
    }

    async fn commit(&self, transition: Transition) -> HandleResult {
        let saved = self.store.commit(&transition).await;
        for change in &transition.partners {
            match saved {
                Ok(()) => self.remembered.apply(change),
                Err(_) => self.remembered.forget(&change.partner),
            }
        }
        // guard: transition-is-saved-first
        saved?;
        Ok(transition.publication)
    }
}
