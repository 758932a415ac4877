//! The configuration of all AWS clients of a function, loaded once at start.

use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};

use crate::connector::AwsConnector;

/// Loads region and endpoint from where the SDK looks by default (`AWS_REGION`, `AWS_ENDPOINT_URL` on the local stack); the
/// HTTP client, time-outs and retries are ours, and the credentials are the role's that Lambda provides.
pub async fn load_config() -> SdkConfig {
    let http_client = http_client(usize::MAX);
    aws_config::defaults(BehaviorVersion::latest())
        .credentials_provider(credentials(&http_client))
        .http_client(http_client)
        .timeout_config(timeouts())
        .retry_config(retries())
        .load()
        .await
}

/// The credentials that Lambda gives a process: in its environment, or where they are renewed while it lives, at an address that
/// the environment names. The SDK's default chain has sources that no function has, and makes a client of STS for one of them.
fn credentials(http_client: &SharedHttpClient) -> CredentialsProviderChain {
    let http = ProviderConfig::default().with_http_client(http_client.clone());
    let at_an_address = EcsCredentialsProvider::builder().configure(&http).build();
    CredentialsProviderChain::first_try("environment", EnvironmentVariableCredentialsProvider::new())
        .or_else("container", at_an_address)
}

/// The configuration, with a new connection for each call, for requests that must not be sent twice. A connection that was
/// idle may be dead, which shows only after the request was written to it, and then it is not known whether it arrived. A new
/// connection costs a TCP and a TLS handshake.
pub fn with_fresh_connections(config: SdkConfig) -> SdkConfig {
    // guard: sends-use-no-idle-connection
    config.into_builder().http_client(http_client(0)).build()
}

/// An HTTP client whose one connector is made here, while the function starts, and serves all clients. The SDK's own HTTP client makes
/// one more for each client, to see that it can be made, and parses all root certificates each time.
fn http_client(max_idle_connections: usize) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(AwsConnector::new(max_idle_connections));
    http_client_fn(move |_, _| connector.clone())
}

/// Time-outs of all calls. The services answer within tens of milliseconds. What takes a hundred times as long is a dead
/// connection (after a freeze, say): better cut and tried on another one while there is time. All attempts
/// together fit several times into a function's time-out; where the deadline is nearer, `batch` cuts first. The HTTP client has its
/// own for connecting.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(5))
        .build()
}

/// Retries of all calls. Three attempts with full jitter bridge a blip. The SDK would start at a second; a batch cannot wait that
/// long, and what lasts longer is left to the queue, whose delays grow to half an hour. All clients of one
/// service share a bucket of retry tokens in the process: in an outage it runs dry, the retries stop by
/// themselves, and each call fails at its first attempt.
pub fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(3)
        .with_initial_backoff(Duration::from_millis(100))
        .with_max_backoff(Duration::from_secs(1))
}
