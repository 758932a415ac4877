//! Who could have been asked: which partners served whom, and which of them were free, since when.

use std::time::SystemTime;

use serde_json::Value;

use super::{Holds, holds, list, number, text};
use crate::functions::MAX_ATTEMPTS;

/// The states of a request in which a match holds its partner.
const LIVE: [&str; 3] = ["pending", "closing", "confirmed"];

/// Every registration of every partner.
#[derive(Default)]
pub(super) struct Partners(Vec<Version>);

/// A partner as it was registered for a while.
#[derive(Debug)]
struct Version {
    registered: Value,
    since: SystemTime,
    until: Option<SystemTime>,
    free_since: Option<SystemTime>,
}

impl Partners {
    pub(super) fn step(&mut self, before: &Value, after: &Value, now: SystemTime) -> Holds {
        for partner in list(&after["partners"]) {
            held(partner, &after["requests"])?;
            goes_on(&before["partners"], partner)?;
            self.watch(partner, now);
        }
        Ok(())
    }

    fn watch(&mut self, partner: &Value, now: SystemTime) {
        let registered = &partner["registered"];
        let last = self.0.iter_mut().rfind(|version| {
            version.until.is_none() && version.registered["partnerId"] == registered["partnerId"]
        });
        let free_since = is_free(partner).then_some(now);
        match last {
            Some(last) if last.registered == *registered => {
                last.free_since = free_since.map(|now| last.free_since.unwrap_or(now));
            }
            replaced => {
                if let Some(last) = replaced {
                    (last.until, last.free_since) = (Some(now), None);
                }
                self.0.push(Version {
                    registered: registered.clone(),
                    since: now,
                    until: None,
                    free_since,
                });
            }
        }
    }

    /// A request that found nobody did so for the reason that its event gives. `begun` is when its message was taken up:
    /// what was so from then on until now is what every look at the table showed.
    pub(super) fn found_nobody(&self, request: &Value, event: &Value, begun: SystemTime) -> Holds {
        let (state, reason) = (text(&request["state"]), text(&event["data"]["reason"]));
        let last = number(&request["attempt"]) >= i128::from(MAX_ATTEMPTS);
        let serving = || {
            let submission = &request["submission"];
            self.0.iter().filter(|v| serves(&v.registered, submission))
        };
        let all_the_time = |version: &&Version| version.until.is_none() && version.since <= begun;
        let once = serving().any(|version| version.until.is_none_or(|until| until >= begun));
        let fits = match (state, reason) {
            ("withdrawn", "closed") => return Ok(()),
            ("deferred", "") => once && !last,
            ("unmatched", "no_capacity") => once && last,
            ("unmatched", "no_partner") => !serving().any(|version| all_the_time(&version)),
            _ => false,
        };
        holds!(fits, "{request} was given up: {event}");
        // Free before, and still when it was written: the write itself may show an empty account.
        let free = serving().find(|v| v.free_since.is_some_and(|since| since <= begun));
        holds!(free.is_none(), "{request} was given up while {free:?}");
        Ok(())
    }
}

/// What a partner holds is what requests say it holds.
fn held(partner: &Value, requests: &Value) -> Holds {
    let id = text(&partner["registered"]["partnerId"]);
    let open = number(&partner["openMatches"]);
    let live = list(requests).filter(|r| r["partner"] == *id && LIVE.contains(&text(&r["state"])));
    let live = live.count() as i128;
    holds!(
        open == live,
        "{id} has {open} open matches, but {live} requests are with it"
    );
    Ok(())
}

/// Its registration, and what is known of its account, are only ever followed by newer ones.
fn goes_on(before: &Value, partner: &Value) -> Holds {
    let id = &partner["registered"]["partnerId"];
    let before = list(before).find(|before| before["registered"]["partnerId"] == *id);
    let older = |before: &Value, part: &str, number_of: &str| {
        number(&partner[part][number_of]) < number(&before[part][number_of])
    };
    let back = before.filter(|before| {
        older(before, "registered", "version") || older(before, "shown", "sequence")
    });
    holds!(back.is_none(), "{partner} after {back:?}");
    Ok(())
}

pub(super) fn serves(registered: &Value, submission: &Value) -> bool {
    registered["active"] != false
        && list(&registered["categories"]).any(|c| *c == submission["category"])
        && list(&registered["regions"]).any(|r| *r == submission["region"])
}

fn is_free(partner: &Value) -> bool {
    let registered = &partner["registered"];
    let shown = &partner["shown"]["balance"];
    registered["active"] != false
        && number(&partner["openMatches"]) < number(&registered["capacity"])
        && (shown.is_null() || number(shown) >= number(&registered["fee"]["points"]))
}
