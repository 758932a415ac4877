//! The simulator's fakes under the SDK's clients, with a clock that the tests move.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use simulator::wire::{self, Choices, FakeAws};
use support::wiring::{QueueSpec, Subscription, Wiring};

use crate::testbed::Testbed;

pub struct Fakes {
    cloud: Cloud,
    sqs: aws_sdk_sqs::Client,
    sns: aws_sdk_sns::Client,
}

#[derive(Clone, Debug)]
struct Cloud(Arc<Mutex<State>>);

#[derive(Debug)]
pub struct State {
    pub fake: FakeAws,
    pub now: SystemTime,
    pub choices: FixedChoices,
}

/// Choices that AWS leaves open: always the first possibility, and no failures but these.
#[derive(Debug, Default)]
pub struct FixedChoices {
    /// Whether the next entries of batches fail.
    pub entries: VecDeque<bool>,
    /// Queues that the topic cannot reach.
    pub unreachable: BTreeSet<String>,
}

impl Choices for FixedChoices {
    fn entry_fails(&mut self) -> bool {
        self.entries.pop_front().unwrap_or_default()
    }

    fn undeliverable(&mut self, queue: &str) -> bool {
        self.unreachable.contains(queue)
    }

    fn choose(&mut self, _: usize) -> usize {
        0
    }
}

impl HttpConnector for Cloud {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let State { fake, now, choices } = &mut *self.0.lock().unwrap();
        HttpConnectorFuture::ready(Ok(wire::answer(fake, *now, &request, choices)))
    }
}

impl Fakes {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.cloud.0.lock().unwrap()
    }
}

impl Testbed for Fakes {
    const LIKE_AWS: bool = true;

    async fn with(queues: Vec<QueueSpec>, subscriptions: Vec<Subscription>) -> Self {
        let fake = FakeAws::new(Wiring {
            queues,
            subscriptions,
            ..Wiring::default()
        });
        let state = State {
            fake,
            now: SystemTime::UNIX_EPOCH,
            choices: FixedChoices::default(),
        };
        let cloud = Cloud(Arc::new(Mutex::new(state)));
        let config = config(&cloud);
        Self {
            cloud,
            sqs: aws_sdk_sqs::Client::new(&config),
            sns: aws_sdk_sns::Client::new(&config),
        }
    }

    fn sqs(&self) -> &aws_sdk_sqs::Client {
        &self.sqs
    }

    fn sns(&self) -> &aws_sdk_sns::Client {
        &self.sns
    }

    fn url(&self, queue: &str) -> String {
        format!("http://sqs.fake/000000000000/{queue}")
    }

    fn topic(&self) -> &'static str {
        "arn:aws:sns:ap-northeast-2:000000000000:events.fifo"
    }

    async fn wait(&self, duration: Duration) {
        self.state().now += duration;
    }
}

fn config(cloud: &Cloud) -> SdkConfig {
    let connector = SharedHttpConnector::new(cloud.clone());
    let credentials = Credentials::new("fake", "fake", None, None, "fake");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("ap-northeast-2"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(RetryConfig::disabled())
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build()
}
