//! Sends a message over the first channel that accepts it.

use contract::{Channel, FailedReason};

use crate::domain::{ChannelResult, DeliveryStep};
use crate::sender::{PushMessage, SendError, Sender};

/// Tries the channels in order until one accepts the message, and returns the result of each channel tried.
///
/// A channel that refuses the message has a result, and the next channel is tried. Any other error ends the delivery and
/// leaves no result: the refusals before it reached no customer, so that the next delivery may start over.
pub async fn deliver_first(
    sender: &impl Sender,
    steps: &[DeliveryStep<'_>],
    message: &PushMessage<'_>,
) -> Result<Vec<ChannelResult>, SendError> {
    let mut results = Vec::new();
    for step in steps {
        let (channel, answer) = match *step {
            DeliveryStep::Push(endpoint) => (Channel::Push, sender.send_push(endpoint, message).await),
            DeliveryStep::Sms(phone) => (Channel::Sms, sender.send_sms(phone, message.text).await),
            DeliveryStep::Fail(channel, reason) => {
                results.push(ChannelResult::failed(channel, reason));
                continue;
            }
        };
        match answer {
            Ok(()) => {
                results.push(ChannelResult::sent(channel));
                break;
            }
            Err(SendError::Refused(failure)) => {
                // The alarm `NotificationRefusedTexts` in template.yaml counts these lines by `channel` and `reason`.
                tracing::warn!(
                    request_id = %message.request_id,
                    channel = channel.as_str(),
                    reason = FailedReason::Refused.as_str(),
                    %failure,
                    "SNS refused the message: it is not sent over this channel"
                );
                // guard: text-follows-a-refused-push
                results.push(ChannelResult::failed(channel, FailedReason::Refused));
            }
            Err(error) => {
                log_disabled_platform(&error, message);
                return Err(error);
            }
        }
    }
    Ok(results)
}

fn log_disabled_platform(error: &SendError, message: &PushMessage<'_>) {
    if let SendError::PlatformDisabled(failure) = error {
        // The alarm `NotificationPlatformDisabled` in template.yaml counts these lines by `reason`.
        tracing::error!(
            request_id = %message.request_id,
            reason = "platform_disabled",
            %failure,
            "SNS has disabled the app's push platform: no push is sent until its credential is renewed"
        );
    }
}
