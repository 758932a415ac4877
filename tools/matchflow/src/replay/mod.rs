//! `matchflow replay`: has SNS deliver events again from the topic's archive.

mod archive;
mod screen;

use aws_sdk_sns::Client;
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;
use wiring::DEPLOYED;

use crate::failure::Failure;
use crate::held::queue_named;
use crate::stack::Stack;
use archive::{Archive, Subscription, point};

/// What to replay, and to which queue.
#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// The queue that gets the events, of those that are subscribed to the topic
    #[arg(long, value_name = "QUEUE", value_parser = a_subscribed_queue)]
    to: &'static str,
    /// The moment from which on events are delivered again, up to now; without it the archive and the last replay are shown
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Do it; without this it is only said what would be done
    #[arg(long, requires = "from")]
    pub execute: bool,
}

/// A replay: what would be done, what was begun, or how it is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Replay {
    /// The queue, without the stack's name.
    queue: &'static str,
    /// The types of the events that the subscription lets through; all if there is none.
    events: Vec<String>,
    /// For how many days the archive keeps events, and from when on it has them.
    archive_days: String,
    archive_begins: String,
    /// SNS's word for how the last replay is, and its bounds.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_until: Option<String>,
    /// From when on events would be, or are, delivered again.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    is_done: bool,
}

/// Shows or begins a replay.
pub async fn replay(stack: &Stack, arguments: &ReplayArguments) -> Result<Replay, Failure> {
    let (client, queue) = (Client::new(&stack.config), arguments.to);
    let archive = Archive::of(&client, stack).await?;
    let subscription = Subscription::of(&client, stack, queue).await?;
    if let Some(from) = arguments.from {
        allowed(&archive, from)?;
        if arguments.execute {
            subscription.replay(&client, from).await?;
        }
    }
    Ok(Replay {
        queue,
        events: events_of(queue),
        archive_days: archive.days,
        archive_begins: archive.begins,
        status: subscription.status,
        last_from: subscription.from,
        last_until: subscription.until,
        from: arguments.from.map(point),
        is_done: arguments.execute,
    })
}

fn allowed(archive: &Archive, from: Timestamp) -> Result<(), Failure> {
    let no = |why: String, next: &str| Err(Failure::new("Nothing can be replayed from then on", why, next));
    if from > Timestamp::now() {
        return no(
            format!("{} has not come yet", point(from)),
            "Name a moment that has passed",
        );
    }
    if !archive.has(from) {
        return no(
            format!("the archive begins at {}", archive.begins),
            "Name a later moment",
        );
    }
    Ok(())
}

/// The types that a queue's subscription names; of one that names those that it does not take, none.
fn events_of(queue: &str) -> Vec<String> {
    let accepts = |event: &&contract::EventType| {
        let subscription = DEPLOYED
            .subscriptions
            .iter()
            .find(|subscription| subscription.queue == queue);
        subscription.is_some_and(|subscription| subscription.accepts(Some(event.as_str())))
    };
    contract::EventType::ALL
        .iter()
        .filter(accepts)
        .map(ToString::to_string)
        .collect()
}

