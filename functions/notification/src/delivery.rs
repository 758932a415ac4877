//! Goes a route.

use contract::{Channel, FailedReason};

use crate::domain::{Step, Tried};
use crate::sender::{Push, SendError, Sender};

/// Goes a route up to the first message that is taken. An error other than a refusal ends it: what
/// was tried before is tried again with the rest, as nothing of it has reached the customer.
pub async fn go(
    sender: &impl Sender,
    route: &[Step<'_>],
    push: &Push<'_>,
) -> Result<Vec<Tried>, SendError> {
    let mut tried = Vec::new();
    for step in route {
        let (channel, sent) = match *step {
            Step::Push(endpoint) => (Channel::Push, sender.push(endpoint, push).await),
            Step::Text(phone) => (Channel::Sms, sender.text(phone, push.text).await),
            Step::Fail(channel, reason) => {
                tried.push(Tried::failed(channel, reason));
                continue;
            }
        };
        match sent {
            Ok(()) => {
                tried.push(Tried::sent(channel));
                break;
            }
            Err(SendError::Refused(failure)) => {
                let (request_id, channel_name) = (push.request, channel.as_str());
                tracing::warn!(%request_id, channel = channel_name, %failure, "refused");
                tried.push(Tried::failed(channel, FailedReason::Refused));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(tried)
}
