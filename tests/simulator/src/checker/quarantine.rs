//! The quarantine holds every message that can never succeed, and no other: guarantee 6. What it says about a message shows
//! no personal data: guarantee 10.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Guarantee::{BadRecordsQuarantined, NothingLost, PersonalDataContained};
use super::event_content::matches;
use super::published_events::{PublishedEvents, is_personal};
use super::{Checked, contract, ensure};
use crate::json::{by_member, elements, number, parse, text};
use crate::simulation::Simulation;
use crate::sqs::QueuedMessage;

/// Every reason for quarantine, as [`count_by_reason`] names it.
pub fn reasons() -> impl Iterator<Item = String> {
    contract::reasons("record.quarantined").map(observation)
}

fn observation(reason: &str) -> String {
    format!("quarantined {reason}")
}

/// How many messages are in quarantine for each reason.
pub fn count_by_reason(simulation: &Simulation) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for message in simulation.aws.lock().sqs.messages("quarantine.fifo") {
        let name = observation(reason(&parse(&message.content.body)));
        *counts.entry(name).or_default() += 1;
    }
    counts
}

/// Checks the quarantine, and returns the events that were sent and are not in it: they must have had their effect.
pub fn check(simulation: &Simulation, tables: &Value, published: &PublishedEvents) -> Checked<Vec<Value>> {
    let sent = simulation.schedule.sent();
    let (malformed, sent): (Vec<_>, Vec<_>) = sent.iter().partition(|message| message.must_be_quarantined);
    let malformed: BTreeSet<&str> = malformed.iter().map(|message| &*message.content.body).collect();
    let events: Vec<Value> = sent.iter().map(|message| message.event.clone()).collect();
    let released = released_matches(tables, published);
    let aws = simulation.aws.lock();
    let mut quarantined = BTreeSet::new();
    for message in aws.sqs.messages("quarantine.fifo") {
        let event = parse(&message.content.body);
        check_personal_data(message, &event)?;
        let refused = message.content.refused_character();
        ensure!(NothingLost: refused.is_none(), "{event} has {refused:?}, which SQS does not take");
        let body = text(&event["data"]["body"]).to_owned();
        let mut original = sent.iter().filter(|message| message.content.body == body);
        let is_justified = original.any(|original| is_justified(reason(&event), &original.event, &events, &released));
        ensure!(BadRecordsQuarantined: malformed.contains(&*body) || is_justified,
            "{body} is in quarantine for a wrong reason: {}", reason(&event));
        quarantined.insert(body);
    }
    let missing = malformed.iter().find(|body| !quarantined.contains(**body));
    ensure!(BadRecordsQuarantined: missing.is_none(), "{missing:?} is not in quarantine");
    let sent_keys: BTreeSet<String> = events.iter().filter_map(business_key).collect();
    let accepted: Vec<Value> = sent
        .iter()
        .zip(events)
        .filter(|(message, _)| !quarantined.contains(&message.content.body))
        .map(|(_, event)| event)
        .collect();
    check_no_contradiction(&accepted, tables)?;
    let accepted_keys = accepted.iter().filter_map(business_key).collect();
    let lost = sent_keys.difference(&accepted_keys).next();
    ensure!(BadRecordsQuarantined: lost.is_none(), "every message about {lost:?} is in quarantine");
    Ok(accepted)
}

fn reason(event: &Value) -> &str {
    text(&event["data"]["reason"])
}

fn check_personal_data(message: &QueuedMessage, event: &Value) -> Checked {
    let attributes = message.content.attributes.values();
    let attributes = attributes.filter_map(|attribute| attribute.string_value.as_deref());
    for shown in attributes.chain([text(&event["data"]["detail"])]) {
        ensure!(PersonalDataContained: !is_personal(shown),
            "the quarantine shows personal data outside `body`: {shown}");
    }
    Ok(())
}

/// The ids of the matches that were released because their charge was rejected.
fn released_matches(tables: &Value, published: &PublishedEvents) -> BTreeSet<String> {
    let requests = by_member(&tables["requests"], "requestId");
    let is_released = |matched: &&Value| {
        let request = requests[text(&matched["requestId"])];
        elements(&request["released"]).any(|attempt| *attempt == matched["attempt"])
    };
    let released = matches(&published.events).filter(is_released);
    released.map(|matched| text(&matched["matchId"]).to_owned()).collect()
}

/// Whether a well-formed message belongs in quarantine all the same.
fn is_justified(reason: &str, original: &Value, sent: &[Value], released: &BTreeSet<String>) -> bool {
    let data = &original["data"];
    match reason {
        "identity_conflict" => business_key(original).is_some_and(|key| {
            let mut same_key = sent.iter().filter(|other| business_key(other).as_ref() == Some(&key));
            same_key.any(|other| other["data"] != *data)
        }),
        // The sender of a close cannot know that the match was released meanwhile.
        "breaks_contract" => original["type"] == "match.closed" && released.contains(text(&data["matchId"])),
        // A well-formed message can be read.
        "not_json" | "not_an_envelope" => false,
        unknown => panic!(
            "the checker does not know the reason {unknown:?}: say in `is_justified` whether it fits a well-formed message"
        ),
    }
}

/// The business key under which a producer's event may say one thing only.
fn business_key(event: &Value) -> Option<String> {
    let data = &event["data"];
    let key = match text(&event["type"]) {
        "request.submitted" => json!([data["requestId"]]),
        "points.purchased" => json!([data["purchaseId"]]),
        "partner.registered" => json!([data["partnerId"], data["version"]]),
        // A close says nothing that another could contradict.
        "match.closed" => return None,
        published if contract::published_types().any(|known| known == published) => return None,
        unknown => contract::unknown_type(unknown, "quarantine::business_key"),
    };
    Some(format!("{} {key}", event["type"]))
}

/// Accepted events of one business key agree: all that contradict the first must be in quarantine.
fn check_no_contradiction(accepted: &[Value], tables: &Value) -> Checked {
    let mut first_data = BTreeMap::new();
    for event in accepted {
        let data = &event["data"];
        let Some(key) = business_key(event) else {
            continue;
        };
        let first = *first_data.entry(key).or_insert(data);
        let mut partners = elements(&tables["partners"]).map(|partner| &partner["registered"]);
        let known = partners.find(|known| known["partnerId"] == data["partnerId"]);
        // A registration below the known version is ignored, whatever it says.
        let is_ignored = event["type"] == "partner.registered"
            && known.is_some_and(|known| number(&known["version"]) > number(&data["version"]));
        ensure!(BadRecordsQuarantined: first == data || is_ignored,
            "{event} contradicts an earlier one, but is not in quarantine");
    }
    Ok(())
}
