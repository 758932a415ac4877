//! Why a command could not do its work: what failed, why, and what to do next.

use std::error::Error;
use std::fmt;

use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};

/// A command that could not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    what: String,
    why: String,
    next: String,
}

impl Failure {
    /// A failure in three sentences, each without its full stop.
    pub fn new(what: impl Into<String>, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: why.into(),
            next: next.into(),
        }
    }

    /// Why it failed; of a call to AWS its error code.
    pub fn why(&self) -> &str {
        &self.why
    }

    /// The failure of a call to AWS; the operation as in an IAM action.
    pub fn of_call<E, R>(operation: &str, error: &SdkError<E, R>) -> Self
    where
        SdkError<E, R>: ProvideErrorMetadata + Error + 'static,
    {
        if let Some(code) = error.code() {
            return Self::of_code(operation, code);
        }
        let next = "See that the stack's endpoint can be reached, and that you have credentials for it";
        Self::new(format!("{operation} failed"), last_source(error), next)
    }

    /// The failure of a call, by AWS's error code or what else was in the way.
    pub fn of_code(operation: &str, code: &str) -> Self {
        Self::new(format!("{operation} failed"), code, next_after(operation, code))
    }
}

/// What an operator does about an error code of AWS.
fn next_after(operation: &str, code: &str) -> String {
    match code {
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
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
        write!(f, "{}: {}.\n{}.", self.what, self.why, self.next)
    }
}
