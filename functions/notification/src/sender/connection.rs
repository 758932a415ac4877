//! Sends that found no connection: nothing was sent, so that they are the only ones that are tried again at once.

use std::error::Error;

use aws_sdk_sns::config::interceptors::InterceptorContext;
use aws_sdk_sns::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_sns::error::ConnectorError;

/// Whether no connection came about: refused, timed out, no address for the name, no TLS session. Anything later, a reset
/// included, may have come after the message was taken.
pub(super) fn found_no_connection(error: &ConnectorError) -> bool {
    let mut source: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<hyper_util::client::legacy::Error>() {
            return error.is_connect();
        }
        source = error.source();
    }
    false
}

/// Forbids every retry but that of a send that found no connection. The SDK by itself would also send again what may have
/// been taken, as after a lost answer.
#[derive(Debug)]
pub(super) struct RetryIfNotConnected;

impl ClassifyRetry for RetryIfNotConnected {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let Some(Err(error)) = context.output_or_error() else {
            return RetryAction::NoActionIndicated;
        };
        // guard: no-repeat-of-what-may-be-sent
        if error.as_connector_error().is_some_and(found_no_connection) {
            return RetryAction::transient_error();
        }
        RetryAction::RetryForbidden
    }

    fn name(&self) -> &'static str {
        "RetryIfNotConnected"
    }
}
