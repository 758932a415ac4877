//! What is in quarantine: all that can never succeed, and nothing else. Invariant 6.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::news::matches;
use super::published::{Published, is_personal};
use super::{Holds, by, event, holds, list, number, parsed, text};
use crate::World;
use crate::sqs::Stored;

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
pub(super) fn others(
    world: &World,
    stored: &Value,
    published: &Published,
) -> Result<Vec<Value>, String> {
    let sent = world.agenda.sent();
    let (poison, sent): (Vec<_>, Vec<_>) = sent.iter().partition(|sent| sent.poison);
    let poison: BTreeSet<_> = poison.into_iter().map(|sent| sent.body.clone()).collect();
    let events: Vec<_> = sent.iter().map(|sent| event(&sent.body)).collect();
    let released = released(stored, published);
    let mut kept = BTreeSet::new();
    for message in world.cloud.aws().sqs.all("quarantine.fifo") {
        let set_aside = parsed(&message.body);
        nothing_personal(message, &set_aside)?;
        let body = text(&set_aside["data"]["body"]).to_owned();
        let guilty = poison.contains(&body) || is_guilty(&set_aside, &events, &released);
        holds!(guilty, "{}: {body} is innocent", reason(&set_aside));
        kept.insert(body);
    }
    let missing = poison.difference(&kept).next();
    holds!(missing.is_none(), "{missing:?} is not in quarantine");
    let keys: BTreeSet<_> = events.iter().filter_map(key).collect();
    let others = sent.iter().zip(events);
    let others = others.filter(|(sent, _)| !kept.contains(&sent.body));
    let others: Vec<_> = others.map(|(_, event)| event).collect();
    agree(&others, stored)?;
    let taken = others.iter().filter_map(key).collect();
    let lost = keys.difference(&taken).next();
    holds!(lost.is_none(), "all of {lost:?} is in quarantine");
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

/// The matches that fell through.
fn released(stored: &Value, published: &Published) -> BTreeSet<String> {
    let requests = by(&stored["requests"], "requestId");
    let fell_through = |of_match: &&Value| {
        let request = requests[text(&of_match["requestId"])];
        list(&request["released"]).any(|attempt| *attempt == of_match["attempt"])
    };
    let released = matches(&published.events).filter(fell_through);
    released.map(|m| text(&m["matchId"]).to_owned()).collect()
}

/// Whether what was well meant has to be there all the same.
fn is_guilty(set_aside: &Value, sent: &[Value], released: &BTreeSet<String>) -> bool {
    let original = event(text(&set_aside["data"]["body"]));
    let data = &original["data"];
    match reason(set_aside) {
        "identity_conflict" => key(&original).is_some_and(|known| {
            let mut same = sent
                .iter()
                .filter(|other| key(other).as_ref() == Some(&known));
            same.any(|other| other["data"] != *data)
        }),
        // Whoever closed it did not know that it had fallen through.
        "breaks_contract" => {
            original["type"] == "match.closed" && released.contains(text(&data["matchId"]))
        }
        _ => false,
    }
}

/// Whatever may say one thing only, by what it is known.
fn key(event: &Value) -> Option<String> {
    let data = &event["data"];
    let key = match text(&event["type"]) {
        "request.submitted" => json!([data["requestId"]]),
        "points.purchased" => json!([data["purchaseId"]]),
        "partner.registered" => json!([data["partnerId"], data["version"]]),
        _ => return None,
    };
    Some(format!("{} {key}", event["type"]))
}

/// Of what was taken, nothing says something else under the same key: all but what was first has to be in quarantine.
fn agree(taken: &[Value], stored: &Value) -> Holds {
    let known: Vec<_> = list(&stored["partners"])
        .map(|partner| &partner["registered"])
        .collect();
    let mut standing = BTreeMap::new();
    for event in taken {
        let data = &event["data"];
        let Some(key) = key(event) else { continue };
        let first = *standing.entry(key).or_insert(data);
        // Below the known version anything is ignored.
        let known = known.iter().find(|k| k["partnerId"] == data["partnerId"]);
        let ignored = event["type"] == "partner.registered"
            && known.is_some_and(|known| number(&known["version"]) > number(&data["version"]));
        holds!(
            first == data || ignored,
            "{event} contradicts, and is not in quarantine"
        );
    }
    Ok(())
}
