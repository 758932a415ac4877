//! The real SDK's requests, answered by the twins of SQS and SNS.

mod batch;
mod sns;
mod sqs;

use std::time::SystemTime;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

use super::messages::{endpoint, is_disabled};
use super::sns::{Phones, Topic};
use super::sqs::{Delivery, Outgoing, Sqs};
use support::wiring::{DEPLOYED, Wiring};

/// Where the requests go.
#[derive(Debug)]
pub struct Aws {
    /// The queues.
    pub sqs: Sqs,
    /// The topic.
    pub topic: Topic,
    /// Who gets text and push messages.
    pub phones: Phones,
}

impl Aws {
    /// These queues and subscriptions, with nothing in them.
    pub fn new(wiring: Wiring) -> Self {
        Self {
            sqs: Sqs::new(wiring.queues),
            topic: Topic::new(wiring.subscriptions),
            phones: Phones::default(),
        }
    }

    /// What is deployed, with so many receives until a message is a dead letter.
    pub fn deployed(receives: u32) -> Self {
        let mut wiring = DEPLOYED.clone();
        for queue in &mut wiring.queues {
            if let Some(dead_letters) = &mut queue.dead_letters {
                dead_letters.max_receive_count = receives;
            }
        }
        let mut aws = Self::new(wiring);
        for request in (0..100).filter(|request| is_disabled(*request)) {
            aws.phones.disable(endpoint(request));
        }
        aws
    }

    /// An operator publishes again what was set aside, with a fresh deduplication id.
    pub fn republish(&mut self, now: SystemTime, message: &Delivery, deduplication_id: &str) {
        let message = Outgoing {
            body: message.body.clone(),
            group: message.group.clone(),
            deduplication_id: Some(deduplication_id.to_owned()),
            attributes: message.attributes.clone(),
        };
        let published = self
            .topic
            .publish(&mut self.sqs, now, message, &mut |_| false);
        published.unwrap();
    }
}

/// What AWS leaves open.
pub trait Choices {
    /// Whether the next entry of a batch fails by itself.
    fn entry_fails(&mut self) -> bool;
    /// Whether the topic fails to deliver to this queue.
    fn undeliverable(&mut self, queue: &str) -> bool;
    /// A number below `n`.
    fn choose(&mut self, n: usize) -> usize;
}

/// The operations that are known here: the product's, and those that the conformance tests need.
const SQS: [&str; 5] = [
    "sqs.SendMessage",
    "sqs.ReceiveMessage",
    "sqs.DeleteMessage",
    "sqs.ChangeMessageVisibility",
    "sqs.ChangeMessageVisibilityBatch",
];

/// A request's operation: `sqs.SendMessage`.
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

/// What AWS answers.
pub fn answer(
    aws: &mut Aws,
    now: SystemTime,
    request: &HttpRequest,
    choices: &mut dyn Choices,
) -> HttpResponse {
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

/// AWS refuses the request.
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
    headers.insert("x-amzn-requestid", "world");
    response
}
