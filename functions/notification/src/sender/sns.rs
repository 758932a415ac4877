//! Sends messages through SNS.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::timeout::TimeoutConfig;
use aws_sdk_sns::error::SdkError;
use aws_sdk_sns::operation::publish::builders::PublishFluentBuilder;
use aws_sdk_sns::types::MessageAttributeValue;
use contract::{Phone, PushEndpointArn};

use super::connection::RetryIfNotConnected;
use super::failure::classify;
use super::{MaxPrice, PushMessage, SendError, Sender, payload};

/// The time-out of one send. A push and the text message after it fit well into the lease.
pub const SEND_TIMEOUT: Duration = Duration::from_secs(8);

/// How often a send that finds no connection is tried, within a second or so. What lasts longer is left to the queue's delays.
const CONNECTION_ATTEMPTS: u32 = 3;

/// The adapter of the [`Sender`] port.
#[derive(Clone, Debug)]
pub struct Sns {
    client: Client,
    sender_id: Option<SenderId>,
    max_price: MaxPrice,
}

impl Sns {
    /// A client with this configuration, but for retries and time-outs. It should be one that never uses an idle connection
    /// ([`with_fresh_connections`](aws::with_fresh_connections)). A message is sent once: only where no connection came about is
    /// it tried again. Text messages come from `sender_id`, where there is one and the country allows it; SNS does not deliver
    /// one that costs more than `max_price`.
    pub fn new(config: &SdkConfig, sender_id: Option<SenderId>, max_price: MaxPrice) -> Self {
        let timeouts = TimeoutConfig::builder()
            .operation_attempt_timeout(SEND_TIMEOUT)
            .operation_timeout(SEND_TIMEOUT)
            .build();
        let config = aws_sdk_sns::config::Builder::from(config)
            .retry_config(aws::retries().with_max_attempts(CONNECTION_ATTEMPTS))
            .retry_classifier(RetryIfNotConnected)
            .timeout_config(timeouts)
            .build();
        let client = Client::from_conf(config);
        Self {
            client,
            sender_id,
            max_price,
        }
    }
}

impl Sender for Sns {
    async fn send_push(&self, endpoint: &PushEndpointArn, message: &PushMessage<'_>) -> Result<(), SendError> {
        let publish = self
            .client
            .publish()
            .target_arn(endpoint.as_str())
            .message_structure("json")
            .message(payload(message));
        send(publish).await
    }

    async fn send_sms(&self, phone: &Phone, text: &str) -> Result<(), SendError> {
        let publish = self.client.publish().phone_number(phone.as_str()).message(text);
        let publish = with_attribute(publish, "AWS.SNS.SMS.SMSType", "String", "Transactional")?;
        let mut publish = with_attribute(publish, "AWS.SNS.SMS.MaxPrice", "Number", self.max_price.as_str())?;
        if let Some(SenderId(id)) = &self.sender_id {
            publish = with_attribute(publish, "AWS.SNS.SMS.SenderID", "String", id)?;
        }
        send(publish).await
    }
}

async fn send(publish: PublishFluentBuilder) -> Result<(), SendError> {
    match publish.send().await {
        Ok(_) => Ok(()),
        Err(error) => Err(classify(&error)),
    }
}

fn with_attribute(
    publish: PublishFluentBuilder,
    name: &str,
    data_type: &str,
    value: &str,
) -> Result<PublishFluentBuilder, SendError> {
    let attribute = MessageAttributeValue::builder()
        .data_type(data_type)
        .string_value(value)
        .build()
        .map_err(|error| classify(&SdkError::construction_failure(error)))?;
    Ok(publish.message_attributes(name, attribute))
}

/// The sender's name on a text message, where the country allows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SenderId(String);

impl SenderId {
    /// Reads 1 to 11 of `A-Z a-z 0-9 -` with at least one letter; `None` for anything else, since SNS would answer it as it
    /// answers a bad phone number.
    pub fn parse(setting: &str) -> Option<Self> {
        let allowed = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
        let is_valid = (1..=11).contains(&setting.len())
            && setting.bytes().all(allowed)
            && setting.bytes().any(|c| c.is_ascii_alphabetic());
        is_valid.then(|| Self(setting.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use aws_config::BehaviorVersion;

    use super::*;
    use crate::domain::LEASE_DURATION;

    #[test]
    fn two_sends_fit_into_the_lease() {
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .retry_config(aws::retries())
            .timeout_config(aws::timeouts())
            .build();
        let sns = Sns::new(&config, None, MaxPrice::parse("0.2").unwrap());
        let config = sns.client.config();
        let timeouts = config.timeout_config().unwrap();
        assert_eq!(timeouts.operation_timeout(), Some(SEND_TIMEOUT));
        assert_eq!(timeouts.operation_attempt_timeout(), Some(SEND_TIMEOUT));
        assert!(2 * SEND_TIMEOUT < LEASE_DURATION, "a push, and then a text");
    }
}
