//! An event source mapping's settings.

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::{EventSourceMappingConfiguration, FilterCriteria, FunctionResponseType, ScalingConfig};
use wiring::Mapping;

use crate::consumers::mapping_of;
use crate::failure::Failure;
use crate::stack::Stack;

/// A queue's event source mapping.
#[derive(Clone, Debug)]
pub struct EventSource {
    pub id: String,
    pub function_arn: String,
    pub batch_size: usize,
    /// Seconds.
    pub window: u64,
    /// The most batches at once; none where pollers are provisioned, or where nothing bounds them.
    pub concurrency: Option<usize>,
    pub has_pollers: bool,
    pub reports_partial_batches: bool,
    pub has_filters: bool,
}

impl EventSource {
    fn of(read: &EventSourceMappingConfiguration) -> Self {
        let number = |value: Option<i32>| value.and_then(|value| value.try_into().ok()).unwrap_or_default();
        let concurrency = read.scaling_config().and_then(ScalingConfig::maximum_concurrency);
        let window = read.maximum_batching_window_in_seconds().unwrap_or_default();
        let filters = read.filter_criteria().map(FilterCriteria::filters);
        Self {
            id: read.uuid().unwrap_or_default().to_owned(),
            function_arn: read.function_arn().unwrap_or_default().to_owned(),
            batch_size: number(read.batch_size()),
            window: window.try_into().unwrap_or_default(),
            concurrency: concurrency.map(|most| number(Some(most))),
            has_pollers: read.provisioned_poller_config().is_some(),
            reports_partial_batches: read
                .function_response_types()
                .contains(&FunctionResponseType::ReportBatchItemFailures),
            has_filters: filters.is_some_and(|filters| !filters.is_empty()),
        }
    }
}

/// Reads the mapping by which a function reads a queue.
pub async fn read(stack: &Stack, client: &Client, mapping: &Mapping) -> Result<Option<EventSource>, Failure> {
    let found = mapping_of(stack, client, mapping).await?;
    Ok(found.as_ref().map(EventSource::of))
}
