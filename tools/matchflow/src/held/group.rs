//! Groups of what failed.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::ValueEnum;
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::{About, Failed, Kind};

/// What failed within this time may fail again at any moment: records come back after half an hour at the most.
const RECENT: Duration = Duration::from_mins(30);

/// What makes a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// What failed for the same reason
    Cause,
    /// The code of quarantined records' reason, or how it failed
    Reason,
    /// The event's type
    Type,
    /// The partner that the event names
    Partner,
    /// The hour of failing, in UTC
    Hour,
}

/// What failed and belongs together: in one queue, by one key.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// By which `redrive` takes it: the same for the same queue and key each time.
    pub id: String,
    pub kind: Kind,
    /// The queue that keeps it.
    pub queue: &'static str,
    /// What its members have in common.
    pub key: String,
    pub count: usize,
    /// The first and the last time that something came to it.
    pub first: Timestamp,
    pub last: Timestamp,
    /// Whether it may still happen: something came within the last half hour.
    pub is_recent: bool,
    /// One of its members.
    pub sample: Sample,
}

/// A member of a group.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    pub message_id: String,
    pub about: About,
}

/// The groups of what failed: what may still happen first, then the largest.
pub fn groups<'a>(failed: impl Iterator<Item = &'a Failed>, by: By, now: Timestamp) -> Vec<Group> {
    let mut members: BTreeMap<(&str, String), Vec<&Failed>> = BTreeMap::new();
    for failed in failed {
        members
            .entry((failed.queue, key_of(failed, by)))
            .or_default()
            .push(failed);
    }
    let groups = members
        .into_iter()
        .filter_map(|((_, key), members)| group(by, key, &members, now));
    let mut groups: Vec<Group> = groups.collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.is_recent, group.count)));
    groups
}

fn group(by: By, key: String, members: &[&Failed], now: Timestamp) -> Option<Group> {
    let first = members.iter().min_by_key(|failed| failed.at())?;
    let last = members.iter().max_by_key(|failed| failed.at())?;
    Some(Group {
        id: group_id(last.queue, by, &key),
        kind: last.kind,
        queue: last.queue,
        key,
        count: members.len(),
        first: first.at(),
        last: last.at(),
        is_recent: now.duration_since(last.at()).unsigned_abs() < RECENT,
        sample: Sample {
            message_id: last.message.id.clone(),
            about: last.about.clone(),
        },
    })
}

/// What a member of a group has in common with the others.
pub fn key_of(failed: &Failed, by: By) -> String {
    let unknown = || "unknown".to_owned();
    match by {
        By::Cause => failed.cause.clone(),
        By::Reason => failed.reason.clone().unwrap_or_else(|| format!("{:?}", failed.kind)),
        By::Type => failed.about.event_type.clone().unwrap_or_else(unknown),
        By::Partner => failed.about.partner_id.clone().unwrap_or_else(unknown),
        By::Hour => failed.at().strftime("%Y-%m-%dT%H").to_string(),
    }
}

/// A short id of a group: the same for the same queue, kind of group and key.
pub fn group_id(queue: &str, by: By, key: &str) -> String {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{queue}/{by:?}/{key}").as_bytes());
    id.simple().to_string()[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held::Message;

    fn failed(cause: &str, minute: i64) -> Failed {
        Failed {
            queue: "points-dead-letters.fifo",
            kind: Kind::DeadLetter,
            cause: cause.to_owned(),
            reason: None,
            about: About::default(),
            message: Message {
                id: format!("{cause}{minute}"),
                sent_at: Timestamp::from_second(minute * 60).ok(),
                ..Message::default()
            },
        }
    }

    #[test]
    fn a_group_says_how_much_failed_and_since_when_and_whether_it_goes_on() {
        let old = [1, 2, 3, 4].map(|minute| failed("b", minute));
        let all = [failed("a", 5), failed("a", 2), failed("a", 9)].into_iter().chain(old);
        let all: Vec<_> = all.collect();
        let now = Timestamp::from_second(35 * 60).unwrap();
        let groups = groups(all.iter(), By::Cause, now);
        let shown: Vec<_> = groups
            .iter()
            .map(|group| (&*group.key, group.count, group.is_recent))
            .collect();
        assert_eq!(shown, [("a", 3, true), ("b", 4, false)]);
        assert_eq!((groups[0].first.as_second(), groups[0].last.as_second()), (120, 540));
        assert_eq!(groups[0].sample.message_id, "a9");
        assert_eq!(groups[0].id, group_id("points-dead-letters.fifo", By::Cause, "a"));
        assert_ne!(groups[0].id, groups[1].id);
    }
}
