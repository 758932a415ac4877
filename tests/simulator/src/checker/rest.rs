//! The end: nothing is lost, and every request is where it can stay.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::news::matches;
use super::published::Published;
use super::telling::told;
use super::{Holds, by, holds, list, number, quarantine, text};
use crate::World;
use support::recount::recount;
use support::wiring::DEPLOYED;

/// Everything that must be so at rest.
pub(super) fn rest(world: &World, stored: &Value, published: &Published) -> Holds {
    let queues = DEPLOYED.queues.iter().map(|queue| &*queue.name);
    for queue in queues.filter(|queue| *queue != "quarantine.fifo") {
        let left = world.cloud.aws().sqs.all(queue).len();
        holds!(left == 0, "{left} messages are left in {queue}");
    }
    let requests = by(&stored["requests"], "requestId");
    for event in quarantine::others(world, stored, published)? {
        arrived(&event, &requests, published, stored)?;
    }
    for request in requests.values() {
        ended(request, published, stored)?;
    }
    let counted = world.functions.tables.statistics.tally();
    let recounted = recount(published.events.values());
    holds!(
        counted == recounted,
        "counted {counted:?} where {recounted:?} was published"
    );
    Ok(())
}

/// What was sent, and is not in quarantine, had its effect.
fn arrived(
    event: &Value,
    requests: &BTreeMap<&str, &Value>,
    published: &Published,
    stored: &Value,
) -> Holds {
    let data = &event["data"];
    let there = match text(&event["type"]) {
        "request.submitted" => requests.contains_key(text(&data["requestId"])),
        "points.purchased" => {
            let order = format!("purchase#{}", text(&data["purchaseId"]));
            let decision = by(&stored["decisions"], "order").get(&*order).copied();
            decision.is_some_and(|decision| {
                decision["transfer"]["points"] == data["points"]
                    && decision["partner"] == data["partnerId"]
            })
        }
        "partner.registered" => list(&stored["partners"]).any(|partner| {
            let known = &partner["registered"];
            known["partnerId"] == data["partnerId"]
                && number(&known["version"]) >= number(&data["version"])
        }),
        // Nothing is to be done for a match that fell through: a later attempt took its place.
        "match.closed" => {
            let request = requests[text(&data["requestId"])];
            let mut matches = matches(&published.events);
            let closed = matches.find(|matched| matched["matchId"] == data["matchId"]);
            let closed = closed.map(|matched| &matched["attempt"]);
            closed != Some(&request["attempt"]) || request["state"] == "closed"
        }
        _ => false,
    };
    holds!(there, "{event} was lost");
    Ok(())
}

/// A request is in one of the ends, its matches are charged or refused as it says, and its customer knows.
fn ended(request: &Value, published: &Published, stored: &Value) -> Holds {
    let (id, state) = (text(&request["requestId"]), text(&request["state"]));
    let ends = ["confirmed", "closed", "unmatched", "withdrawn"];
    holds!(ends.contains(&state), "{id} came to rest as {state}");
    let released: BTreeSet<_> = list(&request["released"]).map(number).collect();
    let last = number(&request["attempt"]);
    let decisions = by(&stored["decisions"], "order");
    let of_request = |event: &&Value| event["data"]["requestId"] == *id;
    for matched in matches(&published.events).filter(|matched| matched["requestId"] == *id) {
        let (attempt, match_id) = (number(&matched["attempt"]), text(&matched["matchId"]));
        let decision = decisions.get(&*format!("match#{match_id}")).copied();
        let charged = decision.is_some_and(|d| d["transfer"]["points"] == matched["fee"]["points"]);
        let refused = decision.is_some_and(|d| d["refusal"].is_object());
        let fell_through = released.contains(&attempt);
        holds!(
            attempt == last || fell_through,
            "{matched} neither stands nor fell through"
        );
        holds!(
            if fell_through { refused } else { charged },
            "{matched} is {state}, but {decision:?}"
        );
    }
    let news = published.events.values().filter(of_request).find(|event| {
        let told = event["type"] == "request.matched" || event["type"] == "request.unmatched";
        told && number(&event["data"]["attempt"]) == last && event["data"]["reason"] != "closed"
    });
    let needs_news = state != "withdrawn";
    holds!(
        news.is_some() || !needs_news,
        "the end of {id} was not published"
    );
    if let Some(news) = news {
        told(news, published.events.values())?;
    }
    Ok(())
}
