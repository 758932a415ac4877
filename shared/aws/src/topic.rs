//! The events topic.

mod split;

use std::collections::{HashMap, HashSet};

use aws_config::SdkConfig;
use aws_sdk_sns::Client;
use aws_sdk_sns::error::BuildError;
use aws_sdk_sns::operation::RequestId;
use aws_sdk_sns::operation::publish_batch::PublishBatchOutput;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use batch::{BoxError, Topic};
use contract::Publication;

use crate::AwsFailure;

pub(crate) use split::ENTRIES;

const OPERATION: &str = "sns:PublishBatch";

/// The topic that events are published to.
///
/// Events go out in their order, as many a call as the service takes, one call after the other. The same
/// event twice (a message and its duplicate in one batch) is sent once, and both get its result. After a
/// failed event, later ones of its message group are not sent in later calls, so that they do not overtake it.
/// Within one call SNS takes what it can: there one may, which is what `attempt` and `sequence` are for. A call
/// that failed does not keep the next one from being made, since other groups go on.
#[derive(Clone, Debug)]
pub struct SnsTopic {
    client: Client,
    arn: String,
}

/// Why an event was not published. No reason is the message's fault: every one is retried.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// AWS refused the call, or this entry of it.
    #[error(transparent)]
    Failed(#[from] AwsFailure),
    /// No call can carry the event.
    #[error("{OPERATION}: an event of {0} bytes is above the limit of {limit}", limit = split::BYTES)]
    TooLarge(usize),
    /// An earlier event of its message group failed.
    #[error("{OPERATION}: held back behind a failed event of its message group")]
    HeldBack,
    /// The answer named the entry neither successful nor failed.
    #[error("{OPERATION}: the answer does not mention the event")]
    Unanswered,
}

type Published = Result<(), PublishError>;

impl SnsTopic {
    /// The topic of this ARN.
    pub fn new(config: &SdkConfig, arn: impl Into<String>) -> Self {
        let client = Client::new(config);
        let arn = arn.into();
        Self { client, arn }
    }

    /// Publishes events of different ids.
    async fn publish_runs<'e>(&self, events: &[&'e Publication]) -> HashMap<&'e str, Published> {
        let mut results = HashMap::new();
        let mut failed_groups = HashSet::new();
        for mut run in split::runs(events) {
            let held_back = run.extract_if(.., |event| failed_groups.contains(event.group.as_str()));
            results.extend(held_back.map(|event| (event.id.as_str(), Err(PublishError::HeldBack))));
            for (event, result) in run.iter().zip(self.publish_run(&run).await) {
                if result.is_err() {
                    failed_groups.insert(event.group.as_str());
                }
                results.insert(event.id.as_str(), result);
            }
        }
        results
    }

    async fn publish_run(&self, run: &[&Publication]) -> Vec<Published> {
        match run {
            [] => Vec::new(),
            [event] if split::size(event) > split::BYTES => {
                vec![Err(PublishError::TooLarge(split::size(event)))]
            }
            _ => match self.call(run).await {
                Ok(answer) => by_entry(run.len(), &answer),
                Err(failure) => vec![Err(failure.into()); run.len()],
            },
        }
    }

    async fn call(&self, run: &[&Publication]) -> Result<PublishBatchOutput, AwsFailure> {
        let entries = run.iter().enumerate().map(|(id, event)| entry(id, event));
        let entries = entries.collect::<Result<_, _>>();
        let entries = entries.map_err(|error| AwsFailure::unbuilt(OPERATION, &error))?;
        let call = self.client.publish_batch().topic_arn(&self.arn);
        let call = call.set_publish_batch_request_entries(Some(entries));
        let answer = call.send().await;
        answer.map_err(|error| AwsFailure::new(OPERATION, &error))
    }
}

impl Topic for SnsTopic {
    type Event = Publication;

    async fn publish(&self, events: &[&Publication]) -> Vec<Result<(), BoxError>> {
        let mut seen = HashSet::new();
        let distinct: Vec<&Publication> = events
            .iter()
            .copied()
            .filter(|event| seen.insert(event.id.as_str()))
            .collect();
        let results = self.publish_runs(&distinct).await;
        let result = |event: &&Publication| match results.get(event.id.as_str()) {
            Some(result) => result.clone().map_err(Into::into),
            None => Err(PublishError::Unanswered.into()),
        };
        events.iter().map(result).collect()
    }
}

fn entry(id: usize, event: &Publication) -> Result<PublishBatchRequestEntry, BuildError> {
    let mut entry = PublishBatchRequestEntry::builder()
        .id(id.to_string())
        .message(&event.body)
        .message_group_id(&event.group)
        .message_deduplication_id(&event.id);
    for (name, value) in split::attributes(event) {
        let attribute = MessageAttributeValue::builder()
            .data_type("String")
            .string_value(value)
            .build()?;
        entry = entry.message_attributes(name, attribute);
    }
    entry.build()
}

/// The results of a call that succeeded as a call: its answer names each entry successful or failed.
fn by_entry(entries: usize, answer: &PublishBatchOutput) -> Vec<Published> {
    // guard: each-entry-is-published
    let mut results = vec![Err(PublishError::Unanswered); entries];
    let successful = answer.successful().iter().map(|entry| (entry.id(), Ok(())));
    let failed = answer.failed().iter().map(|entry| {
        let failure = AwsFailure::entry(OPERATION, entry.code(), answer.request_id());
        (Some(entry.id()), Err(failure.into()))
    });
    for (id, result) in successful.chain(failed) {
        let place = id.and_then(|id| results.get_mut(id.parse::<usize>().ok()?));
        if let Some(place) = place {
            *place = result;
        }
    }
    results
}
