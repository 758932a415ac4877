//! What an event leads to, and the write that saves it.

use contract::{PartnerId, Publication, RequestId};

use super::{PartnerChange, PendingDecision, Request, Stage};

/// What has to be done about an event.
#[derive(Clone, Debug, PartialEq)]
pub enum NextStep {
    /// Write nothing, since the event is a repeat or changes nothing. The saved event, if there is one, is published again.
    Done(Option<Publication>),
    /// Save a transition.
    Write(Box<Transition>),
    /// Look at the candidates, then decide.
    Decide(Box<PendingDecision>),
}

/// Changes that are saved in one conditional write: all of them or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// The request's next state; none if only a partner changes.
    pub request: Option<RequestChange>,
    /// The changes to partners, at most one for each.
    pub partners: Vec<PartnerChange>,
    /// The event to publish once the transition is saved.
    pub publication: Option<Publication>,
}

/// The change that a transition makes to its request, and the stage in which the request must still be when that is saved.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestChange {
    /// The request is put as a whole.
    Put {
        /// The stage before; none if no such request may be stored.
        before: Option<Stage>,
        /// The request after.
        after: Box<Request>,
    },
    /// A pending match is confirmed, and its saved event is dropped; nothing else of the request has to be known.
    Confirm {
        /// The request.
        request_id: RequestId,
        /// The attempt that must be the current one.
        attempt: u32,
        /// The partner whose match must be pending.
        partner: PartnerId,
    },
}

impl NextStep {
    /// A transition of a known request that publishes nothing.
    pub(super) fn unpublished(known: &Request, after: Request, partner: Option<PartnerChange>) -> Self {
        let change = RequestChange::Put {
            before: Some(known.stage.clone()),
            after: Box::new(after),
        };
        Self::Write(Box::new(Transition::unpublished(change, partner)))
    }
}

impl Transition {
    /// A transition of a request that publishes nothing.
    pub(super) fn unpublished(request: RequestChange, partner: Option<PartnerChange>) -> Self {
        Self {
            request: Some(request),
            partners: partner.into_iter().collect(),
            publication: None,
        }
    }
}
