//! `run` under Lambda's runtime interface: its answers, one after another and several at once, and what a panic writes to the log.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use batch::{BoxError, Consumer, Handler, Outcome, Queue, Record, Rejection, Topic, each};
use serde_json::{Value, json};
use tokio::sync::Barrier;

/// The number of messages that wait for each other.
const TOGETHER: usize = 3;

struct FakePorts;

impl Topic for FakePorts {
    type Event = ();

    async fn publish(&self, events: &[&()]) -> Vec<Result<(), BoxError>> {
        events.iter().map(|()| Ok(())).collect()
    }
}

impl Queue for FakePorts {
    async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> {
        Ok(())
    }

    async fn quarantine(&self, _: &Record, _: &Rejection, _: SystemTime) -> Result<(), BoxError> {
        Ok(())
    }
}

/// A handler of messages that also does tasks.
struct WithTasks<H>(H);

impl<H: Handler> Handler for WithTasks<H> {
    type Message = H::Message;
    type Event = H::Event;

    async fn handle(&self, messages: &[Self::Message], now: SystemTime) -> Vec<Outcome<Self::Event>> {
        self.0.handle(messages, now).await
    }

    async fn perform(&self, task: &str) -> Option<Result<(), BoxError>> {
        match task {
            "tidy" => Some(Ok(())),
            "fail" => Some(Err("the cause".into())),
            "panic" => panic!("secret"),
            _ => None,
        }
    }
}

#[test]
fn function() {
    if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_none() {
        return; // This runs in the process that the other tests start.
    }
    tracing_subscriber::fmt().json().init();
    let decode = |record: &Record| Ok(Some(record.body.clone()));
    let barrier = Barrier::new(TOGETHER);
    let messages = each(async |body: &String, _| {
        match body.as_str() {
            "ok" => {}
            "together" => {
                barrier.wait().await;
            }
            other => panic!("the message of a panic: {other}"),
        }
        Ok(vec![()])
    });
    let handler = WithTasks(messages);
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let consumer = Consumer::new(decode, handler, FakePorts, FakePorts);
    runtime.block_on(batch::run(consumer)).unwrap();
}

fn record(id: &str, body: &str) -> Value {
    json!({
        "messageId": id, "body": body, "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:ap-northeast-2:111122223333:q",
    })
}

