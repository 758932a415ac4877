//! What customers got: invariant 9.

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::{Holds, by, holds, list, number, parsed, text};
use crate::World;
use crate::fault::Trouble;
use crate::messages::{endpoint, phone};
use crate::network::Call;
use crate::sns::Text;
use support::fakes::Fault;

/// Half of the lease of a minute may have gone by before the first message was sent.
const LEASE_LEFT: Duration = Duration::from_secs(30);

/// The messages that got out.
#[derive(Default)]
pub(super) struct Texts(Vec<Sent>);

struct Sent {
    to: String,
    attempt: i128,
    at: SystemTime,
}

impl Texts {
    pub(super) fn step(&mut self, world: &World, stored: &Value) -> Holds {
        let aws = world.cloud.aws();
        for message in &aws.phones.texts()[self.0.len()..] {
            self.one(world, message, &stored["stories"])?;
        }
        Ok(())
    }

    fn one(&mut self, world: &World, message: &Text, stories: &Value) -> Holds {
        let Text { at, to, .. } = message;
        let story = list(stories).find(|story| is_reached(to, story));
        let Some(story) = story else {
            return Err(format!("{to} was told without a lease"));
        };
        let told = told(story, number(&story["attempt"])).next().is_some();
        holds!(!told, "{to} was told what is in {story}");
        let attempt = number(&story["attempt"]);
        let mut earlier = self
            .0
            .iter()
            .filter(|e| e.to == *to && e.attempt == attempt);
        if let Some(Sent { at: first, .. }) = earlier.next_back() {
            let wait = at.duration_since(*first).unwrap_or_default();
            holds!(wait > LEASE_LEFT, "{to} was told again after {wait:?}");
            let excused = is_excused(&world.network.calls(), *first);
            holds!(
                excused,
                "{to} was told twice of {attempt}, and nothing went wrong"
            );
        }
        self.0.push(Sent {
            to: to.clone(),
            attempt,
            at: *at,
        });
        Ok(())
    }

    /// Whatever was noted as sent was sent.
    pub(super) fn rest(&self, stored: &Value) -> Holds {
        for story in list(&stored["stories"]) {
            let attempts = story["told"].as_object().into_iter().flatten();
            for attempt in attempts.map(|(attempt, _)| attempt.parse().unwrap()) {
                for event in told(story, attempt).filter(|e| e["type"] == "notification.sent") {
                    let to = address(text(&event["data"]["channel"]), story);
                    let got = self.0.iter().any(|s| s.to == to && s.attempt == attempt);
                    holds!(got, "{to} got nothing: {event}");
                }
            }
        }
        Ok(())
    }
}

/// Of each request, news is only ever followed by newer news.
pub(super) fn stories(before: &Value, after: &Value) -> Holds {
    let known = by(&before["stories"], "requestId");
    list(&after["stories"]).try_for_each(|story| {
        let before = known.get(text(&story["requestId"])).copied();
        goes_on(before.unwrap_or(&Value::Null), story)
    })
}

fn goes_on(before: &Value, after: &Value) -> Holds {
    let (was, is) = (number(&before["attempt"]), number(&after["attempt"]));
    holds!(was <= is, "{after} after {before}");
    for (attempt, told) in after["told"].as_object().into_iter().flatten() {
        let known = &before["told"][attempt];
        let newest = known.is_null() && attempt.parse() == Ok(is);
        holds!(newest || known == told, "{after} after {before}");
    }
    Ok(())
}

/// What came of telling this attempt.
fn told(story: &Value, attempt: i128) -> impl Iterator<Item = Value> {
    let publications = list(&story["told"][attempt.to_string()]["publications"]);
    publications.map(|publication| parsed(text(&publication["body"])))
}

fn is_reached(to: &str, story: &Value) -> bool {
    ["sms", "push"]
        .iter()
        .any(|channel| address(channel, story) == to)
}

fn address(channel: &str, story: &Value) -> String {
    let number = text(&story["requestId"])[1..].parse().unwrap();
    match channel {
        "sms" => phone(number),
        _ => endpoint(number),
    }
}

/// Whether the sender of that moment may not know, or could not note, that the message got out.
fn is_excused(calls: &[Call], moment: SystemTime) -> bool {
    let mut sends = calls.iter().filter(|call| call.name == "sns.Publish");
    let Some(send) = sends.rfind(|send| send.at == moment) else {
        return false;
    };
    let mut own = calls
        .iter()
        .filter(|call| call.process == send.process && call.number >= send.number);
    own.any(|call| match call.trouble {
        None => false,
        Some(trouble) => {
            call.number == send.number
                || call.name == "notification.save"
                || ends_the_process(trouble)
        }
    })
}

/// It dies, or runs into its deadline.
fn ends_the_process(trouble: Trouble) -> bool {
    let ends = [Fault::KilledBefore, Fault::KilledAfter, Fault::Hangs].map(Trouble::Call);
    trouble == Trouble::Slow || ends.contains(&trouble)
}
