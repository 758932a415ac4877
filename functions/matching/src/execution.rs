//! One execution of a message: load, decide, save.

use std::collections::BTreeSet;

use aws::WriteError;
use batch::BoxError;
use contract::{
    Event, Invalid, MatchClosed, PartnerId, PartnerRegistered, PointsCredited, PointsDeducted, PointsRejected,
    Publication, RequestDeferred, RequestSubmitted,
};
use futures_util::future::try_join;

use crate::domain::{self, DecisionContext, NextStep, PendingDecision, Transition};
use crate::looks::{Began, Looks};
use crate::search;
use crate::store::{CommitError, Store};

/// The execution of a message: what it is decided and saved with. After a write conflict the message has another one.
pub(crate) struct Execution<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) context: DecisionContext<'a>,
    /// Partners whose items were in other transactions when earlier executions wrote.
    pub(crate) contended: &'a BTreeSet<PartnerId>,
    pub(crate) looks: &'a Looks,
    /// When this execution began: only later looks count for its decision.
    pub(crate) began: Began,
}

/// The event to publish, if any.
pub(crate) type HandleResult = Result<Option<Publication>, HandleError>;

/// Why an execution ended without a decision that is saved.
pub(crate) enum HandleError {
    Invalid(Invalid),
    /// A read or write failed; if it was a write, with the partners whose items were in other transactions.
    Store(CommitError),
}

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
        let known = self.store.partner(&event.partner_id).await?;
        if let Some(registration) = domain::on_registered(known.as_ref(), event)? {
            self.store.register(&registration).await?;
        }
        Ok(None)
    }

    async fn submitted(&self, event: &RequestSubmitted) -> HandleResult {
        let request = self.store.request(&event.request_id);
        let candidates = self.store.candidates(&event.category, &event.region);
        let (found, candidates) = try_join(request, candidates).await?;
        match domain::on_submitted(found.as_ref(), event, &self.context)? {
            NextStep::Decide(pending) => self.decide(*pending, &candidates).await,
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
        let request = self.store.request(&event.request_id);
        let (found, partner) = try_join(request, self.store.partner(&event.partner_id)).await?;
        let step = domain::on_deducted(found.as_ref(), partner.as_ref(), event, &self.context)?;
        self.take_step(step).await
    }

    async fn rejected(&self, event: &PointsRejected) -> HandleResult {
        let request = self.store.request(&event.request_id);
        let (found, partner) = try_join(request, self.store.partner(&event.partner_id)).await?;
        let step = domain::on_rejected(found.as_ref(), partner.as_ref(), event, &self.context)?;
        self.take_step(step).await
    }

    async fn credited(&self, event: &PointsCredited) -> HandleResult {
        let partner = self.store.partner(&event.partner_id).await?;
        self.take_step(domain::on_credited(partner.as_ref(), event)).await
    }

    async fn take_step(&self, step: NextStep) -> HandleResult {
        match step {
            NextStep::Done(publication) => Ok(publication),
            NextStep::Write(transition) => self.commit(*transition).await,
            NextStep::Decide(pending) => {
                let (category, region) = (pending.category(), pending.region());
                let candidates = self.store.candidates(category, region).await?;
                self.decide(*pending, &candidates).await
            }
        }
    }

    async fn decide(&self, pending: PendingDecision, candidates: &[PartnerId]) -> HandleResult {
        let offer = search::offer(self, &pending, candidates).await?;
        self.commit(pending.decide(&offer, &self.context)).await
    }

    async fn commit(&self, transition: Transition) -> HandleResult {
        // guard: transition-is-saved-first
        self.store.commit(&transition).await?;
        Ok(transition.publication)
    }
}

impl From<Invalid> for HandleError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<CommitError> for HandleError {
    fn from(error: CommitError) -> Self {
        Self::Store(error)
    }
}

impl From<WriteError> for HandleError {
    fn from(error: WriteError) -> Self {
        Self::Store(error.into())
    }
}

impl From<BoxError> for HandleError {
    fn from(error: BoxError) -> Self {
        WriteError::Failed(error).into()
    }
}
