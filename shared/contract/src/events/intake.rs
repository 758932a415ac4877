//! The events that other systems send.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Customer, Fee};
use crate::{
    Capacity, Category, Details, MatchId, PartnerId, PartnerName, Points, PurchaseId, Region, RequestId, Version,
    json::Flaw, values::EXPECTED_PHONE,
};

/// The registration of a partner, or a newer version of it.
///
/// Categories and regions are sets: order and repetition say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartnerRegistered {
    /// The partner's id.
    pub partner_id: PartnerId,
    /// The version of the registration: the highest one counts.
    pub version: Version,
    /// The partner's name, as customers read it.
    pub name: PartnerName,
    /// The categories that the partner serves; with `regions` at most 40 pairs.
    #[schemars(with = "Vec<Category>", length(min = 1, max = 40))]
    pub categories: BTreeSet<Category>,
    /// The regions in which the partner serves each of these categories.
    #[schemars(with = "Vec<Region>", length(min = 1, max = 40))]
    pub regions: BTreeSet<Region>,
    /// The most matches that the partner may have open at once.
    pub capacity: Capacity,
    /// The price of each match.
    pub fee: Fee,
    /// Whether the partner takes new matches.
    #[serde(default = "active_by_default")]
    #[schemars(with = "Option<bool>")]
    pub active: bool,
}

fn active_by_default() -> bool {
    true
}

impl PartnerRegistered {
    /// Checks how many pairs of a category and a region there are.
    pub(super) fn check_pairs(&self) -> Result<(), Flaw> {
        const MAX_PAIRS: usize = 40;
        let lists = [("categories", self.categories.len()), ("regions", self.regions.len())];
        if let Some((name, _)) = lists.iter().find(|(_, length)| *length == 0) {
            return Err(Flaw::value("must not be empty").within(name));
        }
        if lists[0].1 * lists[1].1 > MAX_PAIRS {
            return Err(Flaw::value("must make at most 40 pairs of a category and a region"));
        }
        Ok(())
    }
}

/// A customer's request for a service.
///
/// Two are equal if they ask for the same, `details` compared by their hash. `details` are never
/// written: they are passed on nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestSubmitted {
    /// The request's id.
    pub request_id: RequestId,
    /// The customer who asks.
    pub customer: Customer,
    /// The kind of service.
    pub category: Category,
    /// The place of the service.
    pub region: Region,
    /// Any other contents of the request, as one object.
    #[serde(default, skip_serializing)]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub details: Option<Details>,
}

impl RequestSubmitted {
    /// Checks that the phone is not too short: what functions publish may have such a phone from revision 1.
    pub(super) fn check_phone(&self) -> Result<(), Flaw> {
        match &self.customer.phone {
            Some(phone) if phone.is_too_short() => Err(Flaw::value(EXPECTED_PHONE).within("phone").within("customer")),
            _ => Ok(()),
        }
    }

    /// The SHA-256 of the details' canonical JSON, in hexadecimal.
    pub fn details_hash(&self) -> Option<&str> {
        self.details.as_ref().map(Details::hash)
    }
}

/// The end of a match's work: the partner's capacity is free again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatchClosed {
    /// The request's id.
    pub request_id: RequestId,
    /// The match's id.
    pub match_id: MatchId,
}

/// A partner's purchase of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsPurchased {
    /// The purchase's id.
    pub purchase_id: PurchaseId,
    /// The partner who paid.
    pub partner_id: PartnerId,
    /// The number of points.
    pub points: Points,
}
