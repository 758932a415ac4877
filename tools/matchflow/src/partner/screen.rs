//! The screen of `matchflow partner`.

use jiff::{Timestamp, Unit};
use serde_json::Value;

use super::entry::{Entry, Kind};
use super::holders::OpenMatches;
use super::{Balance, Partner};
use crate::screen::{Look, Screen};

pub fn write(partner: &Partner, screen: &mut Screen) {
    registration(partner, screen);
    account(partner, screen);
    if let Some(sums) = &partner.sums {
        let (look, text) = sums.said(partner.account);
        screen.line(&[(look, &format!("  sum: {text}"))]);
    }
    open_matches(partner, screen);
    if !partner.entries.is_empty() {
        screen.gap();
        let head = format!(
            "  {:>8} {:>10} {:>10}  {:<26}order",
            "sequence", "points", "balance", "time"
        );
        screen.line(&[(Look::Strong, &head)]);
    }
    for shown in &partner.entries {
        entry(shown, screen);
    }
    if let Some(part) = part_of(partner) {
        let oldest = partner.entries.last().map_or(0, |entry| entry.sequence);
        let more = if oldest > 1 { "; --entries N shows more" } else { "" };
        screen.line(&[(Look::Faint, &format!("  {part}{more}"))]);
    }
}

/// Which decisions are shown, if these are not all.
pub fn part_of(partner: &Partner) -> Option<String> {
    let newest = partner.entries.first().map_or(0, |entry| entry.sequence);
    // An account's sequence is the number of its decisions.
    let all = partner.account.map_or(0, |account| account.sequence).max(newest);
    let shown = partner.entries.len() as u64;
    let part = match partner.before {
        Some(before) => format!("{shown} of {all} decisions, before sequence {before}"),
        None => format!("the last {shown} of {all} decisions"),
    };
    (shown < all).then_some(part)
}

fn registration(partner: &Partner, screen: &mut Screen) {
    let (look, state) = state_of(partner);
    screen.line(&[(Look::Strong, &partner.id), (Look::Plain, "   "), (look, state)]);
    let Some(registered) = &partner.registration else {
        return;
    };
    let name = registered["name"].as_str().unwrap_or("–");
    screen.plain(&format!(
        "  {name}, version {}, fee {}",
        registered["version"], registered["fee"]["points"]
    ));
    let (categories, regions) = (list(&registered["categories"]), list(&registered["regions"]));
    screen.plain(&format!("  serves {categories} in {regions}"));
}

/// Whether it gets requests.
pub fn state_of(partner: &Partner) -> (Look, &'static str) {
    match &partner.registration {
        None => (Look::Late, "not registered"),
        Some(registered) if registered["active"] == false => (Look::Late, "inactive"),
        _ if partner.suspended => (Look::Late, "suspended: the known balance is below its fee"),
        _ => (Look::Good, "active"),
    }
}

/// Texts with commas.
pub fn list(texts: &Value) -> String {
    let texts = texts.as_array().into_iter().flatten();
    let texts: Vec<&str> = texts.filter_map(Value::as_str).collect();
    if texts.is_empty() {
        "nothing".to_owned()
    } else {
        texts.join(", ")
    }
}

fn account(partner: &Partner, screen: &mut Screen) {
    let (account, known) = (account_of(partner), known(partner));
    screen.plain(&format!("  account: {account}; matching knows {known}"));
}

/// The account in the ledger.
pub fn account_of(partner: &Partner) -> String {
    match partner.account {
        Some(account) => known_as(account),
        None if partner.account_is_unreadable => "cannot be read: its balance or its sequence is no number".to_owned(),
        None => "none: no purchase was handled yet".to_owned(),
    }
}

/// What matching knows of the account, which may be older.
pub fn known(partner: &Partner) -> String {
    let Some(known) = partner.known else {
        return "nothing of it".to_owned();
    };
    let is_older = partner.account.is_some_and(|account| account.sequence > known.sequence);
    let older = if is_older {
        " (a newer one is saved when it decides whether the partner can pay)"
    } else {
        ""
    };
    format!("{}{older}", known_as(known))
}

/// A balance and how many decisions made it.
fn known_as(Balance { balance, sequence }: Balance) -> String {
    format!("{balance} points at sequence {sequence}")
}

fn open_matches(partner: &Partner, screen: &mut Screen) {
    let open = &partner.open_matches;
    let capacity = partner
        .registration
        .as_ref()
        .map_or(&Value::Null, |registered| &registered["capacity"]);
    let of = if capacity.is_null() {
        String::new()
    } else {
        format!(" of {capacity}")
    };
    screen.plain(&format!("  open matches: {}{of}", open.count));
    for holder in &open.requests {
        let text = format!(
            "    {:<28} {:<10} submitted {}",
            holder.request, holder.state, holder.submitted_at
        );
        screen.plain(&text);
    }
    if let Some(text) = among(open) {
        screen.line(&[(Look::Late, &format!("    {text}"))]);
    }
}

/// Where it was looked for the requests, if not all were found.
pub fn among(open: &OpenMatches) -> Option<String> {
    let found = open.requests.len() as u64;
    let among = match (open.scanned, open.looked_at) {
        (true, _) => "all requests".to_owned(),
        (false, count) => format!("the account's last {count} decisions (--scan looks at all requests)"),
    };
    let text =
        format!("{found} found among {among}: others are not charged yet, or the count is wrong: matchflow audit");
    (found != open.count).then_some(text)
}

fn entry(entry: &Entry, screen: &mut Screen) {
    let time = short(&entry.time);
    let Entry {
        sequence,
        order,
        points,
        balance,
        ..
    } = entry;
    let (look, points) = match entry.kind {
        Kind::Credit => (Look::Good, format!("+{points}")),
        Kind::Charge => (Look::Plain, format!("-{points}")),
        Kind::Refusal => (Look::Late, format!("({points})")),
    };
    let reason = entry
        .reason
        .as_ref()
        .map_or(String::new(), |reason| format!("  refused, {reason}"));
    screen.line(&[
        (Look::Plain, &format!("  {sequence:>8} ")),
        (look, &format!("{points:>10}")),
        (Look::Plain, &format!(" {balance:>10}  ")),
        (Look::Faint, &format!("{time:<26}")),
        (Look::Plain, order),
        (Look::Late, &reason),
    ]);
}

/// A stored time to the millisecond.
pub fn short(stored: &str) -> String {
    let time: Option<Timestamp> = stored.parse().ok();
    let time = time.and_then(|time| time.round(Unit::Millisecond).ok());
    time.map_or_else(|| stored.to_owned(), |time| time.to_string())
}
