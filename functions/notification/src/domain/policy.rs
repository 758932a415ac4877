//! The deployment's policy: which channels a customer is notified over, in which order, and until when.

use std::time::Duration;

use contract::{Channel, FailedReason, Phone, PushEndpointArn};
use jiff::Timestamp;

use super::StatusUpdate;

/// The deployment's limits on what is sent, from its settings.
#[derive(Clone, Debug)]
pub struct NotificationPolicy {
    /// The greatest age of a decision that customers are still told of.
    pub notify_within: Duration,
    /// The phone numbers that text messages may go to, since each message costs money.
    pub allowed_prefixes: AllowedPrefixes,
}

/// A channel in the order of trying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryStep<'a> {
    /// Send a push to this endpoint.
    Push(&'a PushEndpointArn),
    /// Send a text message to this phone.
    Sms(&'a Phone),
    /// Send nothing: the channel fails for this reason.
    Fail(Channel, FailedReason),
}

/// The result of trying a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelResult {
    /// The channel that was tried.
    pub channel: Channel,
    /// `None` if the channel accepted the message.
    pub failure: Option<FailedReason>,
}

impl ChannelResult {
    /// The result of a channel that accepted the message.
    pub fn sent(channel: Channel) -> Self {
        let failure = None;
        Self { channel, failure }
    }

    /// The result of a channel that refused the message or could not be used.
    pub fn failed(channel: Channel, reason: FailedReason) -> Self {
        let failure = Some(reason);
        Self { channel, failure }
    }
}

impl NotificationPolicy {
    /// Lists the channels to try for an update, at least one: push if the customer has an endpoint, and the text
    /// message after it, for customers without an endpoint and for a push that is refused.
    pub fn delivery_steps<'a>(&self, update: &StatusUpdate<'a>, now: Timestamp) -> Vec<DeliveryStep<'a>> {
        let customer = update.customer;
        let phone = customer.phone.as_ref().filter(|phone| !phone.is_too_short());
        let first_channel = if customer.push_endpoint_arn.is_some() {
            Channel::Push
        } else if phone.is_some() {
            Channel::Sms
        } else {
            return vec![DeliveryStep::Fail(Channel::None, FailedReason::NoChannel)];
        };
        if self.is_too_late(update, now) {
            return vec![DeliveryStep::Fail(first_channel, FailedReason::TooLate)];
        }
        let mut steps = Vec::new();
        if let Some(endpoint) = &customer.push_endpoint_arn {
            steps.push(DeliveryStep::Push(endpoint));
        }
        if let Some(phone) = phone {
            steps.push(self.sms_step(phone));
        }
        steps
    }

    fn sms_step<'a>(&self, phone: &'a Phone) -> DeliveryStep<'a> {
        if self.allowed_prefixes.allow(phone) {
            DeliveryStep::Sms(phone)
        } else {
            DeliveryStep::Fail(Channel::Sms, FailedReason::PrefixNotAllowed)
        }
    }

    /// A decision dated in the future, by a clock that is ahead, is not late.
    fn is_too_late(&self, update: &StatusUpdate<'_>, now: Timestamp) -> bool {
        let age = now.duration_since(update.decided_at);
        Duration::try_from(age).is_ok_and(|age| age > self.notify_within)
    }
}

/// The beginnings of the phone numbers that text messages may go to, such as `+82`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedPrefixes(Vec<String>);

impl AllowedPrefixes {
    /// Reads one or more prefixes, separated by commas; `None` if one of them is not a phone number's beginning.
    pub fn parse(setting: &str) -> Option<Self> {
        let mut prefixes = Vec::new();
        for prefix in setting.split(',') {
            let prefix = prefix.trim();
            if !is_prefix(prefix) {
                return None;
            }
            prefixes.push(prefix.to_owned());
        }
        Some(Self(prefixes))
    }

    /// Whether a text message may go to this phone.
    pub fn allow(&self, phone: &Phone) -> bool {
        self.0.iter().any(|prefix| phone.as_str().starts_with(prefix))
    }
}

/// Whether this is `+` and at least one digit: `+` alone would allow every phone on earth.
fn is_prefix(prefix: &str) -> bool {
    prefix.strip_prefix('+').is_some_and(|digits| {
        (1..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0')
    })
}
