//! Messages through SNS.

use std::time::Duration;

use aws::AwsFailure;
use aws_config::SdkConfig;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::retry::RetryConfig;
use aws_sdk_sns::config::timeout::TimeoutConfig;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::operation::publish::PublishError;
use aws_sdk_sns::operation::publish::builders::PublishFluentBuilder;
use aws_sdk_sns::types::MessageAttributeValue;
use contract::{Phone, PushEndpointArn};

use super::{Push, SendError, Sender, payload};

/// How long one send may take. A push and the text message after it fit well into the lease.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(8);

/// What SNS says of a receiver that cannot be reached, without the `Exception` at the end that some
/// codes have and others have not.
const REFUSALS: [&str; 7] = [
    "EndpointDisabled",
    "PlatformApplicationDisabled",
    "NotFound",
    "InvalidParameter",
    "InvalidParameterValue",
    "Validation",
    "OptedOut",
];

/// What SNS says when it takes nothing for now, whatever the HTTP status.
const THROTTLES: [&str; 4] = [
    "Throttled",
    "Throttling",
    "RequestThrottled",
    "TooManyRequests",
];

/// The adapter of the [`Sender`] port.
#[derive(Clone, Debug)]
pub struct Sns {
    client: Client,
    sender_id: Option<SenderId>,
}

impl Sns {
    /// Sends with this configuration, but for its retries (a send is tried once) and its patience.
    pub fn new(config: &SdkConfig, sender_id: Option<SenderId>) -> Self {
        let patience = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(1))
            .operation_attempt_timeout(SEND_TIMEOUT)
            .operation_timeout(SEND_TIMEOUT)
            .build();
        let config = aws_sdk_sns::config::Builder::from(config)
            .retry_config(RetryConfig::disabled())
            .timeout_config(patience)
            .build();
        let client = Client::from_conf(config);
        Self { client, sender_id }
    }
}

impl Sender for Sns {
    async fn push(&self, endpoint: &PushEndpointArn, push: &Push<'_>) -> Result<(), SendError> {
        let publish = self.client.publish().target_arn(endpoint.as_str());
        send(publish.message_structure("json").message(payload(push))).await
    }

    async fn text(&self, phone: &Phone, text: &str) -> Result<(), SendError> {
        let publish = self
            .client
            .publish()
            .phone_number(phone.as_str())
            .message(text);
        let mut publish = attribute(publish, "AWS.SNS.SMS.SMSType", "Transactional")?;
        if let Some(SenderId(id)) = &self.sender_id {
            publish = attribute(publish, "AWS.SNS.SMS.SenderID", id)?;
        }
        send(publish).await
    }
}

async fn send(publish: PublishFluentBuilder) -> Result<(), SendError> {
    publish
        .send()
        .await
        .map(drop)
        .map_err(|error| classify(&error))
}

fn attribute(
    publish: PublishFluentBuilder,
    name: &str,
    value: &str,
) -> Result<PublishFluentBuilder, SendError> {
    let attribute = MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value);
    let unbuilt = |error| classify(&SdkError::construction_failure(error));
    Ok(publish.message_attributes(name, attribute.build().map_err(unbuilt)?))
}

/// A refusal in SNS's own words means that it did not send; silence, a broken server, or a success
/// that cannot be read, means nothing.
fn classify(error: &SdkError<PublishError>) -> SendError {
    let failure = AwsFailure::new("sns:Publish", error);
    let answer = match error {
        SdkError::ServiceError(answer) => answer,
        SdkError::ConstructionFailure(_) => return SendError::NotSent(failure),
        _ => return SendError::Unknown(failure),
    };
    let code = failure
        .code
        .strip_suffix("Exception")
        .unwrap_or(&failure.code);
    if REFUSALS.contains(&code) {
        SendError::Refused(failure)
    } else if answer.raw().status().is_client_error() || THROTTLES.contains(&code) {
        SendError::NotSent(failure)
    } else {
        SendError::Unknown(failure)
    }
}

/// The name that a text message comes from, where the country allows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderId(String);

impl SenderId {
    /// 1 to 11 of `A-Z a-z 0-9 -`, with at least one letter. SNS would take any other for a bad phone number.
    pub fn parse(setting: &str) -> Option<Self> {
        let fits = (1..=11).contains(&setting.len())
            && setting
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-')
            && setting.bytes().any(|c| c.is_ascii_alphabetic());
        fits.then(|| Self(setting.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use aws_config::BehaviorVersion;

    use super::*;
    use crate::LEASE;

    #[test]
    fn a_send_is_tried_once_and_is_over_before_the_lease() {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .retry_config(aws::retries())
            .timeout_config(aws::timeouts())
            .build();
        let sns = Sns::new(&config, None);
        let config = sns.client.config();
        assert_eq!(
            config.retry_config().map(RetryConfig::max_attempts),
            Some(1)
        );
        let patience = config.timeout_config().unwrap();
        assert_eq!(patience.operation_timeout(), Some(SEND_TIMEOUT));
        assert_eq!(patience.operation_attempt_timeout(), Some(SEND_TIMEOUT));
        assert!(2 * SEND_TIMEOUT < LEASE, "a push, and then a text");
    }

    #[test]
    fn no_answer_in_time_means_nothing_and_no_request_means_not_sent() {
        let late = classify(&SdkError::timeout_error("no answer"));
        assert!(matches!(late, SendError::Unknown(_)), "{late:?}");
        let unbuilt = classify(&SdkError::construction_failure("no request"));
        assert!(matches!(unbuilt, SendError::NotSent(_)), "{unbuilt:?}");
    }
}
