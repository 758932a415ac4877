//! SNS on a loopback port, with connections that break.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use tokio::time::sleep;

const SENT: &str = "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>";

/// How a connection ends.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// It is reset by the next request.
    Reset,
    /// Nothing is answered any more.
    Silence,
}

/// How the server treats a connection.
#[derive(Clone, Copy, Debug)]
pub struct Conduct {
    /// The number of requests that are answered.
    pub answers: usize,
    pub end: End,
}

/// Answers every request.
pub const HEALTHY: Conduct = Conduct {
    answers: usize::MAX,
    end: End::Silence,
};

/// What came in, in order: the number of the connection, from 1, and the text that was sent, or `reset`.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap()
    }

    /// Waits until something has come in.
    pub async fn first_line(self) {
        while self.lines().is_empty() {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

pub struct Server {
    pub address: SocketAddr,
    pub log: Log,
    stopping: Arc<AtomicBool>,
    listening: JoinHandle<()>,
}

impl Server {
    /// A server on a free port, whose first connection is treated like this; all others are healthy.
    pub fn start(first: Conduct) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), first, Log::default())
    }

    pub fn start_at(address: SocketAddr, first: Conduct, log: Log) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let stopping = Arc::<AtomicBool>::default();
        let listening = spawn({
            let (log, stopping) = (log.clone(), Arc::clone(&stopping));
            move || {
                for (connection, number) in listener.incoming().zip(1..) {
                    if stopping.load(Ordering::SeqCst) {
                        return; // and refuses connections from now on
                    }
                    let conduct = if number == 1 { first } else { HEALTHY };
                    let log = log.clone();
                    spawn(move || serve(&connection.unwrap(), number, conduct, &log));
                }
            }
        });
        Self {
            address,
            log,
            stopping,
            listening,
        }
    }

    /// Refuses connections from now on.
    pub fn stop(self) {
        self.stopping.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(self.address));
        self.listening.join().unwrap();
    }
}

fn serve(mut connection: &TcpStream, number: usize, conduct: Conduct, log: &Log) -> Option<()> {
    let note = |line: &str| log.lines().push(format!("{number}: {line}"));
    for _ in 0..conduct.answers {
        note(&text_of_next_request(connection)?);
        let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{SENT}", SENT.len());
        connection.write_all(reply.as_bytes()).ok()?;
    }
    match conduct.end {
        End::Reset => {
            // A socket that is closed with unread bytes resets its connection.
            let read = connection.peek(&mut [0]).ok()?;
            (read > 0).then(|| note("reset"))
        }
        End::Silence => loop {
            note(&text_of_next_request(connection)?);
        },
    }
}

/// The text of the next request's message; `None` once the client has closed the connection.
fn text_of_next_request(connection: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(connection);
    let (mut line, mut length) = (String::new(), 0);
    while line != "\r\n" {
        line.clear();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = String::from_utf8(body).ok()?;
    let message = body.split('&').find_map(|field| field.strip_prefix("Message="));
    message.map(str::to_owned)
}
