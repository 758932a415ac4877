//! The properties that every state must have, and the situations that some state must show, since a model that never gets
//! there would prove nothing.

mod always;
mod charges;
mod progress;
mod sometimes;

use stateright::Property;

use super::Saga;

type SagaProperty = Property<Saga>;

/// All properties; those that must always hold with the number of their guarantee in docs/understand/guarantees.md.
pub fn all() -> Vec<SagaProperty> {
    let mut properties = vec![
        SagaProperty::always("2: an order is decided once", charges::decided_once),
        SagaProperty::always("2: an account agrees with its decisions", charges::accounts_agree),
        SagaProperty::always("2: a request pays for its present match only", charges::paid_once),
        SagaProperty::always("3: claims are live matches within capacity", always::claims_fit),
        SagaProperty::always("3: a final state is final", always::final_is_final),
        SagaProperty::always(
            "6: only a late close is quarantined",
            always::only_late_closes_quarantined,
        ),
        SagaProperty::always(
            "11: an event has one body, a cause one effect",
            always::no_second_effect,
        ),
        SagaProperty::always("1: nothing is lost", progress::nothing_lost),
        SagaProperty::always("1: a close is not forgotten", progress::closes_remembered),
        SagaProperty::always("1: a decision can be written", progress::decisions_writable),
    ];
    properties.extend(sometimes::all());
    properties
}
