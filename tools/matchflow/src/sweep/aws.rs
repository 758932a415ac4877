//! A fake of AWS beneath the SDK's clients, which fails where it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use simulator::sqs::{Deduplication, MessageContent, Sqs};
use tokio::sync::Notify;
use wiring::DEPLOYED;

use super::fault::Fault;
use super::wire;
use crate::stack::{Stack, output_of_queue};

/// The fake; clones are the same one.
#[derive(Clone, Debug)]
pub struct FakeAws(Arc<(Mutex<State>, Notify)>);

/// What the fake holds.
#[derive(Debug)]
pub struct State {
    /// The time of the last call.
    pub now: SystemTime,
    /// How far its clock is ahead of this machine's.
    ahead: Duration,
    pub sqs: Sqs,
    /// The message groups and bodies that were published.
    pub published: Vec<(String, String)>,
    pub topic: Deduplication,
    /// The calls so far, each as operation and resource.
    pub calls: Vec<String>,
    /// The number of a call, and its fault.
    pub fault: Option<(usize, Fault)>,
    /// What is sent to a queue when a message is deleted there, as long as there is any.
    pub arriving: Vec<(&'static str, MessageContent)>,
    /// The queues that no function reads.
    pub paused: Vec<&'static str>,
    /// The resources on which the caller has rights; without a list, all.
    pub allowed: Option<Vec<&'static str>>,
}

impl FakeAws {
    pub fn new() -> Self {
        let state = State {
            now: SystemTime::now(),
            ahead: Duration::ZERO,
            sqs: Sqs::new(DEPLOYED.queues.iter().cloned()),
            published: Vec::new(),
            topic: Deduplication::default(),
            calls: Vec::new(),
            fault: None,
            arriving: Vec::new(),
            paused: Vec::new(),
            allowed: None,
        };
        Self(Arc::new((Mutex::new(state), Notify::new())))
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has the call of this number, of those from now on, meet a fault; without one all go well.
    pub fn plan(&self, fault: Option<(usize, Fault)>) {
        let mut state = self.state();
        state.calls.clear();
        state.fault = fault;
    }

    pub fn send(&self, queue: &str, content: MessageContent) {
        let mut state = self.state();
        let now = state.now;
        state.sqs.send(now, queue, content).unwrap();
    }

    pub fn advance(&self, by: Duration) {
        self.state().ahead += by;
    }

    /// Returns once a call has killed the program.
    pub async fn killed(&self) {
        self.0.1.notified().await;
    }

    /// A stack that stands there. A call is made once: what the SDK's retries hide has to be borne, too.
    pub fn stack(&self) -> Stack {
        let connector = SharedHttpConnector::new(self.clone());
        let credentials = Credentials::new("fake", "fake", None, None, "fake");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("ap-northeast-2"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        stack_of(config)
    }
}

/// A stack whose calls go to this configuration's client.
pub fn stack_of(config: SdkConfig) -> Stack {
    let queues = DEPLOYED.queues.iter().map(|queue| {
        let url = format!("http://sqs.fake/1/s-{}", queue.name);
        (output_of_queue(&queue.name), url)
    });
    let tables = ["Matching", "Ledger", "Notification", "Statistics"]
        .map(|table| (format!("{table}TableName"), table.to_owned()));
    let topic = ("EventsTopicArn".to_owned(), "arn:aws:sns:r:1:s-events.fifo".to_owned());
    let outputs: BTreeMap<String, String> = queues.chain(tables).chain([topic]).collect();
    Stack::new(outputs, config).unwrap()
}

impl HttpConnector for FakeAws {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let call = wire::Call::of(&request);
        let mut state = self.state();
        state.now = SystemTime::now() + state.ahead;
        let number = state.calls.len();
        state.calls.push(call.to_string());
        let met = state.fault.filter(|(at, fault)| {
            number == *at || (number > *at && fault.lasts(&state.calls[*at], &state.calls[number]))
        });
        let is_allowed = |allowed: &Vec<_>| allowed.contains(&call.resource());
        if !state.allowed.as_ref().is_none_or(is_allowed) {
            return HttpConnectorFuture::ready(Ok(wire::refusal(&call, "AccessDenied")));
        }
        let Some((_, fault)) = met else {
            return HttpConnectorFuture::ready(Ok(wire::answer(&mut state, &call)));
        };
        if fault.has_effect() {
            wire::answer(&mut state, &call);
        }
        if fault.kills() {
            self.0.1.notify_one();
            return HttpConnectorFuture::new(std::future::pending());
        }
        HttpConnectorFuture::ready(match fault.code() {
            Some(code) => Ok(wire::refusal(&call, code)),
            None => Err(ConnectorError::io("the connection broke".into())),
        })
    }
}
