//! The configuration of all AWS clients of a function, loaded once at start.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

/// Loads region, credentials and endpoint from where the SDK looks by default (`AWS_REGION`, the role that
/// Lambda provides, `AWS_ENDPOINT_URL` on the local stack); the HTTP client, time-outs and retries are ours.
pub async fn load_config() -> SdkConfig {
    let tls = Provider::Rustls(CryptoMode::Ring);
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(Builder::new().tls_provider(tls).build_https())
        .timeout_config(timeouts())
        .retry_config(retries())
        .load()
        .await
}

/// Time-outs of all calls. The services answer within tens of milliseconds. What takes a hundred times as long is a dead
/// connection (after a freeze, say): better cut and tried on another one while there is time. All attempts
/// together fit several times into a function's time-out; where the deadline is nearer, `batch` cuts first.
pub fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
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
