//! What customers got: invariant 9.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{Holds, holds, list, text};
use crate::world::World;
use crate::world::network::Call;
use crate::world::sns::Text;

/// For each news told over a channel there is a message, and no more of them but where a process ended, or lost an
/// answer, between the sending and its record.
pub(super) fn rest(world: &World, stored: &Value) -> Holds {
    let calls = world.network.calls();
    let aws = world.cloud.aws();
    let excused = excused(&calls, aws.phones.texts());
    let mut got: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for message in aws.phones.texts() {
        let (messages, unsure) = got.entry(&*message.to).or_default();
        *messages += 1;
        *unsure += usize::from(excused.contains(&message.at));
    }
    let mut due: BTreeMap<String, usize> = BTreeMap::new();
    for story in list(&stored["stories"]) {
        let told = story["told"].as_object().into_iter().flatten();
        let publications = told.flat_map(|(_, told)| list(&told["publications"]));
        for event in publications.map(|p| super::parsed(text(&p["body"]))) {
            if event["type"] == "notification.sent" {
                let channel = text(&event["data"]["channel"]);
                *due.entry(address(text(&event["data"]["requestId"]), channel))
                    .or_default() += 1;
            }
        }
    }
    for (to, news) in &due {
        let (messages, _) = got.get(&**to).copied().unwrap_or_default();
        holds!(messages >= *news, "{to} got {messages} messages of {news}");
    }
    not_before_the_lease_is_over(aws.phones.texts(), &due)?;
    for (to, (messages, unsure)) in got {
        let news = due.get(to).copied().unwrap_or_default();
        holds!(
            messages <= news + unsure,
            "{to} got {messages} messages of {news} ({unsure} unsure)"
        );
    }
    Ok(())
}

/// A message is sent again when the lease of a minute is over: half of it may have gone by before the first was sent.
fn not_before_the_lease_is_over(texts: &[Text], due: &BTreeMap<String, usize>) -> Holds {
    for (place, first) in texts.iter().enumerate() {
        let mut later = texts[place + 1..]
            .iter()
            .filter(|text| (&text.to, &text.message) == (&first.to, &first.message));
        let one_piece_of_news = due.get(&first.to).is_none_or(|news| *news <= 1);
        let Some(next) = later.next().filter(|_| one_piece_of_news) else {
            continue;
        };
        let wait = next.at.duration_since(first.at).unwrap_or_default();
        holds!(
            wait > Duration::from_secs(30),
            "{} got the same again after {wait:?}",
            first.to
        );
    }
    Ok(())
}

fn address(request: &str, channel: &str) -> String {
    let number = request[1..].parse().unwrap();
    match channel {
        "sms" => crate::world::messages::phone(number),
        _ => crate::world::messages::endpoint(number),
    }
}

/// When messages were sent of which the sender may not know, or may not have noted, that they were: something went wrong
/// in its process from then on, or the process notes fewer than got out.
fn excused(calls: &[Call], texts: &[Text]) -> BTreeSet<SystemTime> {
    let out: BTreeSet<_> = texts.iter().map(|text| text.at).collect();
    let sends = calls.iter().filter(|call| call.name == "sns.Publish");
    let excused = sends.filter(|send| {
        let own = || calls.iter().filter(|call| call.process == send.process);
        let trouble = own().any(|call| call.number >= send.number && call.trouble.is_some());
        let noted = own().filter(|call| call.name == "notification.save");
        let sent = own().filter(|call| call.name == "sns.Publish" && out.contains(&call.at));
        trouble || noted.count() < sent.count()
    });
    excused.map(|call| call.at).collect()
}
