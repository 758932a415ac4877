//! The sender over real connections, on loopback: which ones it uses, what it makes of those that break, and how many messages the
//! other end has seen then.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod server;

use std::future::ready;
use std::sync::Mutex;
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sns::config::{AsyncSleep, Credentials, SharedAsyncSleep, SharedCredentialsProvider, Sleep};
use notification::sender::{MaxPrice, SEND_TIMEOUT, SendError, Sender, Sns};
use tokio::time::{sleep, timeout};

use server::{Conduct, End, HEALTHY, Log, Server};

/// Within which a customer is told, whatever became of the connection before.
const TOLD_WITHIN: Duration = Duration::from_secs(2);

/// The SDK draws its pause before a second attempt between zero and this.
const PAUSE: Duration = Duration::from_millis(100);

/// The SDK's sleeps: before another attempt, until connecting takes too long (a second), until a send does.
#[derive(Default)]
struct Sleeps {
    /// Runs instead of the first pause before another attempt.
    before_next_attempt: Mutex<Option<Box<dyn FnOnce() + Send>>>,
    /// Whether connecting takes too long.
    connecting_is_late: bool,
    /// Once this server has seen something, a send takes too long.
    late_after: Option<Log>,
}

impl std::fmt::Debug for Sleeps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sleeps")
    }
}

impl AsyncSleep for Sleeps {
    fn sleep(&self, duration: Duration) -> Sleep {
        if duration < PAUSE {
            if let Some(run) = self.before_next_attempt.lock().unwrap().take() {
                run();
            }
            return Sleep::new(ready(()));
        }
        match &self.late_after {
            _ if duration < SEND_TIMEOUT && self.connecting_is_late => Sleep::new(ready(())),
            Some(log) if duration >= SEND_TIMEOUT => Sleep::new(log.clone().first_line()),
            _ => Sleep::new(sleep(duration)),
        }
    }
}

/// The sender as the function has it, to this endpoint.
fn sender(endpoint: &str, sleeps: Sleeps) -> Sns {
    let credentials = Credentials::new("key", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("ap-northeast-2"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .endpoint_url(endpoint)
        .sleep_impl(SharedAsyncSleep::new(sleeps))
        .build();
    let max_price = MaxPrice::parse("0.2").unwrap();
    Sns::new(&aws::with_fresh_connections(config), None, max_price)
}

async fn send(sender: &Sns, text: &str) -> Result<(), SendError> {
    sender.send_sms(&"+821012345678".parse().unwrap(), text).await
}

async fn send_in_time(sender: &Sns, text: &str) {
    timeout(TOLD_WITHIN, send(sender, text)).await.unwrap().unwrap();
}

#[tokio::test]
async fn b37_a_connection_that_died_while_it_was_idle_costs_nothing() {
    for end in [End::Reset, End::Silence] {
        let server = Server::start(Conduct { answers: 1, end });
        let sender = sender(&format!("http://{}", server.address), Sleeps::default());
        send_in_time(&sender, "first").await;
        send_in_time(&sender, "second").await;
        assert_eq!(*server.log.lines(), ["1: first", "2: second"], "{end:?}");
    }
}

#[tokio::test]
async fn b37_a_service_that_refuses_connections_for_a_moment_gets_the_message_at_once() {
    let server = Server::start(HEALTHY);
    let (address, log) = (server.address, Log::default());
    let sleeps = Sleeps {
        before_next_attempt: Mutex::new(Some(Box::new({
            let log = log.clone();
            move || drop(Server::start_at(address, HEALTHY, log))
        }))),
        ..Sleeps::default()
    };
    let sender = sender(&format!("http://{address}"), sleeps);
    send_in_time(&sender, "first").await;
    server.stop();
    send_in_time(&sender, "second").await;
    assert_eq!(*log.lines(), ["1: second"]);
}

/// The error of a send that does not find a connection.
async fn unconnected(endpoint: &str, sleeps: Sleeps) -> String {
    match send(&sender(endpoint, sleeps), "text").await {
        Err(SendError::NotSent(failure)) => failure.code,
        other => panic!("{endpoint}: {other:?}"),
    }
}

#[tokio::test]
async fn b37_without_a_connection_nothing_was_sent() {
    let server = Server::start(HEALTHY);
    let refusing = server.address;
    server.stop();
    let code = unconnected(&format!("http://{refusing}"), Sleeps::default()).await;
    assert!(code.contains("refused"), "{code}");

    // A label of a name has 63 characters at most, so that no server is asked for this one.
    unconnected(&format!("http://{}.test", "x".repeat(64)), Sleeps::default()).await;

    let plain = Server::start(Conduct {
        answers: 0,
        end: End::Reset,
    });
    let https = format!("https://{}", plain.address);
    unconnected(&https, Sleeps::default()).await;

    let silent = Server::start(HEALTHY);
    let sleeps = Sleeps {
        connecting_is_late: true,
        ..Sleeps::default()
    };
    unconnected(&format!("https://{}", silent.address), sleeps).await;
    assert_eq!(*silent.log.lines(), [""; 0]);
}

/// A send to this server, after which it is not known whether it was taken.
async fn unanswered(server: &Server, sleeps: Sleeps) {
    let sender = sender(&format!("http://{}", server.address), sleeps);
    let error = send(&sender, "text").await.unwrap_err();
    assert!(matches!(error, SendError::Unknown(_)), "{error:?}");
}

#[tokio::test]
async fn b37_what_may_have_been_taken_is_not_sent_again() {
    let resets = Server::start(Conduct {
        answers: 0,
        end: End::Reset,
    });
    unanswered(&resets, Sleeps::default()).await;
    assert_eq!(*resets.log.lines(), ["1: reset"]);

    let is_silent = Server::start(Conduct {
        answers: 0,
        end: End::Silence,
    });
    let sleeps = Sleeps {
        late_after: Some(is_silent.log.clone()),
        ..Sleeps::default()
    };
    unanswered(&is_silent, sleeps).await;
    assert_eq!(*is_silent.log.lines(), ["1: text"]);
}
