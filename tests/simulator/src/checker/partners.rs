//! Which partners served a request, and which of them were available since when: guarantee 3 (no deferral
//! while a partner is available).

use std::time::SystemTime;

use serde_json::Value;

use super::Guarantee::MatchingExact;
use super::{Checked, ensure};
use crate::functions::MAX_ATTEMPTS;
use crate::json::{elements, number, text};
use rules::states::{DEFERRED, UNMATCHED, WITHDRAWN};

/// Every registration of every partner.
#[derive(Default)]
pub struct PartnerHistory(Vec<Registration>);

/// A partner's registration and the time in which it was the current one.
#[derive(Debug)]
struct Registration {
    registered: Value,
    since: SystemTime,
    until: Option<SystemTime>,
    available_since: Option<SystemTime>,
}

impl PartnerHistory {
    pub fn after_write(&mut self, before: &Value, after: &Value, now: SystemTime) -> Checked {
        for partner in elements(&after["partners"]) {
            check_not_older(&before["partners"], partner)?;
            self.record(partner, now);
        }
        Ok(())
    }

    fn record(&mut self, partner: &Value, now: SystemTime) {
        let registered = &partner["registered"];
        let current = self.0.iter_mut().rfind(|registration| {
            let id = &registration.registered["partnerId"];
            registration.until.is_none() && *id == registered["partnerId"]
        });
        let available = is_available(partner).then_some(now);
        match current {
            Some(current) if current.registered == *registered => {
                current.available_since = available.map(|now| current.available_since.unwrap_or(now));
            }
            replaced => {
                if let Some(replaced) = replaced {
                    (replaced.until, replaced.available_since) = (Some(now), None);
                }
                self.0.push(Registration {
                    registered: registered.clone(),
                    since: now,
                    until: None,
                    available_since: available,
                });
            }
        }
    }

    /// A request without a partner has none for the reason that its event gives. The handler read the partners at some time
    /// between `earliest` and now: what held all that time, it saw.
    pub fn check_none_available(&self, request: &Value, event: &Value, earliest: SystemTime) -> Checked {
        let (state, reason) = (text(&request["state"]), text(&event["data"]["reason"]));
        let is_last_attempt = number(&request["attempt"]) >= i128::from(MAX_ATTEMPTS);
        let submission = &request["submission"];
        let registrations = self.0.iter();
        let serving: Vec<_> = registrations.filter(|r| serves(&r.registered, submission)).collect();
        let served_once = serving.iter().any(|r| r.until.is_none_or(|until| until >= earliest));
        let served_throughout = serving.iter().any(|r| r.until.is_none() && r.since <= earliest);
        let justified = match (state, reason) {
            (WITHDRAWN, "closed") => return Ok(()),
            (DEFERRED, "") => served_once && !is_last_attempt,
            (UNMATCHED, "no_capacity") => served_once && is_last_attempt,
            (UNMATCHED, "no_partner") => !served_throughout,
            _ => false,
        };
        ensure!(MatchingExact: justified, "{request} has no partner for a wrong reason: {event}");
        // Available before, and still so after the write: the write itself may have recorded a balance that is too low.
        let mut serving = serving.iter();
        let available = serving.find(|r| r.available_since.is_some_and(|since| since <= earliest));
        ensure!(MatchingExact: available.is_none(),
            "{request} got no partner although one was available: {available:?}");
        Ok(())
    }
}

/// A partner's registration and known balance are replaced by newer ones only.
fn check_not_older(before: &Value, partner: &Value) -> Checked {
    let id = &partner["registered"]["partnerId"];
    let mut before = elements(before);
    let Some(before) = before.find(|before| before["registered"]["partnerId"] == *id) else {
        return Ok(());
    };
    for (part, version) in [("registered", "version"), ("shown", "sequence")] {
        let (is, was) = (&partner[part][version], &before[part][version]);
        ensure!(MatchingExact: number(is) >= number(was), "{partner} replaced the newer {before}");
    }
    Ok(())
}

/// Whether a registration is active in the request's category and region.
pub fn serves(registered: &Value, submission: &Value) -> bool {
    let lists = |list: &str, wanted: &str| elements(&registered[list]).any(|e| *e == submission[wanted]);
    registered["active"] != false && lists("categories", "category") && lists("regions", "region")
}

fn is_available(partner: &Value) -> bool {
    let registered = &partner["registered"];
    let balance = &partner["shown"]["balance"];
    registered["active"] != false
        && number(&partner["openMatches"]) < number(&registered["capacity"])
        && (balance.is_null() || number(balance) >= number(&registered["fee"]["points"]))
}
