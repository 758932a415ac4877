//! Shapes that several events share.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{CustomerId, Locale, PartnerId, PartnerName, Phone, Points, PushEndpointArn};

/// The customer of a request, and how notifications reach them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// The customer's id.
    pub id: CustomerId,
    /// The phone number for text messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// The SNS platform endpoint for pushes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub push_endpoint_arn: Option<PushEndpointArn>,
    /// The language of the notifications.
    #[serde(default)]
    #[schemars(with = "Option<Locale>")]
    pub locale: Locale,
}

/// The partner of a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    /// The partner's id.
    pub id: PartnerId,
    /// The partner's name, as customers read it.
    pub name: PartnerName,
}

/// The price of a match for its partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fee {
    /// The number of points.
    pub points: Points,
}
