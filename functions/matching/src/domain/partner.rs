//! A partner's state: its registration, its open matches, and the balance of its account as far as matching knows it.

use contract::{Category, Fee, PartnerId, PartnerRegistered, Region, Version};
use serde::{Deserialize, Serialize};

/// A partner as matching knows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    /// The registration with the highest version received so far.
    pub registered: PartnerRegistered,
    /// The number of claimed matches that are neither closed nor refused; at most the capacity, unless that was lowered.
    pub open_matches: u32,
    /// The balance from the `points.*` event with the highest sequence that was saved; none before the first.
    #[serde(rename = "shown", default, skip_serializing_if = "Option::is_none")]
    pub known_balance: Option<KnownBalance>,
}

/// The balance of a partner's account after one of points' decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownBalance {
    /// Points on the account.
    pub balance: u64,
    /// The number of the decision on the account, from 1; 0 if there was no account.
    pub sequence: u64,
}

impl KnownBalance {
    fn covers(&self, fee: Fee) -> bool {
        self.balance >= u64::from(fee.points.get())
    }
}

impl Partner {
    /// Whether the partner serves this category and region, available or not.
    pub fn serves(&self, category: &Category, region: &Region) -> bool {
        let registered = &self.registered;
        registered.active && registered.categories.contains(category) && registered.regions.contains(region)
    }

    /// Whether the known balance is below the current fee. A partner without a known balance is not suspended.
    pub fn is_suspended(&self) -> bool {
        self.known_balance
            .is_some_and(|known| !known.covers(self.registered.fee))
    }

    /// Whether one more match can be claimed.
    pub fn is_available(&self) -> bool {
        self.open_matches < self.registered.capacity.get() && !self.is_suspended()
    }

    /// The balance, if it is newer than the known one.
    pub fn newer_than_known(&self, balance: KnownBalance) -> Option<KnownBalance> {
        match self.known_balance {
            // guard: newest-balance-stays
            Some(known) if known.sequence >= balance.sequence => None,
            _ => Some(balance),
        }
    }

    /// The balance after a deduction, if it is newer and suspends the partner or ends its suspension: nothing else is
    /// worth a write. A known balance that stays too high costs one refusal.
    pub(super) fn if_it_changes_eligibility(&self, balance: KnownBalance) -> Option<KnownBalance> {
        let suspends = !balance.covers(self.registered.fee);
        if suspends || self.is_suspended() {
            self.newer_than_known(balance)
        } else {
            None
        }
    }

    /// The partner after a change that was saved.
    pub(crate) fn apply(&mut self, change: &PartnerChange) {
        let claimed = u32::from(change.claims.is_some());
        let freed = u32::from(change.frees);
        self.open_matches = self.open_matches.saturating_add(claimed).saturating_sub(freed);
        self.known_balance = change.balance.or(self.known_balance);
    }

    /// The partner after the refusal of a match's charge, which may have shown a newer balance.
    pub(super) fn after_refusal(self, balance: Option<KnownBalance>) -> Self {
        let newer = balance.and_then(|balance| self.newer_than_known(balance));
        Self {
            open_matches: self.open_matches.saturating_sub(1),
            known_balance: newer.or(self.known_balance),
            ..self
        }
    }
}

/// The change that a transition makes to one partner, in one update. One that both frees and claims leaves the number of
/// open matches as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerChange {
    /// The partner to change.
    pub partner: PartnerId,
    /// Whether a match ends: one open match less.
    pub frees: bool,
    /// The registration's version that a match is claimed under: one open match more, on the condition that the version
    /// is still this one, capacity is left and the known balance covers the fee.
    pub claims: Option<Version>,
    /// A balance to save, on the condition that it is still newer than the known one.
    pub balance: Option<KnownBalance>,
}

impl PartnerChange {
    pub(super) fn none(partner: &PartnerId) -> Self {
        Self {
            partner: partner.clone(),
            frees: false,
            claims: None,
            balance: None,
        }
    }

    pub(super) fn free(partner: &PartnerId, balance: Option<KnownBalance>) -> Self {
        Self {
            frees: true,
            balance,
            ..Self::none(partner)
        }
    }

    pub(super) fn save_balance(partner: &PartnerId, balance: KnownBalance) -> Self {
        Self {
            balance: Some(balance),
            ..Self::none(partner)
        }
    }
}
