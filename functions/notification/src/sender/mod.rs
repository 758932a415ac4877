//! The port to customers' phones.

mod push;
mod sns;

use aws::AwsFailure;
use contract::{MatchId, Phone, PushEndpointArn, RequestId};

pub use push::payload;
pub use sns::{SEND_TIMEOUT, SenderId, Sns};

/// Sends one message, at most once a call: nothing below may repeat it, since neither a text message
/// nor a push has an idempotency token.
pub trait Sender {
    /// Sends a push.
    fn push(
        &self,
        endpoint: &PushEndpointArn,
        push: &Push<'_>,
    ) -> impl Future<Output = Result<(), SendError>>;

    /// Sends a text message.
    fn text(&self, phone: &Phone, text: &str) -> impl Future<Output = Result<(), SendError>>;
}

/// A push: its text, and what an app needs to open the right page.
#[derive(Clone, Copy, Debug)]
pub struct Push<'a> {
    /// What the customer reads.
    pub text: &'a str,
    /// The request.
    pub request: &'a RequestId,
    /// The attempt that it is about.
    pub attempt: u32,
    /// The match, where there is one.
    pub match_id: Option<&'a MatchId>,
}

/// Why a message was not, or perhaps not, sent. Nothing of the service's own message is kept: it may
/// quote the phone number or the endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// This receiver cannot be reached this way, now or later.
    #[error("the receiver was refused")]
    Refused(#[source] AwsFailure),
    /// It was certainly not sent; it may be later.
    #[error("the message was not sent")]
    NotSent(#[source] AwsFailure),
    /// It may have been sent.
    #[error("nobody knows whether the message was sent")]
    Unknown(#[source] AwsFailure),
}
