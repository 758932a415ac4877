//! The second look: what disagrees at first sight is read by its key, consistently, in an order in which it must agree.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::stream::{StreamExt as _, TryStreamExt as _, iter};
use jiff::{SignedDuration, Timestamp};
use rules::{Decision, Rule, Violation};

use super::difference::{Difference, NotJudged};
use super::reading::{Reading, is_before};
use super::suspects::Suspects;
use super::{account, claims, waiting};
use crate::failure::Failure;
use crate::tables::Tables;

/// How many are read again at the same time.
const AT_ONCE: usize = 16;

/// The least time that a stack keeps a request once it has ended (the parameter `RetentionDays`).
const RETENTION: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Reads again, and judges.
pub struct Judge<'a> {
    tables: &'a Tables,
    segments: u16,
    now: Timestamp,
    pub not_judged: Vec<NotJudged>,
}

impl<'a> Judge<'a> {
    pub fn new(tables: &'a Tables, segments: u16, now: Timestamp) -> Self {
        Self {
            tables,
            segments,
            now,
            not_judged: Vec::new(),
        }
    }

    /// What disagrees, and still does when it is read again.
    pub async fn judge(&mut self, reading: &mut Reading, since: Option<Timestamp>) -> Result<Vec<Difference>, Failure> {
        let suspects = Suspects::of(&reading.tables, since, self.now);
        reading.looked.read_again = suspects.count();
        let mut violations = each(&suspects.decisions, |order| self.decision(order)).await?;
        violations.extend(each(&suspects.requests, |id| self.request(id)).await?);
        violations.extend(self.charges(&suspects.charges, reading).await?);
        violations.extend(self.accounts(&suspects.accounts, reading).await?);
        let claims = claims::look_again(self.tables, self.segments, &suspects.claims, &reading.tables).await?;
        violations.extend(claims.violations);
        self.not_judged.extend(claims.not_judged);
        let waiting = each(&suspects.waiting, |id| self.waiting(id)).await?;
        Ok(violations.into_iter().map(Difference::from).chain(waiting).collect())
    }

    async fn decision(&self, order: &str) -> Result<Vec<Violation>, Failure> {
        let mut fresh = rules::Tables::default();
        let item = self.tables.ledger.get(order.to_owned(), "decision").await?;
        if let Some(item) = &item {
            fresh.add_decision(item);
        }
        Ok(of_rules(&fresh, &[Rule::DecisionFitsEvent]))
    }

    /// The request first: what it says of its charges was decided before.
    async fn request(&self, id: &str) -> Result<Vec<Violation>, Failure> {
        let mut fresh = rules::Tables::default();
        let item = self.tables.matching.get(format!("request#{id}"), "request").await?;
        if let Some(item) = &item {
            fresh.add_request(item);
        }
        let orders: Vec<String> = fresh.requests.values().flat_map(rules::Request::orders).collect();
        let keys = orders.into_iter().map(|order| (order, "decision"));
        let charges = self.tables.ledger.get_all(keys).await?;
        for item in &charges {
            fresh.add_decision(item);
        }
        Ok(of_rules(&fresh, &[Rule::MatchCharge, Rule::RequestState]))
    }

    /// Charges that had no match; those whose request may be forgotten are counted.
    async fn charges(&mut self, orders: &BTreeSet<String>, reading: &Reading) -> Result<Vec<Violation>, Failure> {
        let decisions = &reading.tables.decisions;
        let is_old = |order: &&String| {
            let decision = decisions.get(*order);
            decision.is_some_and(|decision| is_before(&decision.decided_at, self.now - RETENTION))
        };
        let (old, orders): (BTreeSet<_>, BTreeSet<_>) = orders.iter().partition(is_old);
        let violations = each(orders, |order| self.charge(order, decisions)).await?;
        if !old.is_empty() {
            self.not_judged.push(NotJudged {
                item: format!("{} charges", old.len()),
                why: "older than 400 days, and their requests are no longer kept".to_owned(),
            });
        }
        Ok(violations)
    }

    /// A charge, and then its request, which was saved before it was decided.
    async fn charge(&self, order: &str, decisions: &BTreeMap<String, Decision>) -> Result<Vec<Violation>, Failure> {
        let mut fresh = rules::Tables::default();
        let Some(decision) = decisions.get(order) else {
            return Ok(Vec::new());
        };
        let pk = format!("request#{}", decision.request);
        fresh.decisions.insert(order.to_owned(), decision.clone());
        let item = self.tables.matching.get(pk, "request").await?;
        if let Some(item) = &item {
            fresh.add_request(item);
        }
        Ok(of_rules(&fresh, &[Rule::ChargeHasMatch]))
    }

    async fn accounts(&self, partners: &BTreeSet<String>, reading: &mut Reading) -> Result<Vec<Violation>, Failure> {
        let mut scanned: BTreeMap<&str, Vec<&Decision>> = BTreeMap::new();
        let decisions = reading.tables.decisions.values();
        for decision in decisions.filter(|decision| partners.contains(&decision.partner)) {
            scanned.entry(&decision.partner).or_default().push(decision);
        }
        let begin = reading.tables.begin;
        let looks = each(partners, async |partner| {
            let scanned = scanned.get(partner).map(Vec::as_slice).unwrap_or_default();
            Ok(vec![account::look_again(self.tables, partner, scanned, begin).await?])
        });
        let mut violations = Vec::new();
        for look in looks.await? {
            violations.extend(look.of_accounts());
            reading.tables.decisions.extend(look.decisions);
        }
        Ok(violations)
    }

    async fn waiting(&self, id: &str) -> Result<Vec<Difference>, Failure> {
        let item = self.tables.matching.get(format!("request#{id}"), "request").await?;
        Ok(item
            .and_then(|item| waiting::difference(&item, self.now))
            .into_iter()
            .collect())
    }
}

/// The violations of these rules.
fn of_rules(tables: &rules::Tables, rules: &[Rule]) -> Vec<Violation> {
    let violations = tables.violations();
    violations.filter(|violation| rules.contains(&violation.rule)).collect()
}

/// What all of these give, in their order.
pub async fn each<'i, T>(
    ids: impl IntoIterator<Item = &'i String>,
    look: impl AsyncFn(&'i str) -> Result<Vec<T>, Failure>,
) -> Result<Vec<T>, Failure> {
    let looks = iter(ids).map(|id| look(id)).buffered(AT_ONCE);
    let found: Vec<Vec<T>> = looks.try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}
