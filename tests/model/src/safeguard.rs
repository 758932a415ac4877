//! The safeguards of the product that the model can do without, to show that a property fails then.

/// A safeguard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safeguard {
    /// Points looks up the decision on an order, and writes on the condition that there is none.
    OneDecisionPerOrder,
    /// Points writes on the condition that the account's sequence is the one that was read.
    AccountSequenceCondition,
    /// Matching writes on the condition that the request's state and attempt are those that were read.
    RequestStageCondition,
    /// Matching chooses among available partners.
    AvailablePartnersOnly,
    /// Matching claims a partner on the condition that capacity is left.
    CapacityCondition,
    /// A match that ends releases its partner's capacity.
    CapacityRelease,
    /// A match that is closed before its charge is decided is remembered as closed.
    EarlyCloseRemembered,
    /// A decision is saved before its event is published.
    SaveBeforePublish,
    /// A repeat publishes the saved event again.
    PublishOnRepeat,
    /// What is published again is the saved event, not what would be decided now.
    PublishAsSaved,
    /// A message is acknowledged only after the event that it caused was published.
    PublishBeforeAcknowledge,
}
