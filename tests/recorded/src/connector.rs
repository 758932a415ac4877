//! The HTTP client: parses a request and answers with the exchange that fits.

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};

use crate::exchange::Answer;
use crate::{Recorded, Request};

#[derive(Debug)]
pub(crate) struct Connector(pub(crate) Recorded);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").map(str::to_owned);
        let body = request.body().bytes().expect("a body in memory");
        let parsed = match &target {
            Some(target) => json_request(target, body),
            None => form_request(body),
        };
        let (status, body) = match self.0.play(&parsed).answer {
            Answer::Response { status, body } => (status, body),
            Answer::Refusal { status, code } => (status, refusal(&code, target.is_some())),
            Answer::ConnectionError => {
                let error = ConnectorError::io("the recorded connection broke".into());
                return HttpConnectorFuture::ready(Err(error));
            }
            Answer::Never => return HttpConnectorFuture::new(std::future::pending()),
        };
        HttpConnectorFuture::ready(Ok(response(status, body)))
    }
}

fn json_request(target: &str, body: &[u8]) -> Request {
    let (_, operation) = target.rsplit_once('.').expect("Service.Operation");
    let operation = operation.to_owned();
    let body = serde_json::from_slice(body).expect("a JSON body");
    Request { operation, body }
}

fn form_request(body: &[u8]) -> Request {
    let fields: serde_json::Map<String, Value> = form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    let operation = fields.get("Action").and_then(Value::as_str);
    let operation = operation.expect("x-amz-target or Action").to_owned();
    let body = Value::Object(fields);
    Request { operation, body }
}

fn refusal(code: &str, is_json: bool) -> String {
    if is_json {
        return json!({ "__type": format!("recorded#{code}"), "message": "refused" }).to_string();
    }
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>refused</Message>\
         </Error><RequestId>recorded-request</RequestId></ErrorResponse>"
    )
}

fn response(status: u16, body: String) -> HttpResponse {
    let status = status.try_into().expect("an HTTP status");
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    let headers = response.headers_mut();
    headers.insert("x-amzn-requestid", "recorded-request");
    response
}