fn a_subscribed_queue(name: &str) -> Result<&'static str, String> {
    let queues = DEPLOYED.subscriptions.iter().map(|subscription| &*subscription.queue);
    queue_named(name, queues).map_err(|names| format!("the topic delivers to {names}"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use recorded::{Exchange, Recorded, on};
    use serde_json::json;

    use super::*;
    use crate::arguments::{Arguments, Command};
    use crate::sweep::{stack_of, text};

    const FROM: &str = "2026-03-01T00:00:00Z";

    fn arguments(line: &[&str]) -> ReplayArguments {
        let words = ["matchflow", "replay", "--to", "points"].iter().chain(line);
        match Arguments::try_parse_from(words).unwrap().command {
            Command::Replay(arguments) => arguments,
            other => panic!("{other:?}"),
        }
    }

    fn attributes(operation: &str, attributes: &[(&str, &str)]) -> Exchange {
        let entry = |(key, value): &(&str, &str)| format!("<entry><key>{key}</key><value>{value}</value></entry>");
        let entries: String = attributes.iter().map(entry).collect::<Vec<_>>().concat();
        let result = format!("<Attributes>{entries}</Attributes>");
        on(operation).text(
            200,
            format!("<{operation}Response><{operation}Result>{result}</{operation}Result></{operation}Response>"),
        )
    }

    fn archived() -> Exchange {
        let archive = [
            ("ArchivePolicy", r#"{"MessageRetentionPeriod":"30"}"#),
            ("BeginningArchiveTime", "2026-02-01T00:00:00.000Z"),
        ];
        attributes("GetTopicAttributes", &archive)
    }

    fn subscribed() -> Exchange {
        let member = |queue: &str| {
            format!(
                "<member><SubscriptionArn>arn:of-{queue}</SubscriptionArn><Endpoint>arn:aws:sqs:r:1:s-{queue}</Endpoint></member>"
            )
        };
        let members = ["outcomes.fifo", "points.fifo"].map(member).concat();
        let result = format!("<Subscriptions>{members}</Subscriptions>");
        let answer = format!(
            "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult>{result}</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>"
        );
        on("ListSubscriptionsByTopic").text(200, answer)
    }

    async fn replayed(exchanges: Vec<Exchange>, line: &[&str]) -> (Result<Replay, Failure>, Recorded) {
        let aws = Recorded::new(exchanges);
        let stack = stack_of(aws.config());
        (replay(&stack, &arguments(line)).await, aws)
    }

    #[tokio::test]
    async fn a_topic_without_an_archive_is_said() {
        let (ended, aws) = replayed(
            vec![attributes("GetTopicAttributes", &[("ArchivePolicy", "{}")])],
            &["--from", FROM, "--execute"],
        )
        .await;
        assert!(
            ended
                .unwrap_err()
                .to_string()
                .starts_with("The topic has no archive: ArchiveDays is 0")
        );
        aws.finish();
    }

    #[tokio::test]
    async fn a_moment_before_the_archive_or_to_come_is_refused() {
        for (from, why) in [
            ("2026-01-01T00:00:00Z", "the archive begins at"),
            ("2999-01-01T00:00:00Z", "has not come yet"),
        ] {
            let exchanges = vec![archived(), subscribed(), attributes("GetSubscriptionAttributes", &[])];
            let (ended, aws) = replayed(exchanges, &["--from", from, "--execute"]).await;
            assert!(ended.unwrap_err().to_string().contains(why));
            aws.finish();
        }
    }

    #[tokio::test]
    async fn a_replay_is_set_without_an_end_on_the_queues_own_subscription() {
        let set = on("SetSubscriptionAttributes").with(json!({
            "SubscriptionArn": "arn:of-points.fifo",
            "AttributeName": "ReplayPolicy",
            "AttributeValue": r#"{"PointType":"Timestamp","StartingPoint":"2026-03-01T00:00:00.000Z"}"#,
        }));
        let set = set.text(200, "<SetSubscriptionAttributesResponse/>");
        for (line, set) in [
            (vec!["--from", FROM], None),
            (vec!["--from", FROM, "--execute"], Some(set)),
        ] {
            let is_done = set.is_some();
            let mut exchanges = vec![archived(), subscribed(), attributes("GetSubscriptionAttributes", &[])];
            exchanges.extend(set);
            let (ended, aws) = replayed(exchanges, &line).await;
            let text = text(&ended.unwrap());
            assert!(
                text.contains("delivered to points.fifo again: request.matched\n"),
                "{text}"
            );
            assert_eq!(text.contains("Nothing was changed. To do it: matchflow replay --to points.fifo --from 2026-03-01T00:00:00.000Z --execute"), !is_done, "{text}");
            aws.finish();
        }
    }

    #[tokio::test]
    async fn the_last_replay_is_shown_and_that_one_with_an_end_ends_the_flow() {
        let last = [
            ("ReplayStatus", "Completed"),
            (
                "ReplayPolicy",
                r#"{"PointType":"Timestamp","StartingPoint":"2026-03-01T00:00:00.000Z","EndingPoint":"2026-03-02T00:00:00.000Z"}"#,
            ),
        ];
        let exchanges = vec![archived(), subscribed(), attributes("GetSubscriptionAttributes", &last)];
        let (ended, _) = replayed(exchanges, &[]).await;
        let text = text(&ended.unwrap());
        assert!(text.contains("from 2026-03-01T00:00:00.000Z, is: Completed"), "{text}");
        assert!(
            text.contains("SNS delivers no new events to points.fifo any more"),
            "{text}"
        );
    }
}
