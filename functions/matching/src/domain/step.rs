//! What an event asks for, and what is written for it.

use contract::Publication;

use super::{PartnerChange, Request, Stage, Undecided};

/// What an event asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing to write: a repeat, or nothing that matters. What it caused is published again.
    Done(Option<Publication>),
    /// A change to be written.
    Write(Box<Transition>),
    /// A decision to be made, for which the candidates have to be looked at.
    Decide(Box<Undecided>),
}

/// One conditional write: all of it or nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// The request's next state; none where only a partner is concerned.
    pub request: Option<RequestChange>,
    /// What happens to partners, each named once.
    pub partners: Vec<PartnerChange>,
    /// What is published once this is written.
    pub publication: Option<Publication>,
}

/// A request's next state, on the condition that it is still where it was.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestChange {
    /// Where it has to be: none, if there must be no such request.
    pub before: Option<Stage>,
    /// The request from now on.
    pub after: Request,
}

impl Step {
    /// A request's next state of which nobody is told.
    pub(super) fn quiet(known: &Request, after: Request, partner: Option<PartnerChange>) -> Self {
        let before = Some(known.stage.clone());
        Self::Write(Box::new(Transition {
            request: Some(RequestChange { before, after }),
            partners: partner.into_iter().collect(),
            publication: None,
        }))
    }
}
