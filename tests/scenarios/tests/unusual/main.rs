//! Whatever is taken in goes through to the end: generated events that are unusual in every way reach a final state, and no
//! consumer, no schema and no service refuses what is published for them.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

mod published;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use builders::records::character_refused_by_sqs;
use builders::unusual::{End, Flow, Generator, Message, variants};
use matching::domain::State;
use support::pipeline::Pipeline;

use published::PublishedChecks;

/// Seeds, each with a pipeline of its own.
const SEEDS: u64 = 200;

/// Requests of a seed, side by side.
const FLOWS: usize = 5;

/// The longest text that SNS takes (API reference, `Publish`, *Message*).
const MAX_TEXT: usize = 1600;

#[tokio::test]
async fn b39_whatever_is_taken_in_goes_through_to_the_end() {
    let checks = PublishedChecks::new();
    let mut met = BTreeSet::new();
    for seed in 0..SEEDS {
        let mut generator = Generator::new(seed, "");
        let flows: Vec<_> = (0..FLOWS).map(|_| generator.flow()).collect();
        let pipeline = pipeline_after(&flows).await;
        let quarantined = pipeline.output().quarantined;
        assert!(quarantined.is_empty(), "seed {seed}: {}", shown(&quarantined, &flows));
        pipeline.assert_consistent().await;
        for flow in &flows {
            assert_eq!(end(&pipeline, flow), Some(flow.end), "seed {seed}: {}", flow.request);
        }
        for event in pipeline.output().published {
            checks.check(&event);
        }
        for message in pipeline.phones.inbox() {
            assert_eq!(character_refused_by_sqs(&message.text), None, "seed {seed}");
            assert!(!message.text.contains('\0') && message.text.chars().count() <= MAX_TEXT);
        }
        met.extend(
            flows
                .into_iter()
                .flat_map(|flow| flow.messages)
                .flat_map(|message| message.chosen),
        );
    }
    assert_eq!(met, variants());
}

/// The pipeline after partners and their points, then requests and closes.
async fn pipeline_after(flows: &[Flow]) -> Pipeline {
    let mut pipeline = Pipeline::default();
    let is_request = |message: &&Message| matches!(message.event_type, "request.submitted" | "match.closed");
    let messages: Vec<_> = flows.iter().flat_map(|flow| &flow.messages).collect();
    let (requests, partners): (Vec<_>, Vec<_>) = messages.into_iter().partition(is_request);
    for messages in [partners, requests] {
        for message in messages {
            pipeline.send(
                queue(message.event_type),
                &message.body,
                &message.group,
                &message.attributes,
            );
        }
        pipeline.run_until_idle().await;
    }
    pipeline
}

fn queue(event_type: &str) -> &'static str {
    match event_type {
        "partner.registered" => "partners.fifo",
        "points.purchased" => "points.fifo",
        _ => "intake.fifo",
    }
}

/// The end that a flow's request has come to.
fn end(pipeline: &Pipeline, flow: &Flow) -> Option<End> {
    match pipeline.state(&flow.request) {
        State::Confirmed(_) => Some(End::Confirmed),
        State::Closed(_) => Some(End::Closed),
        State::Withdrawn => Some(End::Withdrawn),
        State::Unmatched => {
            let unmatched = pipeline.last_data(&flow.request, contract::EventType::RequestUnmatched);
            Some(if unmatched["reason"] == "no_partner" {
                End::NoPartner
            } else {
                End::NoCapacity
            })
        }
        State::Pending(_) | State::Closing(_) | State::Deferred => None,
    }
}

/// Why records were quarantined, and what is unusual in them.
fn shown(quarantined: &[(batch::Record, batch::Rejection)], flows: &[Flow]) -> String {
    let mut shown = String::new();
    for (record, rejection) in quarantined {
        let mut messages = flows.iter().flat_map(|flow| &flow.messages);
        let sent = messages.find(|message| message.body == record.body);
        writeln!(shown, "{rejection:?} for {:?}", sent.map(|message| &message.chosen)).unwrap();
    }
    shown
}
