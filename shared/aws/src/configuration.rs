//! The configuration of all AWS clients of a function, made once at start.

use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::identity::IdentityCache;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector, http_client_fn};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use crate::connector::AwsConnector;
use crate::{Environment, SettingError};

/// The configuration that Lambda's environment gives: the region, and endpoints where they are not AWS's (`AWS_ENDPOINT_URL` on the
/// local stack, or `AWS_ENDPOINT_URL_SQS` for one service). HTTP client, time-outs and retries are ours, the credentials are the
/// role's. The SDK's loader would look into profiles and instance metadata as well, which no function has: code that is a
/// twentieth of a package.
pub fn load_config(environment: Environment) -> Result<SdkConfig, SettingError> {
    let http_client = http_client(usize::MAX);
    let is_true = |name| match environment.optional(name) {
        Some(_) => environment.parsed(name, "true or false", |value| value.to_lowercase().parse().ok()),
        None => Ok(false),
    };
    let credentials = SharedCredentialsProvider::new(credentials(&http_client));
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(environment.required("AWS_REGION", "the region's code")?))
        .use_fips(is_true("AWS_USE_FIPS_ENDPOINT")?)
        .use_dual_stack(is_true("AWS_USE_DUALSTACK_ENDPOINT")?)
        .service_config(Endpoints(environment))
        .credentials_provider(credentials)
        .identity_cache(IdentityCache::lazy().build()) // one for all clients
        .http_client(http_client)
        .timeout_config(timeouts())
        .retry_config(retries());
    Ok(config.build())
}

/// Endpoints by the SDK's variables: a service's own, or else the one of all services.
#[derive(Debug)]
struct Endpoints(Environment);

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        let own = self.0.optional(&format!("{}_{service}", key.env()));
        own.or_else(|| self.0.optional(key.env()))
    }
}

/// The credentials that Lambda gives a process: in its environment, or where they are renewed while it lives, at an address that
/// the environment names.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str) -> Option<String> {
        let value = match name {
            "AWS_REGION" => "eu-west-1",
            "AWS_ENDPOINT_URL" => "http://all",
            "AWS_ENDPOINT_URL_DYNAMODB" => "http://own",
            "AWS_USE_FIPS_ENDPOINT" => "True",
            _ => return None,
        };
        Some(value.to_owned())
    }

    #[test]
    fn region_and_endpoints_are_the_environments() {
        let config = load_config(Environment::new(environment)).unwrap();
        assert_eq!(config.region().map(Region::as_ref), Some("eu-west-1"));
        assert_eq!((config.use_fips(), config.use_dual_stack()), (Some(true), Some(false)));
        let endpoint = |service| {
            let key = ServiceConfigKey::builder().service_id(service).profile("endpoint_url");
            let key = key.env("AWS_ENDPOINT_URL").build().unwrap();
            config.service_config()?.load_config(key)
        };
        assert_eq!(endpoint("DynamoDB").as_deref(), Some("http://own"));
        assert_eq!(endpoint("SNS").as_deref(), Some("http://all"));
    }

    #[test]
    fn a_region_has_to_be_given() {
        let error = load_config(Environment::new(|_| None)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "AWS_REGION must be the region's code, but is not set"
        );
    }
}
