//! Why a command could not do its work: what failed, why, and what to do next.

use std::error::Error;
use std::fmt;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::operation::RequestId as _;

/// A command that could not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    what: String,
    why: String,
    /// AWS's id of the request that failed: its support asks for it.
    request_id: Option<String>,
    next: String,
    /// Whether what was asked for is not there.
    is_not_found: bool,
}

impl Failure {
    /// A failure in three sentences, each without its full stop.
    pub fn new(what: impl Into<String>, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            request_id: None,
            next: next.into(),
            is_not_found: false,
        }
    }

    /// The failure to find what was asked for.
    pub fn not_found(what: impl Into<String>, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            is_not_found: true,
            ..Self::new(what, why, next)
        }
    }

    /// Whether what was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        self.is_not_found
    }

    /// Why it failed; of a call to AWS its error code.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// What failed and why, and what to do next.
    pub fn sentences(&self) -> [String; 2] {
        [format!("{}: {}", self.what, self.why), self.next.clone()]
    }

    /// The failure of a call to AWS; the operation as in an IAM action.
    pub fn of_call<E, R>(operation: &str, error: &SdkError<E, R>) -> Self
    where
        SdkError<E, R>: ProvideErrorMetadata + Error + 'static,
    {
        if let Some(code) = error.code() {
            return Self::of_code(operation, code).of_request(error.meta().request_id());
        }
        let next = "See that the stack's endpoint can be reached, and that you have credentials for it";
        Self::new(format!("{operation} failed"), last_source(error), next)
    }

    /// The failure of a call, by AWS's error code or what else was in the way.
    pub fn of_code(operation: &str, code: &str) -> Self {
        Self::new(format!("{operation} failed"), code, next_after(operation, code))
    }

    /// The same, of a request with this id.
    pub fn of_request(self, id: Option<&str>) -> Self {
        let request_id = id.map(str::to_owned);
        Self { request_id, ..self }
    }

    /// Whether a right is missing.
    pub fn is_denied(&self) -> bool {
        DENIED.contains(&&*self.why)
    }

    /// What failed, and why, without what to do next.
    pub fn what_and_why(&self) -> String {
        let request = self.request_id.as_ref().map(|id| format!(" (request id {id})"));
        format!("{}: {}{}", self.what, self.why, request.unwrap_or_default())
    }
}

/// AWS's error codes of a missing right; SNS has its own.
const DENIED: [&str; 4] = [
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "UnauthorizedOperation",
];

/// What an operator does about an error code of AWS.
fn next_after(operation: &str, code: &str) -> String {
    match code {
        code if DENIED.contains(&code) => {
            format!("Your role must be allowed {operation}: docs/do/operate.md, What an operator may do")
        }
        "ExpiredToken" | "ExpiredTokenException" | "InvalidClientTokenId" | "UnrecognizedClientException" => {
            "Renew your credentials (aws sso login, or new keys), then run the command again".to_owned()
        }
        "ThrottlingException" | "Throttling" | "RequestThrottled" | "TooManyRequestsException" => {
            "Wait some seconds, then run the command again".to_owned()
        }
        _ => "Look at AWS's documentation of this call, and that the stack can be reached".to_owned(),
    }
}

fn last_source(error: &(dyn Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.\n{}.", self.what_and_why(), self.next)
    }
}
