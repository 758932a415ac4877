//! The JSON Schema of every event, made from the types.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::{
    EventType, MatchClosed, NotificationFailed, NotificationSent, PartnerRegistered,
    PointsCredited, PointsDeducted, PointsPurchased, PointsRejected, RequestDeferred,
    RequestMatched, RequestSubmitted, RequestUnmatched, publication::Envelope,
    quarantined::RecordQuarantined,
};

/// The JSON Schema (2020-12) of a whole event of this type, envelope and data.
pub fn schema(event_type: EventType) -> Value {
    let mut schema = match event_type {
        EventType::PartnerRegistered => of::<PartnerRegistered>(),
        EventType::RequestSubmitted => of::<RequestSubmitted>(),
        EventType::MatchClosed => of::<MatchClosed>(),
        EventType::RequestMatched => of::<RequestMatched>(),
        EventType::RequestDeferred => of::<RequestDeferred>(),
        EventType::RequestUnmatched => of::<RequestUnmatched>(),
        EventType::PointsPurchased => of::<PointsPurchased>(),
        EventType::PointsCredited => of::<PointsCredited>(),
        EventType::PointsDeducted => of::<PointsDeducted>(),
        EventType::PointsRejected => of::<PointsRejected>(),
        EventType::NotificationSent => of::<NotificationSent>(),
        EventType::NotificationFailed => of::<NotificationFailed>(),
        EventType::RecordQuarantined => of::<RecordQuarantined<'_>>(),
    };
    schema["title"] = json!(event_type);
    schema["properties"]["type"] = json!({ "const": event_type });
    schema
}

fn of<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<Envelope<'_, T>>().into()
}