#[test]
fn a_function_answers_lambda_and_survives_panics_and_bad_payloads() {
    let (invoke, answers) = lambda(1);

    invoke(json!({ "Records": [record("1", "ok"), record("2", "secret"), record("3", "ok")] }));
    let failures = r#"{"batchItemFailures":[{"itemIdentifier":"2"}]}"#;
    assert_eq!(answers.next(), ("response".to_owned(), failures.to_owned()));

    for payload in [
        json!({}),
        json!({ "Records": [{ "Sns": "secret" }] }),
        json!({ "task": "unknown" }),
        json!({ "task": 1 }),
    ] {
        invoke(payload);
        let (kind, error) = answers.next();
        assert_eq!(kind, "error");
        assert!(error.contains("expected an SQS event"), "{error}");
        assert!(error.contains(r#""errorType":"NotAnSqsEvent""#), "{error}");
    }

    invoke(json!({ "Records": [record("1", "ok")] }));
    let none = r#"{"batchItemFailures":[]}"#;
    assert_eq!(answers.next(), ("response".to_owned(), none.to_owned()));

    invoke(json!({ "task": "tidy" }));
    assert_eq!(answers.next(), ("response".to_owned(), none.to_owned()));
    for (task, cause) in [("fail", "the cause"), ("panic", "the consumer's code panicked")] {
        invoke(json!({ "task": task }));
        let (kind, error) = answers.next();
        assert_eq!(kind, "error");
        assert!(error.contains(&format!("the task failed: {cause}")), "{error}");
        assert!(error.contains(r#""errorType":"TaskFailed""#), "{error}");
    }

    let output = answers.output();
    assert!(output.contains("tests/lambda.rs"), "{output}");
    assert!(output.contains("batch done"), "{output}");
    assert!(!output.contains("secret"), "{output}");
}

/// On Managed Instances Lambda invokes a process several times at once. Here each invocation waits for the others, and each gets
/// the answer to its own records.
#[test]
fn a_function_serves_several_invocations_at_once() {
    let (invoke, answers) = lambda(TOGETHER);
    for _ in 0..2 {
        for n in 0..TOGETHER {
            let good = record(&format!("good-{n}"), "together");
            invoke(json!({ "Records": [good, record(&format!("bad-{n}"), "bad")] }));
        }
        let mut given: Vec<_> = (0..TOGETHER).map(|_| answers.answer()).collect();
        given.sort();
        let expected = (0..TOGETHER).map(|n| {
            let failures = format!(r#"{{"batchItemFailures":[{{"itemIdentifier":"bad-{n}"}}]}}"#);
            (format!("good-{n}"), "response".to_owned(), failures)
        });
        assert_eq!(given, expected.collect::<Vec<_>>());
    }
    let output = answers.output();
    for n in 0..TOGETHER {
        let id = format!(r#""requestId":"good-{n}""#);
        let of_invocation = output
            .lines()
            .filter(|line| line.contains("batch done") && line.contains(&id));
        assert_eq!(of_invocation.count(), 2, "{output}");
    }
}

/// A function's process and its answers to invocations.
struct Answers {
    function: Child,
    answers: Receiver<Answer>,
}

/// The invocation's id, which is that of its first record; `response` or `error`; and the body.
type Answer = (String, String, String);

impl Answers {
    fn answer(&self) -> Answer {
        self.answers.recv_timeout(Duration::from_secs(30)).unwrap()
    }

    /// `response` or `error`, and the body.
    fn next(&self) -> (String, String) {
        let (_, kind, body) = self.answer();
        (kind, body)
    }

    /// Ends the function and returns its output.
    fn output(mut self) -> String {
        self.function.kill().unwrap();
        let output = self.function.wait_with_output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    }
}

/// Starts a fake of Lambda's runtime interface, and a function that it invokes so many times at once.
fn lambda(concurrency: usize) -> (impl Fn(Value), Answers) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (invoke, invocations) = channel();
    let (send_answer, answers) = channel();
    let invocations = Arc::new(Mutex::new(invocations));
    std::thread::spawn(move || {
        for connection in listener.incoming().map_while(Result::ok) {
            let (invocations, send_answer) = (Arc::clone(&invocations), send_answer.clone());
            std::thread::spawn(move || serve(connection, &invocations, &send_answer));
        }
    });
    let function = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "function", "--nocapture"])
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .env("AWS_LAMBDA_FUNCTION_NAME", "function")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_MAX_CONCURRENCY", concurrency.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let invoke = move |payload: Value| invoke.send(payload).unwrap();
    (invoke, Answers { function, answers })
}

/// Serves the one request of a connection.
fn serve(mut connection: TcpStream, invocations: &Mutex<Receiver<Value>>, answers: &Sender<Answer>) -> Option<()> {
    let (path, body) = request(&connection)?;
    let mut path = path.rsplit('/');
    match path.next()? {
        "next" => {
            let payload = invocations.lock().ok()?.recv().ok()?;
            let id = payload["Records"][0]["messageId"].as_str().unwrap_or("none");
            reply(&mut connection, "200 OK", id, &payload.to_string())
        }
        kind => {
            let id = path.next()?;
            reply(&mut connection, "202 Accepted", id, "")?;
            answers.send((id.to_owned(), kind.to_owned(), body)).ok()
        }
    }
}

fn request(connection: &TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let lower = line.to_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((path, String::from_utf8(body).ok()?))
}

fn reply(connection: &mut TcpStream, status: &str, id: &str, body: &str) -> Option<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let deadline = (now + Duration::from_mins(1)).as_millis();
    let reply = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\
         lambda-runtime-aws-request-id: {id}\r\nlambda-runtime-deadline-ms: {deadline}\r\n\
         lambda-runtime-invoked-function-arn: arn:aws:lambda:x:1:function:f\r\n\
         lambda-runtime-trace-id: Root=1-2-3\r\n\r\n{body}",
        body.len()
    );
    connection.write_all(reply.as_bytes()).ok()
}
