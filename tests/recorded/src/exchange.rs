//! An expected request and its answer.

use serde_json::{Value, json};

use crate::Request;

/// An expected request; an answer makes it an [`Exchange`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Expected {
    operation: String,
    body: Value,
}

/// An expected request and its answer.
#[derive(Clone, Debug)]
pub struct Exchange {
    expected: Expected,
    pub(crate) answer: Answer,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Response {
        status: u16,
        body: String,
    },
    /// A service error of this code, in the form of the request's protocol.
    Refusal {
        status: u16,
        code: String,
    },
    ConnectionError,
    Never,
}

/// Expects one request of this operation.
pub fn on(operation: &str) -> Expected {
    let operation = operation.to_owned();
    let body = json!({});
    Expected { operation, body }
}

impl Expected {
    /// Expects a body with at least these members; arrays are compared element by element.
    pub fn with(mut self, body: Value) -> Self {
        self.body = body;
        self
    }

    /// Answers with a JSON body (`DynamoDB`, SQS).
    #[expect(clippy::needless_pass_by_value, reason = "every call has a fresh json!()")]
    pub fn json(self, status: u16, body: Value) -> Exchange {
        self.text(status, body.to_string())
    }

    /// Answers with any body (SNS answers in XML).
    pub fn text(self, status: u16, body: impl Into<String>) -> Exchange {
        let body = body.into();
        self.answer(Answer::Response { status, body })
    }

    /// Answers with a service error of this HTTP status and code, in the service's protocol.
    pub fn refuses(self, status: u16, code: &str) -> Exchange {
        let code = code.to_owned();
        self.answer(Answer::Refusal { status, code })
    }

    /// Breaks the connection instead of an answer.
    pub fn connection_error(self) -> Exchange {
        self.answer(Answer::ConnectionError)
    }

    /// Never answers.
    pub fn never(self) -> Exchange {
        self.answer(Answer::Never)
    }

    fn answer(self, answer: Answer) -> Exchange {
        let expected = self;
        Exchange { expected, answer }
    }
}

impl Exchange {
    pub(crate) fn fits(&self, request: &Request) -> bool {
        self.expected.operation == request.operation && contains(&request.body, &self.expected.body)
    }
}

fn contains(actual: &Value, expected: &Value) -> bool {
    match (actual, expected) {
        (Value::Object(actual), Value::Object(expected)) => expected
            .iter()
            .all(|(name, value)| actual.get(name).is_some_and(|found| contains(found, value))),
        (Value::Array(actual), Value::Array(expected)) => {
            let mut pairs = actual.iter().zip(expected);
            actual.len() == expected.len() && pairs.all(|(found, value)| contains(found, value))
        }
        _ => actual == expected,
    }
}
