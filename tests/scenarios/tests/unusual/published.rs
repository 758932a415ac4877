//! What holds for every published message.

use std::collections::BTreeMap;

use builders::records::character_refused_by_sqs;
use contract::{EventType, Publication, schema};
use jsonschema::Validator;
use serde_json::Value;

/// The largest event: ten fit into one `PublishBatch`.
const MAX_BYTES: usize = 256 * 1024 / 10;

/// Checks of published messages.
pub struct PublishedChecks {
    schemas: BTreeMap<&'static str, Validator>,
}

impl PublishedChecks {
    pub fn new() -> Self {
        let options = || jsonschema::draft202012::options().should_validate_formats(true);
        let schemas = EventType::ALL.iter().map(|event_type| {
            let validator = options().build(&schema(*event_type)).unwrap();
            (event_type.as_str(), validator)
        });
        Self {
            schemas: schemas.collect(),
        }
    }

    /// The body fits its schema, and body and attributes are what SNS and SQS take.
    pub fn check(&self, event: &Publication) {
        let body: Value = serde_json::from_str(&event.body).unwrap();
        let errors: Vec<_> = self.schemas[event.event_type.as_str()].iter_errors(&body).collect();
        assert!(errors.is_empty(), "{errors:?} in {body}");
        for text in [&event.body, &event.correlation_id] {
            assert_eq!(character_refused_by_sqs(text), None, "{body}");
        }
        let size = event.body.len() + event.correlation_id.len() + event.event_type.as_str().len();
        assert!(
            size < MAX_BYTES && !event.correlation_id.is_empty(),
            "{size} bytes: {body}"
        );
        // SNS's rule for ids of messages and groups: 1 to 128 alphanumeric characters and punctuation.
        for id in [&event.id, &event.group] {
            assert!(
                (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic()),
                "{body}"
            );
        }
    }
}
