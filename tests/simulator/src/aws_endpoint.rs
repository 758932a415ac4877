//! The endpoint that the AWS SDK's clients call: fakes of SNS and SQS behind the faulty network. Requests and answers are
//! those of the real services; only the transport is not HTTP over TCP.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::{Duration, SystemTime};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use batch::Clock;
use futures_util::future::select;

use super::faults::FaultKind;
use super::faults::faulty_network::FaultyNetwork;
use super::wire::{self, Choices, FakeAws};
use support::fakes::Fault;

/// SNS and SQS at the other end of the network; clones are the same.
#[derive(Clone)]
pub struct AwsEndpoint {
    network: FaultyNetwork,
    fakes: Arc<Mutex<FakeAws>>,
    /// The pollers that wait for a change.
    pollers: Arc<Mutex<Vec<Waker>>>,
}

impl AwsEndpoint {
    /// An endpoint at which these fakes answer.
    pub fn new(network: FaultyNetwork, fakes: FakeAws) -> Self {
        Self {
            network,
            fakes: Arc::new(Mutex::new(fakes)),
            pollers: Arc::default(),
        }
    }

    /// Wakes all pollers, since a queue may have changed.
    pub fn notify_pollers(&self) {
        let mut pollers = self.pollers.lock().unwrap();
        pollers.drain(..).for_each(Waker::wake);
    }

    /// Waits until a queue may have changed, or until this moment.
    pub async fn changed_or_at(&self, moment: Option<SystemTime>) {
        let mut is_waiting = false;
        let changed = poll_fn(|context| {
            if std::mem::replace(&mut is_waiting, true) {
                return Poll::Ready(());
            }
            self.pollers.lock().unwrap().push(context.waker().clone());
            Poll::Pending
        });
        match moment {
            None => changed.await,
            Some(moment) => {
                select(changed, pin!(self.network.time.until(moment))).await;
            }
        }
    }

    /// The fakes, for a look or a change that does not go over the network.
    pub fn lock(&self) -> MutexGuard<'_, FakeAws> {
        self.fakes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The configuration of the SDK's clients. Their retries are off: a fault here is what is left when they have been tried,
    /// and [`Fault::Repeated`] is what a retry does to a call whose answer was lost (a text message is never retried).
    pub fn config(&self) -> SdkConfig {
        let connector = SharedHttpConnector::new(Connector(self.clone()));
        let credentials = Credentials::new("simulation", "simulation", None, None, "simulation");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("ap-northeast-2"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .sleep_impl(SharedAsyncSleep::new(VirtualSleep(self.network.clone())))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build()
    }

    fn answer(&self, request: &HttpRequest, call: &'static str) -> HttpResponse {
        let now = self.network.time.now();
        let network = &self.network;
        let answer = wire::answer(&mut self.lock(), now, request, &mut CallChoices { network, call });
        self.network.note_aws_changed();
        self.notify_pollers();
        answer
    }

    async fn call(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let name = wire::operation(&request);
        let answer = match self.network.start_call(name).await {
            None => self.answer(&request, name),
            Some(FaultKind::Denied) => return Ok(wire::refusal(&request, 403, "AccessDenied")),
            Some(FaultKind::Call(fault)) => match fault {
                Fault::Hangs => return std::future::pending().await,
                Fault::KilledBefore => return self.network.kill_caller().await,
                Fault::Panics => fault.panic(),
                Fault::KilledAfter => {
                    self.answer(&request, name);
                    return self.network.kill_caller().await;
                }
                // The client that sends text messages never retries by itself.
                Fault::Repeated if name != "sns.Publish" => {
                    self.answer(&request, name);
                    self.answer(&request, name)
                }
                Fault::TimedOutAfter | Fault::Repeated => {
                    self.answer(&request, name);
                    return Err(ConnectorError::io("the connection broke".into()));
                }
                Fault::Refused | Fault::Contended => {
                    return Ok(wire::refusal(&request, 400, "Throttling"));
                }
            },
            Some(other) => unreachable!("{other:?} does not strike whole calls"),
        };
        self.network.latency().await;
        Ok(answer)
    }
}

#[derive(Clone)]
struct Connector(AwsEndpoint);

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connector")
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.0.clone().call(request))
    }
}

/// Lets the SDK's own time-outs go by virtual time.
#[derive(Debug)]
struct VirtualSleep(FaultyNetwork);

impl AsyncSleep for VirtualSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        let time = self.0.time.clone();
        Sleep::new(async move { time.sleep(duration).await })
    }
}

/// What AWS leaves open within a call, drawn from the seed.
struct CallChoices<'a> {
    network: &'a FaultyNetwork,
    call: &'static str,
}

impl Choices for CallChoices<'_> {
    fn entry_fails(&mut self) -> bool {
        self.network.strikes_part(FaultKind::PartialFailure, self.call, 2)
    }

    fn undeliverable(&mut self, _: &str) -> bool {
        self.network.strikes_part(FaultKind::Undeliverable, "sns.deliver", 2)
    }

    fn choose(&mut self, n: usize) -> usize {
        self.network.draw(n)
    }
}
