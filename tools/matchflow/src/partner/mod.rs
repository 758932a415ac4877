//! `matchflow partner`: a partner's registration, its open matches and the requests that hold them, its account and the last entries.

mod entry;
mod holders;
mod page;
mod screen;
mod sums;

use clap::Args;
use futures_util::try_join;
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;
use crate::tables::{Entries, Tables};
use entry::Entry;
use holders::OpenMatches;
use sums::Sums;

/// How many decisions are shown where nothing is said.
pub const ENTRIES: u16 = 20;

/// Which partner is shown.
#[derive(Debug, Args)]
pub struct PartnerArguments {
    /// The partner's id
    pub id: String,
    /// How many of the ledger's decisions on the account are shown, the newest first
    #[arg(long, value_name = "N", default_value_t = ENTRIES)]
    pub entries: u16,
    /// Look for the requests that hold open matches in the whole table, which costs read units, in place of the account's last charges
    #[arg(long)]
    pub scan: bool,
    /// Add up the account: points bought, charged and refused, over all of its decisions, which costs read units
    #[arg(long)]
    pub sum: bool,
    /// Show decisions before this sequence alone
    #[arg(long, value_name = "SEQUENCE")]
    pub before: Option<u64>,
}

/// A partner.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    pub id: String,
    /// The registration in force; none where points were bought by a partner that is not registered.
    registration: Option<Value>,
    open_matches: OpenMatches,
    /// The account in the ledger; none before the first purchase.
    account: Option<Balance>,
    /// Whether the ledger has an account whose balance or sequence is no number.
    account_is_unreadable: bool,
    /// What matching knows of the account; none before it was told anything that matters.
    known: Option<Balance>,
    /// Whether matching passes the partner over, since the known balance is below its fee.
    suspended: bool,
    /// The last decisions on the account, the newest first.
    entries: Vec<Entry>,
    /// The sequence that these are before, if they are not the last.
    #[serde(skip)]
    before: Option<u64>,
    /// The account, added up; there with `--sum`.
    #[serde(skip_serializing_if = "Option::is_none")]
    sums: Option<Sums>,
}

/// The balance of an account after so many decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Balance {
    balance: i64,
    sequence: u64,
}

impl PartnerArguments {
    /// A partner, as far as keys lead.
    pub fn of(id: String, entries: u16) -> Self {
        Self {
            id,
            entries,
            scan: false,
            sum: false,
            before: None,
        }
    }
}

impl Partner {
    /// Reads all of a partner, which has to exist.
    pub async fn of(stack: &Stack, arguments: &PartnerArguments) -> Result<Self, Failure> {
        let partner = Self::find(stack, arguments).await?;
        partner.ok_or_else(|| not_found(&arguments.id))
    }

    /// Reads all of a partner, if there is one.
    pub async fn find(stack: &Stack, arguments: &PartnerArguments) -> Result<Option<Self>, Failure> {
        let (tables, id) = (Tables::of(stack)?, &arguments.id);
        let pk = format!("partner#{id}");
        let (item, account) = try_join!(
            tables.matching.get(pk.clone(), "partner"),
            tables.ledger.get(pk, "account"),
        )?;
        if item.is_none() && account.is_none() {
            return Ok(None);
        }
        let item = item.unwrap_or_default();
        let open = item["openMatches"].as_u64().unwrap_or_default();
        let last = arguments.before.map_or(u64::MAX, |before| before.saturating_sub(1));
        let newest = Entries::Newest(arguments.entries.max(1), last);
        let (open_matches, entries) = try_join!(
            OpenMatches::of(&tables, id, open, arguments.scan),
            tables.ledger.history(id, newest),
        )?;
        let known = balance(&item["shown"]);
        let readable = account.as_ref().and_then(balance);
        let sums = if arguments.sum {
            Some(Sums::of(&tables.ledger, id, readable).await?)
        } else {
            None
        };
        let fee = item["registered"]["fee"]["points"].as_i64();
        Ok(Some(Self {
            id: id.clone(),
            suspended: known.zip(fee).is_some_and(|(known, fee)| known.balance < fee),
            registration: Some(&item["registered"])
                .filter(|registered| registered.is_object())
                .cloned(),
            open_matches,
            account: readable,
            account_is_unreadable: account.is_some() && readable.is_none(),
            known,
            entries: entries.iter().take(arguments.entries.into()).map(Entry::of).collect(),
            before: arguments.before,
            sums,
        }))
    }
}

fn balance(item: &Value) -> Option<Balance> {
    Some(Balance {
        balance: item["balance"].as_i64()?,
        sequence: item["sequence"].as_u64()?,
    })
}

fn not_found(id: &str) -> Failure {
    let why = "no registration and no purchase of it was handled";
    let next =
        "Look whether these are in quarantine or among the dead letters: matchflow status, docs/do/quarantine.md";
    Failure::not_found(format!("There is no partner {id}"), why, next)
}

impl Report for Partner {
    fn write(&self, screen: &mut Screen) {
        screen::write(self, screen);
    }
}
