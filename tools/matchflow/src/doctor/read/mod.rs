//! A stack's settings, as AWS answers them; none where the resource does not exist.

pub mod account;
pub mod functions;
pub mod key;
pub mod mappings;
pub mod queues;
pub mod tables;
pub mod topic;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};

use crate::failure::Failure;

/// An answer, or none if the error says that what was asked for does not exist.
fn existing<T, E, R>(operation: &str, answer: Result<T, SdkError<E, R>>) -> Result<Option<T>, Failure>
where
    SdkError<E, R>: ProvideErrorMetadata + std::error::Error + 'static,
{
    const MISSING: [&str; 5] = [
        "AWS.SimpleQueueService.NonExistentQueue",
        "NotFound",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
    ];
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code().is_some_and(|code| MISSING.contains(&code)) => Ok(None),
        Err(error) => Err(Failure::of_call(operation, &error)),
    }
}
