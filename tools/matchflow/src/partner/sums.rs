//! An account, added up: what was bought, charged and refused.

use serde::Serialize;
use serde_json::Value;

use super::Balance;
use super::entry::{Entry, Kind};
use crate::failure::Failure;
use crate::screen::{Look, counted};
use crate::tables::{Entries, Table};

/// How many decisions are in memory at a time.
const PAGE: u16 = 1000;

/// The sums of an account's decisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sums {
    /// By purchases.
    bought: Sum,
    /// By matches.
    charged: Sum,
    /// By matches that could not be charged: these change no balance. A refusal for a partner without an account is not among them.
    refused: Sum,
    /// How many of the account's decisions the index does not have: the newest may be missing for a moment.
    missing: u64,
    /// Whether what was bought, less what was charged, is the account's balance.
    is_balance: bool,
}

/// Points, and the number of decisions that they are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Sum {
    points: u64,
    count: u64,
}

impl Sums {
    /// Reads all decisions up to the account's sequence, page by page; all that there are where the account has no sequence.
    pub async fn of(ledger: &Table, partner: &str, account: Option<Balance>) -> Result<Self, Failure> {
        let last = account.map_or(u64::MAX, |account| account.sequence);
        let read = async |last| ledger.history(partner, Entries::Newest(PAGE, last)).await;
        Ok(Self::of_pages(last, read).await?.held_against(account))
    }

    async fn of_pages(mut last: u64, read: impl AsyncFn(u64) -> Result<Vec<Value>, Failure>) -> Result<Self, Failure> {
        let mut sums = Self::default();
        loop {
            let entries: Vec<Entry> = read(last).await?.iter().map(Entry::of).collect();
            let Some(oldest) = entries.last() else {
                return Ok(sums);
            };
            sums.add(&entries);
            last = oldest.sequence.saturating_sub(1);
        }
    }

    fn add(&mut self, entries: &[Entry]) {
        for entry in entries {
            let sum = match entry.kind {
                Kind::Credit => &mut self.bought,
                Kind::Charge => &mut self.charged,
                Kind::Refusal => &mut self.refused,
            };
            sum.points = sum.points.saturating_add(entry.points);
            sum.count += 1;
        }
    }

    fn held_against(self, account: Option<Balance>) -> Self {
        let decisions = self.bought.count + self.charged.count + self.refused.count;
        Self {
            missing: account.map_or(0, |account| account.sequence.saturating_sub(decisions)),
            is_balance: account.is_some_and(|account| i128::from(account.balance) == self.balance()),
            ..self
        }
    }

    /// What was bought, less what was charged.
    fn balance(&self) -> i128 {
        i128::from(self.bought.points) - i128::from(self.charged.points)
    }

    /// The sums, and whether they are the balance.
    pub fn said(&self, account: Option<Balance>) -> (Look, String) {
        let (bought, charged, refused) = (self.bought, self.charged, self.refused);
        let (look, is) = match account {
            Some(_) if self.missing > 0 => {
                let missing = format!(
                    "without {} that the index does not have",
                    counted(self.missing, "decision")
                );
                (
                    Look::Late,
                    format!("{missing}: try again in a moment, then matchflow audit"),
                )
            }
            Some(_) if self.is_balance => (Look::Good, "the balance".to_owned()),
            Some(account) => (
                Look::Bad,
                format!("not the balance of {}: matchflow audit", account.balance),
            ),
            None => (Look::Late, "no balance to hold it against".to_owned()),
        };
        let purchases = counted(bought.count, "purchase");
        let matches = if charged.count == 1 { "match" } else { "matches" };
        let refusals = match refused.count {
            0 => "nothing was refused".to_owned(),
            count => format!("refused: {}, of {} points", counted(count, "charge"), refused.points),
        };
        let text = format!(
            "{} bought in {purchases} − {} charged in {} {matches} = {}, {is}; {refusals}",
            bought.points,
            charged.points,
            charged.count,
            self.balance(),
        );
        (look, text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn each_decision_is_added_once_however_many_pages_there_are() {
        let item = |sequence: u64| json!({ "sequence": sequence, "transfer": { "credit": "partner#p", "points": 10 } });
        let read = async |last: u64| {
            let newest = (1..=5).rev().filter(|sequence| *sequence <= last);
            Ok(newest.take(2).map(item).collect())
        };
        for (last, count) in [(u64::MAX, 5), (3, 3), (0, 0)] {
            let bought = Sums::of_pages(last, read).await.unwrap().bought;
            assert_eq!((bought.points, bought.count), (10 * count, count));
        }
    }

    fn sums(account: Option<(i64, u64)>) -> (Sums, Option<Balance>) {
        let entry = |(sequence, kind, points)| Entry {
            sequence,
            time: String::new(),
            order: String::new(),
            kind,
            points,
            balance: 0,
            reason: None,
        };
        let account = account.map(|(balance, sequence)| Balance { balance, sequence });
        let mut sums = Sums::default();
        sums.add(&[(4, Kind::Refusal, 900), (3, Kind::Charge, 300)].map(entry));
        sums.add(&[(2, Kind::Charge, 200), (1, Kind::Credit, 1_000)].map(entry));
        (sums.held_against(account), account)
    }

    #[test]
    fn what_was_bought_less_what_was_charged_is_the_balance() {
        let sum = |points, count| Sum { points, count };
        let expected = Sums {
            bought: sum(1_000, 1),
            charged: sum(500, 2),
            refused: sum(900, 1),
            missing: 0,
            is_balance: true,
        };
        assert_eq!(sums(Some((500, 4))).0, expected);
    }

    #[test]
    fn a_sum_says_whether_it_is_the_balance() {
        for (account, look, expected) in [
            (
                Some((500, 4)),
                Look::Good,
                "= 500, the balance; refused: 1 charge, of 900 points",
            ),
            (
                Some((499, 4)),
                Look::Bad,
                "= 500, not the balance of 499: matchflow audit;",
            ),
            (
                Some((200, 5)),
                Look::Late,
                "= 500, without 1 decision that the index does not have:",
            ),
            (None, Look::Late, "= 500, no balance to hold it against;"),
        ] {
            let (sums, account) = sums(account);
            let (seen, text) = sums.said(account);
            assert!(seen == look && text.contains(expected), "{text}");
            assert!(
                text.starts_with("1000 bought in 1 purchase − 500 charged in 2 matches = "),
                "{text}"
            );
        }
    }
}
