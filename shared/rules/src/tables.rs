//! The items of the tables, and all rules over them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::account::{self, Account};
use crate::charges;
use crate::claims::{self, Partner};
use crate::decision::Decision;
use crate::json::{elements, text};
use crate::request::Request;
use crate::violation::Violation;

/// Where the histories of accounts begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Begin {
    /// With the first decision on the account.
    #[default]
    First,
    /// With a later one, whose balance is taken as it is; an account without any decision is not judged.
    Later,
}

/// The items of matching and points.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Requests by their ids.
    pub requests: BTreeMap<String, Request>,
    /// Partners, as matching knows them, by their ids.
    pub partners: BTreeMap<String, Partner>,
    /// Accounts by their partners' ids.
    pub accounts: BTreeMap<String, Account>,
    /// Decisions by their orders.
    pub decisions: BTreeMap<String, Decision>,
    /// Where the decisions begin.
    pub begin: Begin,
}

impl Tables {
    /// Reads a snapshot `{requests, partners, decisions, accounts}`.
    pub fn of(snapshot: &Value) -> Self {
        let mut tables = Self::default();
        elements(&snapshot["requests"]).for_each(|item| tables.add_request(item));
        elements(&snapshot["partners"]).for_each(|item| tables.add_partner(item));
        elements(&snapshot["decisions"]).for_each(|item| tables.add_decision(item));
        for account in elements(&snapshot["accounts"]) {
            tables.add_account(text(&account["partner"]), &account["account"]);
        }
        tables
    }

    /// Adds a request's item, in place of what was known of it.
    pub fn add_request(&mut self, item: &Value) {
        let request = Request::of(item);
        self.requests.insert(request.id.clone(), request);
    }

    /// Adds a partner's item, in place of what was known of it.
    pub fn add_partner(&mut self, item: &Value) {
        let partner = Partner::of(item);
        self.partners.insert(partner.id.clone(), partner);
    }

    /// Adds a decision's item.
    pub fn add_decision(&mut self, item: &Value) {
        let decision = Decision::of(item);
        self.decisions.insert(decision.order.clone(), decision);
    }

    /// Adds a partner's account, in place of what was known of it.
    pub fn add_account(&mut self, partner: &str, item: &Value) {
        self.accounts.insert(partner.to_owned(), Account::of(item));
    }

    /// All that does not hold.
    pub fn violations(&self) -> impl Iterator<Item = Violation> {
        let decisions = self.decisions.values().filter_map(Decision::check);
        decisions
            .chain(self.of_accounts())
            .chain(self.open_matches())
            .chain(self.requests.values().filter_map(Request::check))
            .chain(self.charges())
    }

    /// What does not hold of accounts, and of the balances that matching knows.
    pub fn of_accounts(&self) -> impl Iterator<Item = Violation> {
        let mut partners: BTreeMap<&str, Vec<&Decision>> = account::histories(self.decisions.values());
        for partner in self.accounts.keys().chain(self.partners.keys()) {
            partners.entry(partner).or_default();
        }
        partners.into_iter().flat_map(|(partner, history)| {
            let account = self.accounts.get(partner).copied();
            let known = self.partners.get(partner);
            let known = known.and_then(|known| known.check_known(account, &history));
            let follows = account::check_account(partner, account, &history, self.begin);
            follows.into_iter().chain(known)
        })
    }

    /// What does not hold of claims.
    pub fn open_matches(&self) -> impl Iterator<Item = Violation> {
        let mut live: BTreeMap<&str, i128> = BTreeMap::new();
        for request in self.requests.values().filter(|request| request.is_live()) {
            *live.entry(&request.partner).or_default() += 1;
        }
        let unknown: Vec<Violation> = live
            .iter()
            .filter(|(partner, _)| !self.partners.contains_key(**partner))
            .map(|(partner, live)| claims::of_unknown(partner, *live))
            .collect();
        let partners = self.partners.values();
        let known = partners.filter_map(move |partner| partner.check_open_matches(&live));
        known.chain(unknown)
    }

    /// What does not hold of matches and their charges.
    pub fn charges(&self) -> impl Iterator<Item = Violation> {
        let mut charges = charges::by_request(self.decisions.values());
        let of_requests: Vec<Violation> = self
            .requests
            .values()
            .flat_map(|request| charges::check(request, charges.remove(&*request.id).unwrap_or_default()))
            .collect();
        let of_unknown = charges.into_values().flat_map(BTreeMap::into_values);
        of_requests.into_iter().chain(of_unknown.map(charges::without_match))
    }
}
