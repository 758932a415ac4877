//! The events that other systems send.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Customer, Fee};
use crate::{
    Capacity, Category, Details, MatchId, PartnerId, PartnerName, Points, PurchaseId, Region, RequestId, Version,
    json::Flaw,
};

/// A partner, or a newer version of one.
///
/// Categories and regions are sets: order and repetition say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PartnerRegistered {
    /// Who.
    pub partner_id: PartnerId,
    /// The highest wins.
    pub version: Version,
    /// What customers call them.
    pub name: PartnerName,
    /// What they do; together with `regions` at most 40 pairs.
    #[schemars(with = "Vec<Category>", length(min = 1, max = 40))]
    pub categories: BTreeSet<Category>,
    /// Where they do all of it.
    #[schemars(with = "Vec<Region>", length(min = 1, max = 40))]
    pub regions: BTreeSet<Region>,
    /// How many matches at once.
    pub capacity: Capacity,
    /// What each match costs them.
    pub fee: Fee,
    /// Whether they take new matches.
    #[serde(default = "active_by_default")]
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

/// A customer asks for a service.
///
/// Two are equal if they ask for the same, `details` compared by their hash. `details` are never
/// written: they are passed on nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestSubmitted {
    /// Which request.
    pub request_id: RequestId,
    /// Who asks.
    pub customer: Customer,
    /// What for.
    pub category: Category,
    /// Where.
    pub region: Region,
    /// Anything else: any object.
    #[serde(default, skip_serializing)]
    #[schemars(with = "serde_json::Map<String, serde_json::Value>")]
    pub details: Option<Details>,
}

impl RequestSubmitted {
    /// The SHA-256 of the details' canonical JSON, in hexadecimal.
    pub fn details_hash(&self) -> Option<&str> {
        self.details.as_ref().map(Details::hash)
    }
}

/// A match's work is done: the partner's capacity is free again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MatchClosed {
    /// Which request.
    pub request_id: RequestId,
    /// Which of its matches.
    pub match_id: MatchId,
}

/// A partner paid for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PointsPurchased {
    /// Which purchase.
    pub purchase_id: PurchaseId,
    /// Who paid.
    pub partner_id: PartnerId,
    /// How many.
    pub points: Points,
}
