//! The wire protocol: the SDK's HTTP requests, carried out by the fakes of SQS and SNS and answered as the services do.

mod batch;
mod sns;
mod sqs;

use std::time::SystemTime;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use super::sns::{Devices, Topic};
use super::sqs::{Delivery, Sqs};
use super::workload::messages::{endpoint, is_disabled};
use support::wiring::{DEPLOYED, Wiring};

/// The fakes of SQS and SNS.
#[derive(Debug)]
pub struct FakeAws {
    /// The queues.
    pub sqs: Sqs,
    /// The topic.
    pub topic: Topic,
    /// The customers' devices.
    pub devices: Devices,
}

impl FakeAws {
    /// Fakes with these queues and subscriptions, empty.
    pub fn new(wiring: Wiring) -> Self {
        Self {
            sqs: Sqs::new(wiring.queues),
            topic: Topic::new(wiring.subscriptions),
            devices: Devices::default(),
        }
    }

    /// Fakes of what is deployed, with another number of receives before a message is a dead letter.
    pub fn deployed(max_receives: u32) -> Self {
        let mut wiring = DEPLOYED.clone();
        for queue in &mut wiring.queues {
            if let Some(dead_letters) = &mut queue.dead_letters {
                dead_letters.max_receive_count = max_receives;
            }
        }
        let mut aws = Self::new(wiring);
        for request in (0..100).filter(|request| is_disabled(*request)) {
            aws.devices.disable(endpoint(request));
        }
        aws
    }

    /// Publishes an undelivered event again, as an operator does, with a fresh deduplication id.
    pub fn republish(&mut self, now: SystemTime, message: &Delivery, deduplication_id: &str) {
        let mut content = message.content.clone();
        content.deduplication_id = Some(deduplication_id.to_owned());
        let Self { sqs, topic, .. } = self;
        topic.publish(sqs, now, content, &mut |_| false).unwrap();
    }
}

/// The choices that AWS leaves to itself.
pub trait Choices {
    /// Whether the next entry of a batch call fails.
    fn entry_fails(&mut self) -> bool;
    /// Whether the topic fails to deliver an event to this queue.
    fn undeliverable(&mut self, queue: &str) -> bool;
    /// A number below `n`.
    fn choose(&mut self, n: usize) -> usize;
}

/// The operations of SQS that the product and the conformance tests use.
const SQS: [&str; 5] = [
    "sqs.SendMessage",
    "sqs.ReceiveMessage",
    "sqs.DeleteMessage",
    "sqs.ChangeMessageVisibility",
    "sqs.ChangeMessageVisibilityBatch",
];

/// The service and operation that a request calls: `sqs.SendMessage`.
pub fn operation(request: &HttpRequest) -> &'static str {
    if let Some(target) = target(request) {
        let operation = target.trim_start_matches("AmazonSQS.");
        let known = SQS.iter().find(|known| &known["sqs.".len()..] == operation);
        return known.unwrap();
    }
    match body(request) {
        body if body.starts_with(b"Action=PublishBatch&") => "sns.PublishBatch",
        body if body.starts_with(b"Action=Publish&") => "sns.Publish",
        body => unreachable!("{:?}", body.get(..40)),
    }
}

/// Carries out a request and returns the answer.
pub fn answer(aws: &mut FakeAws, now: SystemTime, request: &HttpRequest, choices: &mut dyn Choices) -> HttpResponse {
    let body = body(request);
    let answer = match operation(request) {
        "sns.PublishBatch" => sns::publish_batch(aws, now, body, choices),
        "sns.Publish" => sns::publish(aws, now, body),
        operation => sqs::answer(&mut aws.sqs, now, operation, body, choices),
    };
    match answer {
        Ok(body) => response(200, body),
        Err(code) => refusal(request, 400, code),
    }
}

/// The answer that refuses a request with this status and error code.
pub fn refusal(request: &HttpRequest, status: u16, code: &str) -> HttpResponse {
    let body = match target(request) {
        Some(_) => sqs::refusal(code),
        None => sns::refusal(code),
    };
    response(status, body)
}

fn target(request: &HttpRequest) -> Option<&str> {
    request.headers().get("x-amz-target")
}

fn body(request: &HttpRequest) -> &[u8] {
    request.body().bytes().unwrap()
}

fn response(status: u16, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    let headers = response.headers_mut();
    headers.insert("x-amzn-requestid", "simulation");
    response
}
