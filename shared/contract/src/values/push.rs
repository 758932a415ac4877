//! Push endpoints, and the account and region that they must share with the queue a message came by.

use super::{hidden, made_of, text};

text!(
    /// The ARN of a customer's SNS platform endpoint. Personal: not shown in `Debug`.
    PushEndpointArn,
    "the ARN of an SNS platform endpoint",
    {
        "maxLength": 512,
        "pattern": "^arn:aws[a-z-]{0,64}:sns:[a-z0-9-]{1,64}:[0-9]{12}:endpoint/[A-Za-z0-9_-]{1,256}/[A-Za-z0-9_.-]{1,256}/[A-Za-z0-9_-]{1,256}$"
    },
    is_push_endpoint
);
hidden!(PushEndpointArn);

impl PushEndpointArn {
    /// Whether the endpoint is in this account and region.
    pub fn is_in(&self, account_region: AccountRegion<'_>) -> bool {
        AccountRegion::of(&self.0) == Some(account_region)
    }
}

/// The account and region of an AWS resource, with the partition they are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountRegion<'a> {
    /// `aws`, `aws-cn`, …
    pub partition: &'a str,
    /// `ap-northeast-2`, …
    pub region: &'a str,
    /// Twelve digits.
    pub account: &'a str,
}

impl<'a> AccountRegion<'a> {
    /// Those of the resource with this ARN; `None` if it is not the ARN of a regional resource.
    pub fn of(arn: &'a str) -> Option<Self> {
        parts(arn).map(|(account_region, _, _)| account_region)
    }
}

fn is_push_endpoint(text: &str) -> bool {
    text.len() <= 512
        && parts(text).is_some_and(|(_, service, resource)| {
            service == "sns" && resource.strip_prefix("endpoint/").is_some_and(is_path)
        })
}

/// An ARN's account and region, service and resource.
fn parts(arn: &str) -> Option<(AccountRegion<'_>, &str, &str)> {
    let rest = arn.strip_prefix("arn:")?;
    let mut parts = rest.splitn(5, ':');
    let (partition, service) = (parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let suffix = partition.strip_prefix("aws")?;
    let right = made_of(suffix, 0..=64, |b| b.is_ascii_lowercase() || *b == b'-')
        && made_of(region, 1..=64, |b| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-'
        })
        && made_of(account, 12..=12, u8::is_ascii_digit);
    let account_region = AccountRegion {
        partition,
        region,
        account,
    };
    right.then_some((account_region, service, resource))
}

/// Whether a text has the form `<platform>/<application>/<id>`.
fn is_path(text: &str) -> bool {
    let word = |part: &&str, dot: fn(&u8) -> bool| made_of(part, 1..=256, dot);
    let [platform, application, id] = text.split('/').collect::<Vec<_>>()[..] else {
        return false;
    };
    let plain: fn(&u8) -> bool = |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let dotted: fn(&u8) -> bool = |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    word(&platform, plain) && word(&application, dotted) && word(&id, plain)
}
