//! The calls of the operator's program as they arrive, and AWS's answers.

use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Map, Value, json};
use simulator::sqs::{Delivery, MessageContent, SqsError};
use wiring::DEPLOYED;

use super::aws::State;

/// A request, parsed.
pub struct Call {
    operation: String,
    protocol: Protocol,
    body: Value,
}

#[derive(Clone, Copy, PartialEq)]
enum Protocol {
    Json,
    /// SNS: a form, answered in XML.
    Query,
    /// Lambda.
    Rest,
}

/// Operation and resource.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.resource())
    }
}

impl Call {
    pub fn of(request: &HttpRequest) -> Self {
        let body = request.body().bytes().unwrap_or_default();
        if let Some(target) = request.headers().get("x-amz-target") {
            return Self {
                operation: target.rsplit('.').next().unwrap().to_owned(),
                protocol: Protocol::Json,
                body: serde_json::from_slice(body).unwrap(),
            };
        }
        let query = request.uri().split_once('?').map(|(_, query)| query.as_bytes());
        let (protocol, form) = query.map_or((Protocol::Query, body), |query| (Protocol::Rest, query));
        let fields = form_urlencoded::parse(form);
        let body: Map<String, Value> = fields.map(|(name, value)| (name.into(), value.into())).collect();
        let operation = body.get("Action").and_then(Value::as_str);
        Self {
            operation: operation.unwrap_or("ListEventSourceMappings").to_owned(),
            protocol,
            body: body.into(),
        }
    }

    fn text(&self, member: &str) -> &str {
        self.body[member].as_str().unwrap_or_default()
    }

    /// The queue or the table, if it is about one.
    pub fn resource(&self) -> &str {
        match self.text("TableName") {
            "" => self.queue(),
            table => table,
        }
    }

    /// The queue, without the stack's name.
    fn queue(&self) -> &str {
        let url = self.text("QueueUrl").rsplit('/').next().unwrap();
        url.strip_prefix("s-").unwrap_or(url)
    }
}

/// Carries out a call.
pub fn answer(state: &mut State, call: &Call) -> HttpResponse {
    let answer = match &*call.operation {
        "GetQueueAttributes" => Ok(attributes(state, call.queue())),
        "ReceiveMessage" => Ok(receive(state, call)),
        "SendMessage" => send(state, call),
        "DeleteMessage" => delete(state, call),
        "ChangeMessageVisibilityBatch" => Ok(show_again(state, call)),
        "ListQueueTags" => Ok(json!({})),
        "GetItem" => Ok(json!({ "Item": handled() })),
        "ListEventSourceMappings" => Ok(mapping(state, call.text("EventSourceArn"))),
        "Publish" => return response(200, publish(state, call)),
        other => panic!("the fake does not know {other}"),
    };
    match answer {
        Ok(answer) => response(200, answer.to_string()),
        Err(error) => refusal(call, error.code()),
    }
}

/// The answer that refuses a call.
pub fn refusal(call: &Call, code: &str) -> HttpResponse {
    let body = match call.protocol {
        Protocol::Query => format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"),
        Protocol::Json | Protocol::Rest => json!({ "__type": code, "message": "refused" }).to_string(),
    };
    response(400, body)
}

fn response(status: u16, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    response.headers_mut().insert("x-amzn-requestid", "request-of-the-fake");
    response
}

fn attributes(state: &State, queue: &str) -> Value {
    let messages = state.sqs.messages(queue);
    let count = |is_counted: &dyn Fn(&&simulator::sqs::QueuedMessage) -> bool| {
        messages.iter().filter(is_counted).count().to_string()
    };
    let now = state.now;
    json!({ "Attributes": {
        "ApproximateNumberOfMessages": count(&|message| message.visible <= now),
        "ApproximateNumberOfMessagesNotVisible": count(&|message| message.is_in_flight(now)),
        "ApproximateNumberOfMessagesDelayed": count(&|message| message.visible > now && !message.is_in_flight(now)),
        "DelaySeconds": "0",
    } })
}

fn receive(state: &mut State, call: &Call) -> Value {
    let queue = call.queue().to_owned();
    let hidden = Duration::from_secs(call.body["VisibilityTimeout"].as_u64().unwrap());
    let deliveries = state.sqs.receive(state.now, &queue, 10, &mut |_| 0);
    for delivery in &deliveries {
        state
            .sqs
            .change_visibility(state.now, &queue, &delivery.receipt_handle, hidden)
            .unwrap();
    }
    json!({ "Messages": deliveries.iter().map(delivered).collect::<Vec<_>>() })
}

fn delivered(delivery: &Delivery) -> Value {
    let content = &delivery.content;
    let mut system = json!({ "SentTimestamp": "0" });
    if let Some(group) = &content.group {
        system["MessageGroupId"] = group.clone().into();
    }
    json!({
        "MessageId": delivery.message_id,
        "ReceiptHandle": delivery.receipt_handle,
        "Body": content.body,
        "MessageAttributes": content.attributes,
        "Attributes": system,
    })
}

fn send(state: &mut State, call: &Call) -> Result<Value, SqsError> {
    let content: MessageContent = serde_json::from_value(call.body.clone()).unwrap();
    let message_id = state.sqs.send(state.now, call.queue(), content)?;
    Ok(json!({ "MessageId": message_id }))
}

fn delete(state: &mut State, call: &Call) -> Result<Value, SqsError> {
    state.sqs.delete(state.now, call.queue(), call.text("ReceiptHandle"))?;
    if let Some((queue, content)) = state.arriving.pop() {
        state.sqs.send(state.now, queue, content)?;
    }
    Ok(json!({}))
}

fn show_again(state: &mut State, call: &Call) -> Value {
    let (mut shown, mut failed) = (Vec::new(), Vec::new());
    for entry in call.body["Entries"].as_array().unwrap() {
        let (id, handle) = (&entry["Id"], entry["ReceiptHandle"].as_str().unwrap());
        match state
            .sqs
            .change_visibility(state.now, call.queue(), handle, Duration::ZERO)
        {
            Ok(()) => shown.push(json!({ "Id": id })),
            Err(error) => failed.push(json!({ "Id": id, "Code": error.code(), "SenderFault": true })),
        }
    }
    json!({ "Successful": shown, "Failed": failed })
}

/// An item that says of any event that it was handled.
fn handled() -> Value {
    json!({ "publication": { "M": { "body": { "S": "{}" } } }, "attempt": { "N": "1000" } })
}

fn mapping(state: &State, arn: &str) -> Value {
    let queue = arn.rsplit(':').next().unwrap().trim_start_matches("s-");
    let name = if state.paused.contains(&queue) {
        "Disabled"
    } else {
        "Enabled"
    };
    let function = DEPLOYED.mapping(queue).function.name();
    let arn = format!("arn:aws:lambda:r:1:function:s-{function}");
    json!({ "EventSourceMappings": [{ "UUID": queue, "State": name, "FunctionArn": arn }] })
}

fn publish(state: &mut State, call: &Call) -> String {
    let (group, body) = (call.text("MessageGroupId"), call.text("Message"));
    let id = call.text("MessageDeduplicationId");
    if state.topic.first(state.now, group, id).is_none() {
        state.topic.record(state.now, group, id, id);
        state.published.push((group.to_owned(), body.to_owned()));
    }
    format!("<PublishResponse><PublishResult><MessageId>{id}</MessageId></PublishResult></PublishResponse>")
}
