//! Recorded HTTP exchanges under the real AWS SDK clients, for adapter tests.
//!
//! The client under test is the real one: it serializes, signs, retries and parses. Only the connection
//! is replaced, by a list of expected requests and their answers:
//!
//! ```
//! use recorded::{Recorded, on};
//! use serde_json::json;
//!
//! let aws = Recorded::new([
//!     on("GetItem").with(json!({ "TableName": "t" })).json(200, json!({})),
//!     on("PutItem").refuses(400, "ConditionalCheckFailedException"),
//! ]);
//! let config = aws.config(); // for aws_sdk_dynamodb::Client::new(&config)
//! # drop(config);
//! # let aws = Recorded::new([]);
//! // … the calls …
//! let requests = aws.finish(); // panics if an exchange was not used
//! # assert!(requests.is_empty());
//! ```
//!
//! A request takes the first unused exchange that fits, so that concurrent calls work. Retries are off
//! unless a test asks for them, since the SDK sleeps between attempts for real:
//! `aws.config().into_builder().retry_config(…).build()`.
//!
//! **When to use it:** for what an adapter asks for and what it makes of each answer, above all the
//! answers that the local engine never gives. What a table or a queue does over several calls is shown
//! on fake and engine (`tests/store.rs` of a function, `tests/scenarios/tests/conformance`).
//!
//! **How to read a failure:** *no exchange fits* shows the request and the exchanges left: compare the
//! bodies, of which the expected one needs only the members that the test is about. *Never asked* lists
//! the exchanges that no request used.
#![allow(clippy::panic, clippy::expect_used)] // a test helper fails by panicking

mod connector;
mod exchange;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::http::{SharedHttpConnector, http_client_fn};
use serde_json::Value;

pub use exchange::{Exchange, Expected, on};

/// The region of every recorded client.
pub const REGION: &str = "ap-northeast-2";

/// One request as it went out.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The operation: the end of `x-amz-target`, or the form's `Action`.
    pub operation: String,
    /// The parsed body: JSON as it is, a form as an object of strings.
    pub body: Value,
}

/// An HTTP client that plays exchanges and keeps the requests.
#[derive(Clone, Debug)]
pub struct Recorded(Arc<Mutex<Tape>>);

#[derive(Debug)]
struct Tape {
    unused: Vec<Exchange>,
    requests: Vec<Request>,
}

impl Recorded {
    /// A client that will play these exchanges, each once.
    pub fn new(exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        let unused = exchanges.into_iter().collect();
        let requests = Vec::new();
        Self(Arc::new(Mutex::new(Tape { unused, requests })))
    }

    /// A configuration over this client for any service: region, made-up credentials, no retries.
    pub fn config(&self) -> SdkConfig {
        let connector = SharedHttpConnector::new(connector::Connector(self.clone()));
        let credentials = Credentials::new("recorded", "recorded", None, None, "recorded");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static(REGION))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::disabled())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build()
    }

    /// The requests so far, in the order in which they went out.
    pub fn requests(&self) -> Vec<Request> {
        self.tape().requests.clone()
    }

    /// The requests; panics if an exchange was not used.
    ///
    /// # Panics
    /// If an exchange was not used.
    pub fn finish(&self) -> Vec<Request> {
        let tape = self.tape();
        assert!(tape.unused.is_empty(), "never asked: {:#?}", tape.unused);
        tape.requests.clone()
    }

    fn play(&self, request: &Request) -> Exchange {
        let mut tape = self.tape();
        let position = tape.unused.iter().position(|exchange| exchange.fits(request));
        tape.requests.push(request.clone());
        let Some(position) = position else {
            let left = &tape.unused;
            panic!("no exchange fits {request:#?}; left: {left:#?}");
        };
        tape.unused.remove(position)
    }

    fn tape(&self) -> MutexGuard<'_, Tape> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
