//! Shapes that several events share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CustomerId, Locale, PartnerId, PartnerName, Phone, Points, PushEndpointArn};

/// Who asked, and how to reach them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Who.
    pub id: CustomerId,
    /// Where to send a text message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Phone")]
    pub phone: Option<Phone>,
    /// Where to push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "PushEndpointArn")]
    pub push_endpoint_arn: Option<PushEndpointArn>,
    /// In which language.
    #[serde(default)]
    pub locale: Locale,
}

/// The partner of a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    /// Who.
    pub id: PartnerId,
    /// What customers call them.
    pub name: PartnerName,
}

/// What a partner pays for a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fee {
    /// How many points.
    pub points: Points,
}
