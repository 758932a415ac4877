//! The port to customers' phones.

mod connection;
mod failure;
mod price;
mod push;
mod sns;

use aws::AwsFailure;
use contract::{MatchId, Phone, PushEndpointArn, RequestId};

pub use price::MaxPrice;
pub use push::payload;
pub use sns::{SEND_TIMEOUT, SenderId, Sns};

/// Sends messages to phones. Each call sends at most one message: an adapter must not send again what may have been sent, since
/// neither a text message nor a push has an idempotency token.
pub trait Sender {
    /// Sends a push to an app's endpoint.
    fn send_push(
        &self,
        endpoint: &PushEndpointArn,
        message: &PushMessage<'_>,
    ) -> impl Future<Output = Result<(), SendError>>;

    /// Sends a text message to a phone.
    fn send_sms(&self, phone: &Phone, text: &str) -> impl Future<Output = Result<(), SendError>>;
}

/// A push: the text, and the ids with which the app opens the right page.
#[derive(Clone, Copy, Debug)]
pub struct PushMessage<'a> {
    /// The text that the customer reads.
    pub text: &'a str,
    /// The request that the text is about.
    pub request_id: &'a RequestId,
    /// The number of the decision that the text tells of, from 1.
    pub attempt: u32,
    /// The match that the text tells of; `None` for an unmatched request.
    pub match_id: Option<&'a MatchId>,
}

/// The error of a send. It keeps nothing of the service's own message, which may quote the phone number or the endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The phone or endpoint cannot be reached, now or later.
    #[error("the phone or endpoint was refused")]
    Refused(#[source] AwsFailure),
    /// The message was certainly not sent; a later try may succeed.
    #[error("the message was not sent")]
    NotSent(#[source] AwsFailure),
    /// No push can be sent to any endpoint of the app until people act: the credential with which SNS reaches its platform has
    /// expired, say. The message was not sent; it is no refusal by this endpoint.
    #[error("the push platform is disabled, and the message was not sent")]
    PlatformDisabled(#[source] AwsFailure),
    /// The message may have been sent.
    #[error("it is not known whether the message was sent")]
    Unknown(#[source] AwsFailure),
}

impl SendError {
    /// Whether the message may have been sent.
    pub fn may_have_been_sent(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }
}
