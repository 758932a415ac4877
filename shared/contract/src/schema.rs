//! The JSON Schema of every event, made from the types.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Value, json};

use crate::{EventType, publication::Envelope};

/// The JSON Schema (2020-12) of a whole event of this type, envelope and data.
pub fn schema(event_type: EventType) -> Value {
    let mut schema = event_type.envelope_schema();
    schema["title"] = json!(event_type);
    schema["properties"]["type"] = json!({ "const": event_type });
    schema
}

/// The JSON Schema of an envelope around this data.
pub(crate) fn envelope_with<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    generator.into_root_schema_for::<Envelope<'_, T>>().into()
}
