//! The ways to a customer, in the order in which they are tried.

use std::time::Duration;

use contract::{Channel, Customer, FailedReason, Phone};
use jiff::Timestamp;

use super::News;

/// What may be told, and where to.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Older news is not told any more.
    pub notify_within: Duration,
    /// The phones that text messages are paid for.
    pub allowed_prefixes: AllowedPrefixes,
}

/// One step of a route. A route ends with the first message that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Push to this endpoint.
    Push(&'a contract::PushEndpointArn),
    /// Text to this phone.
    Text(&'a Phone),
    /// This channel fails without being tried.
    Fail(Channel, FailedReason),
}

/// A channel that was tried, and why it failed if it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The channel.
    pub channel: Channel,
    /// Why it failed.
    pub failed: Option<FailedReason>,
}

impl Tried {
    /// The message was taken.
    pub fn sent(channel: Channel) -> Self {
        let failed = None;
        Self { channel, failed }
    }

    /// There was no message, or it was refused.
    pub fn failed(channel: Channel, reason: FailedReason) -> Self {
        let failed = Some(reason);
        Self { channel, failed }
    }
}

impl Rules {
    /// The steps for this news, never empty: push where there is an endpoint, and text messages for
    /// who has none, or whose push is refused.
    pub fn route<'a>(&self, news: &News<'a>, now: Timestamp) -> Vec<Step<'a>> {
        let Customer {
            phone,
            push_endpoint_arn,
            ..
        } = news.customer;
        let push = push_endpoint_arn.as_ref().map(Step::Push);
        let text = phone.as_ref().map(|phone| self.text(phone));
        let first = match (&push, &text) {
            (Some(_), _) => Channel::Push,
            (None, Some(_)) => Channel::Sms,
            (None, None) => return vec![Step::Fail(Channel::None, FailedReason::NoChannel)],
        };
        if self.is_too_late(news, now) {
            return vec![Step::Fail(first, FailedReason::TooLate)];
        }
        push.into_iter().chain(text).collect()
    }

    fn text<'a>(&self, phone: &'a Phone) -> Step<'a> {
        if self.allowed_prefixes.allow(phone) {
            Step::Text(phone)
        } else {
            Step::Fail(Channel::Sms, FailedReason::PrefixNotAllowed)
        }
    }

    /// News from the future is as good as any.
    fn is_too_late(&self, news: &News<'_>, now: Timestamp) -> bool {
        Duration::try_from(now.duration_since(news.time)).is_ok_and(|age| age > self.notify_within)
    }
}

/// The beginnings of the phone numbers that text messages may go to, such as `+82`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedPrefixes(Vec<String>);

impl AllowedPrefixes {
    /// Reads prefixes separated by commas, at least one.
    pub fn parse(setting: &str) -> Option<Self> {
        let prefixes = setting.split(',').map(str::trim);
        let prefixes = prefixes.map(|prefix| is_prefix(prefix).then(|| prefix.to_owned()));
        prefixes.collect::<Option<_>>().map(Self)
    }

    /// Whether a text message to this phone is paid for.
    pub fn allow(&self, phone: &Phone) -> bool {
        self.0
            .iter()
            .any(|prefix| phone.as_str().starts_with(prefix))
    }
}

/// `+` alone would allow every phone on earth.
fn is_prefix(prefix: &str) -> bool {
    prefix.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0')
    })
}
