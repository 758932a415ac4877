//! Partners: what they registered, what they hold, and what their account was last seen to hold.

use contract::{Category, Fee, PartnerId, PartnerRegistered, Region, Version};
use serde::{Deserialize, Serialize};

/// A partner as matching knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    /// The registration with the highest version handled so far.
    pub registered: PartnerRegistered,
    /// Live matches: claimed, and neither closed nor fallen through.
    pub open_matches: u32,
    /// The balance last shown by a `points.*` event, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
}

/// A balance as an event showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The points on the account.
    pub balance: u64,
    /// Which decision on the account showed them.
    pub sequence: u64,
}

impl Shown {
    fn covers(&self, fee: Fee) -> bool {
        self.balance >= u64::from(fee.points.get())
    }
}

impl Partner {
    /// Whether it takes requests of this kind at all, free or not.
    pub fn serves(&self, category: &Category, region: &Region) -> bool {
        let registered = &self.registered;
        registered.active
            && registered.categories.contains(category)
            && registered.regions.contains(region)
    }

    /// Whether its last shown balance is below its fee as it is now. Never shown is not set aside.
    pub fn set_aside(&self) -> bool {
        self.shown
            .is_some_and(|shown| !shown.covers(self.registered.fee))
    }

    /// Whether one more match can be claimed.
    pub fn free(&self) -> bool {
        self.open_matches < self.registered.capacity.get() && !self.set_aside()
    }

    /// `shown` if it is news: older than what was shown already, it says nothing.
    pub fn news(&self, shown: Shown) -> Option<Shown> {
        self.shown
            .is_none_or(|known| known.sequence < shown.sequence)
            .then_some(shown)
    }

    /// What a deduction adds: only what sets the partner aside, or ends that, is worth a write. A balance
    /// that stays too high costs one refusal.
    pub(super) fn worth_showing(&self, shown: Shown) -> Option<Shown> {
        let enough = shown.covers(self.registered.fee);
        self.news(shown).filter(|_| !enough || self.set_aside())
    }

    /// The partner after a match fell through and its refusal showed a balance.
    pub(super) fn freed(self, shown: Option<Shown>) -> Self {
        let news = shown.and_then(|shown| self.news(shown));
        Self {
            open_matches: self.open_matches.saturating_sub(1),
            shown: news.or(self.shown),
            ..self
        }
    }
}

/// What a transition does to one partner, in one update. Freeing and claiming together leave the count as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerChange {
    /// Whom it concerns.
    pub partner: PartnerId,
    /// A match ends: one less open.
    pub frees: bool,
    /// A match begins: one more open, if the registration is still of this version, capacity is left and
    /// the shown balance covers the fee.
    pub claims: Option<Version>,
    /// A balance to remember, if it is still newer than the one known.
    pub shows: Option<Shown>,
}

impl PartnerChange {
    pub(super) fn none(partner: &PartnerId) -> Self {
        Self {
            partner: partner.clone(),
            frees: false,
            claims: None,
            shows: None,
        }
    }

    pub(super) fn freed(partner: &PartnerId, shows: Option<Shown>) -> Self {
        Self {
            frees: true,
            shows,
            ..Self::none(partner)
        }
    }

    pub(super) fn shown(partner: &PartnerId, shown: Shown) -> Self {
        Self {
            shows: Some(shown),
            ..Self::none(partner)
        }
    }
}
