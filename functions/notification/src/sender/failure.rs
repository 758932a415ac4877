//! Says of a failed `Publish` whether the message was sent, and whose fault it is.

use aws::AwsFailure;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::operation::publish::PublishError::{
    self, EndpointDisabledException, InternalErrorException, InvalidParameterException, InvalidParameterValueException,
    NotFoundException, PlatformApplicationDisabledException, ValidationException,
};

use super::SendError;
use super::connection::found_no_connection;

/// The codes of throttling that are no errors of `Publish` in SNS's service model, without the `Exception` that some end
/// with. They come with various HTTP statuses.
const THROTTLING_CODES: [&str; 4] = ["Throttled", "Throttling", "RequestThrottled", "TooManyRequests"];

/// An error code of SNS's own means that the message was not sent, and so does a connection that never came about; no
/// answer, a server error, or a success that cannot be read, leaves it open.
pub(super) fn classify(error: &SdkError<PublishError>) -> SendError {
    let failure = AwsFailure::new("sns:Publish", error);
    match error {
        SdkError::ConstructionFailure(_) => SendError::NotSent(failure),
        SdkError::DispatchFailure(dispatch) if dispatch.as_connector_error().is_some_and(found_no_connection) => {
            SendError::NotSent(failure)
        }
        SdkError::ServiceError(answer) => {
            let is_client_error = answer.raw().status().is_client_error();
            classify_answer(answer.err(), is_client_error, failure)
        }
        _ => SendError::Unknown(failure),
    }
}

/// The SDK makes its error types from SNS's service model, so that no wire code has to be known here: that of
/// `InvalidParameterValueException` is `ParameterValueInvalid`.
fn classify_answer(error: &PublishError, is_client_error: bool, failure: AwsFailure) -> SendError {
    let code = failure.code.strip_suffix("Exception").unwrap_or(&failure.code);
    match error {
        EndpointDisabledException(_)
        | InvalidParameterException(_)
        | InvalidParameterValueException(_)
        | NotFoundException(_)
        | ValidationException(_) => SendError::Refused(failure),
        PlatformApplicationDisabledException(_) => SendError::PlatformDisabled(failure),
        InternalErrorException(_) => SendError::Unknown(failure),
        _ if is_client_error || THROTTLING_CODES.contains(&code) => SendError::NotSent(failure),
        _ => SendError::Unknown(failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_leaves_it_open_and_a_request_that_was_not_built_was_not_sent() {
        let late = classify(&SdkError::timeout_error("no answer"));
        assert!(matches!(late, SendError::Unknown(_)), "{late:?}");
        let unbuilt = classify(&SdkError::construction_failure("no request"));
        assert!(matches!(unbuilt, SendError::NotSent(_)), "{unbuilt:?}");
    }
}
