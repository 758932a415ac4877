//! One round of a message: load, decide, save.

use std::collections::BTreeSet;

use batch::BoxError;
use contract::{
    Event, Invalid, MatchClosed, PartnerId, PartnerRegistered, PointsCredited, PointsDeducted,
    PointsRejected, Publication, RequestDeferred, RequestSubmitted,
};
use futures_util::future::try_join;

use crate::domain::{self, DecisionContext, NextStep, PendingDecision, Transition};
use crate::search;
use crate::store::{CommitError, Store};

/// What a round is made with.
pub(crate) struct Round<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) moment: DecisionContext<'a>,
    /// Partners at whom other transactions were at work in earlier rounds.
    pub(crate) busy: &'a BTreeSet<PartnerId>,
}

/// What a round led to: what is to be published, if anything.
pub(crate) type Told = Result<Option<Publication>, Trouble>;

/// What ends a round without a result.
pub(crate) enum Trouble {
    Invalid(Invalid),
    Commit(CommitError),
}

impl<S: Store> Round<'_, S> {
    pub(crate) async fn go(&self) -> Told {
        match &self.moment.cause.event {
            Event::PartnerRegistered(event) => self.registered(event).await,
            Event::RequestSubmitted(event) => self.submitted(event).await,
            Event::RequestDeferred(event) => self.deferred(event).await,
            Event::MatchClosed(event) => self.closed(event).await,
            Event::PointsDeducted(event) => self.deducted(event).await,
            Event::PointsRejected(event) => self.rejected(event).await,
            Event::PointsCredited(event) => self.credited(event).await,
            _ => Ok(None), // none of matching's business; the decoder lets none of these through
        }
    }

    async fn registered(&self, event: &PartnerRegistered) -> Told {
        let known = self.store.partner(&event.partner_id).await?;
        if let Some(registration) = domain::on_registered(known.as_ref(), event)? {
            self.store.register(&registration).await?;
        }
        Ok(None)
    }

    async fn submitted(&self, event: &RequestSubmitted) -> Told {
        let request = self.store.request(&event.request_id);
        let candidates = self.store.candidates(&event.category, &event.region);
        let (found, listed) = try_join(request, candidates).await?;
        match domain::on_submitted(found.as_ref(), event, &self.moment)? {
            NextStep::Decide(undecided) => self.decide(*undecided, &listed).await,
            step => self.take(step).await,
        }
    }

    async fn deferred(&self, event: &RequestDeferred) -> Told {
        let found = self.store.request(&event.request_id).await?;
        let step = domain::on_deferred(found.as_ref(), event, &self.moment)?;
        self.take(step).await
    }

    async fn closed(&self, event: &MatchClosed) -> Told {
        let found = self.store.request(&event.request_id).await?;
        let step = domain::on_closed(found.as_ref(), event, &self.moment)?;
        self.take(step).await
    }

    async fn deducted(&self, event: &PointsDeducted) -> Told {
        let request = self.store.request(&event.request_id);
        let (found, partner) = try_join(request, self.store.partner(&event.partner_id)).await?;
        let step = domain::on_deducted(found.as_ref(), partner.as_ref(), event, &self.moment)?;
        self.take(step).await
    }

    async fn rejected(&self, event: &PointsRejected) -> Told {
        let request = self.store.request(&event.request_id);
        let (found, partner) = try_join(request, self.store.partner(&event.partner_id)).await?;
        let step = domain::on_rejected(found.as_ref(), partner.as_ref(), event, &self.moment)?;
        self.take(step).await
    }

    async fn credited(&self, event: &PointsCredited) -> Told {
        let partner = self.store.partner(&event.partner_id).await?;
        self.take(domain::on_credited(partner.as_ref(), event))
            .await
    }

    async fn take(&self, step: NextStep) -> Told {
        match step {
            NextStep::Done(publication) => Ok(publication),
            NextStep::Write(transition) => self.commit(*transition).await,
            NextStep::Decide(undecided) => {
                let (category, region) = (undecided.category(), undecided.region());
                let listed = self.store.candidates(category, region).await?;
                self.decide(*undecided, &listed).await
            }
        }
    }

    async fn decide(&self, undecided: PendingDecision, listed: &[PartnerId]) -> Told {
        let offer = search::offer(self.store, &undecided, listed, self.busy).await?;
        self.commit(undecided.decide(&offer, &self.moment)).await
    }

    async fn commit(&self, transition: Transition) -> Told {
        self.store.commit(&transition).await?;
        Ok(transition.publication)
    }
}

impl From<Invalid> for Trouble {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<CommitError> for Trouble {
    fn from(error: CommitError) -> Self {
        Self::Commit(error)
    }
}

/// What could not be read is as good as what could not be written.
impl From<BoxError> for Trouble {
    fn from(error: BoxError) -> Self {
        Self::Commit(CommitError::Unavailable(error))
    }
}
