//! The AWS SDK's clients, over the twins of SNS and SQS: the requests are the real ones, only the wire is not.

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
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use batch::Clock;
use futures_util::future::select;

use super::fault::Trouble;
use super::network::Network;
use super::wire::{self, Choices};
use support::fakes::Fault;

/// SNS and SQS at the other end of a network; clones are the same.
#[derive(Clone)]
pub struct Cloud {
    network: Network,
    aws: Arc<Mutex<wire::Aws>>,
    waiting: Arc<Mutex<Vec<Waker>>>,
}

impl Cloud {
    /// These twins, over this network.
    pub fn new(network: Network, aws: wire::Aws) -> Self {
        Self {
            network,
            aws: Arc::new(Mutex::new(aws)),
            waiting: Arc::default(),
        }
    }

    /// Tells whoever waits that something came, or went.
    pub fn ring(&self) {
        let mut waiting = self.waiting.lock().unwrap();
        waiting.drain(..).for_each(Waker::wake);
    }

    /// Waits until something comes or goes, or until this moment.
    pub async fn ring_or(&self, moment: Option<SystemTime>) {
        let mut rung = false;
        let bell = poll_fn(|context| {
            if std::mem::replace(&mut rung, true) {
                return Poll::Ready(());
            }
            self.waiting.lock().unwrap().push(context.waker().clone());
            Poll::Pending
        });
        match moment {
            None => bell.await,
            Some(moment) => {
                select(bell, pin!(self.network.time.until(moment))).await;
            }
        }
    }

    /// The twins.
    pub fn aws(&self) -> MutexGuard<'_, wire::Aws> {
        self.aws.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A configuration for the SDK's clients. Its retries are off: what goes wrong here is what is left when they have
    /// been tried, and [`Fault::Repeated`] is what they do to a call whose answer was lost (but for a text message's).
    pub fn config(&self) -> SdkConfig {
        let connector = SharedHttpConnector::new(Wire(self.clone()));
        let credentials = Credentials::new("world", "world", None, None, "world");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("ap-northeast-2"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .sleep_impl(SharedAsyncSleep::new(Sleeps(self.network.clone())))
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build()
    }

    fn answer(&self, request: &HttpRequest, name: &'static str) -> HttpResponse {
        let now = self.network.time.now();
        let mut choices = Chosen(&self.network, name);
        let answer = wire::answer(&mut self.aws(), now, request, &mut choices);
        self.network.serve();
        self.ring();
        answer
    }

    async fn call(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let name = wire::operation(&request);
        let lost = || ConnectorError::io("the connection broke".into());
        let trouble = self.network.begin(name).await;
        let answer = match trouble {
            None => self.answer(&request, name),
            Some(Trouble::Denied) => return Ok(wire::refusal(&request, 403, "AccessDenied")),
            Some(Trouble::Call(fault)) => match fault {
                Fault::Hangs => return std::future::pending().await,
                Fault::KilledBefore => return self.network.die().await,
                Fault::Panics => fault.panic(),
                Fault::KilledAfter => {
                    self.answer(&request, name);
                    return self.network.die().await;
                }
                // The client of text messages sends nothing again by itself.
                Fault::Repeated if name != "sns.Publish" => {
                    self.answer(&request, name);
                    self.answer(&request, name)
                }
                Fault::TimedOutAfter | Fault::Repeated => {
                    self.answer(&request, name);
                    return Err(lost());
                }
                Fault::Refused | Fault::Contended => {
                    return Ok(wire::refusal(&request, 400, "Throttling"));
                }
            },
            Some(other) => unreachable!("{other:?} befalls no call"),
        };
        let moment = self.network.moment(Duration::from_millis(8));
        self.network.time.sleep(moment).await;
        Ok(answer)
    }
}

#[derive(Clone)]
struct Wire(Cloud);

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.0.clone().call(request))
    }
}

/// The SDK's own time-outs go by the world's clock.
#[derive(Debug)]
struct Sleeps(Network);

impl AsyncSleep for Sleeps {
    fn sleep(&self, duration: Duration) -> Sleep {
        let time = self.0.time.clone();
        Sleep::new(async move { time.sleep(duration).await })
    }
}

/// What is left to chance within a call.
struct Chosen<'a>(&'a Network, &'static str);

impl Choices for Chosen<'_> {
    fn entry_fails(&mut self) -> bool {
        self.0.strikes_part(Trouble::PartialFailure, self.1, 2)
    }

    fn undeliverable(&mut self, _: &str) -> bool {
        self.0
            .strikes_part(Trouble::Undeliverable, "sns.deliver", 2)
    }

    fn choose(&mut self, n: usize) -> usize {
        self.0.draw(n)
    }
}
