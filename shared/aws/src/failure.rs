//! A failed call to AWS, in a form that may be logged.

use std::error::Error;

use aws_sdk_sns::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_sns::operation::RequestId;

/// A failed call: the operation, the error code and the request id, by which AWS's support finds the rest.
/// AWS's own message stays out, since it may quote the request (`Invalid parameter: PhoneNumber …`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {code}{}", request(request_id.as_deref()))]
pub struct AwsFailure {
    /// The operation, as in an IAM action: `sns:PublishBatch`.
    pub operation: &'static str,
    /// AWS's error code, or what went wrong before there was one.
    pub code: String,
    /// AWS's id of the request, if there was an answer.
    pub request_id: Option<String>,
}

impl AwsFailure {
    /// The failure of a call, from the SDK's error.
    pub fn new<E, R>(operation: &'static str, error: &SdkError<E, R>) -> Self
    where
        SdkError<E, R>: ProvideErrorMetadata + Error + 'static,
    {
        let code = match error {
            SdkError::ServiceError(_) => error.code().unwrap_or("an error without a code").to_owned(),
            SdkError::ResponseError(_) => "an answer that cannot be read".to_owned(),
            _ => root(error).to_string(),
        };
        let request_id = error.meta().request_id().map(str::to_owned);
        Self {
            operation,
            code,
            request_id,
        }
    }

    /// The failure of one entry, or of a part, of a call that succeeded.
    pub(crate) fn entry(operation: &'static str, code: &str, request_id: Option<&str>) -> Self {
        Self {
            operation,
            code: code.to_owned(),
            request_id: request_id.map(str::to_owned),
        }
    }

    /// The failure to build a request, so that there was no call.
    pub(crate) fn unbuilt(operation: &'static str, error: &BuildError) -> Self {
        Self {
            operation,
            code: error.to_string(),
            request_id: None,
        }
    }
}

/// The last source says what happened (`Connection refused`), those above it where.
pub(crate) fn root<'a>(mut error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    while let Some(source) = error.source() {
        error = source;
    }
    error
}

fn request(id: Option<&str>) -> String {
    id.map(|id| format!(" (request {id})")).unwrap_or_default()
}
