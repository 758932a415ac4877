//! A client of SQS that is made when it is first needed.

use std::sync::OnceLock;

use aws_config::SdkConfig;
use aws_sdk_sqs::Client;

/// A client of SQS. A batch without failures does not call SQS, and making the client is a fifth of what is left of a start.
#[derive(Clone, Debug)]
pub(crate) struct SqsClient {
    config: SdkConfig,
    client: OnceLock<Client>,
}

impl SqsClient {
    /// A client with this configuration.
    pub(crate) fn new(config: &SdkConfig) -> Self {
        let (config, client) = (config.clone(), OnceLock::new());
        Self { config, client }
    }

    /// The client itself.
    pub(crate) fn get(&self) -> &Client {
        self.client.get_or_init(|| Client::new(&self.config))
    }
}
