//! What is in quarantine: all that can never succeed, and nothing else. Invariant 6.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::published::is_personal;
use super::{Holds, by, holds, list, number, parsed, text};
use crate::world::World;
use crate::world::sqs::Stored;

/// Why something may be there.
pub(super) const REASONS: [&str; 4] = [
    "quarantined not_json",
    "quarantined not_an_envelope",
    "quarantined breaks_contract",
    "quarantined identity_conflict",
];

/// For which reasons something is there, and how often.
pub(super) fn reasons(world: &World) -> BTreeMap<String, usize> {
    let mut reasons = BTreeMap::new();
    for message in world.cloud.aws().sqs.all("quarantine.fifo") {
        let reason = format!("quarantined {}", reason(&parsed(&message.body)));
        *reasons.entry(reason).or_default() += 1;
    }
    reasons
}

/// What was sent and is not there: it has to have its effect.
pub(super) fn others(world: &World, stored: &Value) -> Result<Vec<Value>, String> {
    let sent = world.agenda.sent();
    let (poison, events): (Vec<_>, Vec<_>) = sent.into_iter().partition(|sent| sent.poison);
    let poison: BTreeSet<_> = poison.into_iter().map(|sent| sent.body).collect();
    let events: Vec<_> = events.iter().map(|sent| parsed(&sent.body)).collect();
    let mut kept = BTreeSet::new();
    for message in world.cloud.aws().sqs.all("quarantine.fifo") {
        let event = parsed(&message.body);
        nothing_personal(message, &event)?;
        let body = text(&event["data"]["body"]).to_owned();
        let guilty = poison.contains(&body) || is_guilty(&event, &events, stored);
        holds!(guilty, "{}: {body} is innocent", reason(&event));
        kept.insert(body);
    }
    let mut missing = poison.difference(&kept);
    let missing = missing.next();
    holds!(missing.is_none(), "{missing:?} is not in quarantine");
    let is_kept = |event: &Value| kept.contains(&event.to_string());
    let others: Vec<_> = events.into_iter().filter(|e| !is_kept(e)).collect();
    agree(&others, stored)?;
    Ok(others)
}

fn reason(event: &Value) -> &str {
    text(&event["data"]["reason"])
}

fn nothing_personal(message: &Stored, event: &Value) -> Holds {
    let attributes = message.attributes.values();
    let attributes = attributes.filter_map(|attribute| attribute.string_value.as_deref());
    for shown in attributes.chain([text(&event["data"]["detail"])]) {
        holds!(!is_personal(shown), "{shown} is personal");
    }
    Ok(())
}

/// Whether what was well meant has to be there all the same.
fn is_guilty(event: &Value, sent: &[Value], stored: &Value) -> bool {
    let original = parsed(text(&event["data"]["body"]));
    let data = &original["data"];
    match reason(event) {
        "identity_conflict" => sent
            .iter()
            .any(|other| key(other) == key(&original) && other["data"] != *data),
        // Whoever closed it did not know that it had fallen through.
        "breaks_contract" if original["type"] == "match.closed" => {
            let requests = by(&stored["requests"], "requestId");
            let request = requests.get(text(&data["requestId"]));
            request.is_some_and(|request| list(&request["released"]).next().is_some())
        }
        _ => false,
    }
}

/// What may say one thing only.
fn key(event: &Value) -> Value {
    let data = &event["data"];
    match text(&event["type"]) {
        "request.submitted" => json!(["request", data["requestId"]]),
        "points.purchased" => json!(["purchase", data["purchaseId"]]),
        "partner.registered" => json!(["partner", data["partnerId"], data["version"]]),
        _ => json!(event["id"]),
    }
}

/// Of what was taken, nothing says something else under the same key: all but what was first has to be in quarantine.
fn agree(taken: &[Value], stored: &Value) -> Holds {
    let known: Vec<_> = list(&stored["partners"])
        .map(|partner| &partner["registered"])
        .collect();
    let mut standing = BTreeMap::new();
    for event in taken {
        let data = &event["data"];
        let first = match text(&event["type"]) {
            "match.closed" => continue,
            // Below the known version anything is ignored.
            "partner.registered" => {
                let known = known.iter().find(|k| k["partnerId"] == data["partnerId"]);
                let Some(same) =
                    known.filter(|k| number(&k["version"]) == number(&data["version"]))
                else {
                    continue;
                };
                same
            }
            _ => *standing.entry(key(event).to_string()).or_insert(data),
        };
        holds!(
            first == data,
            "{event} contradicts, and is not in quarantine"
        );
    }
    Ok(())
}
