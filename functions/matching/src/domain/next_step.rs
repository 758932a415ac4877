//! What an event leads to, and the write that saves it.

use contract::Publication;

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

/// A request's next state, and the stage in which the request must still be when it is saved.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestChange {
    /// The stage before; none if no such request may be stored.
    pub before: Option<Stage>,
    /// The request after.
    pub after: Request,
}

impl NextStep {
    /// A transition of a known request that publishes nothing.
    pub(super) fn unpublished(known: &Request, after: Request, partner: Option<PartnerChange>) -> Self {
        let before = Some(known.stage.clone());
        Self::Write(Box::new(Transition {
            request: Some(RequestChange { before, after }),
            partners: partner.into_iter().collect(),
            publication: None,
        }))
    }
}
