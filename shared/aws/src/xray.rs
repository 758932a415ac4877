//! Traces of requests: a segment in X-Ray for each record whose event has a sampled `traceparent`.

mod segment;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use batch::RECORD_TARGET;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use segment::TracedRecord;

/// What a datagram to the daemon begins with
/// (<https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon>).
const HEADER: &str = "{\"format\":\"json\",\"version\":1}\n";

/// The layer that makes segments of a batch's records and sends them to the X-Ray daemon, which Lambda runs beside the function. A
/// segment that cannot be sent at once is lost: tracing delays no batch, and fails none.
pub(crate) struct XRay {
    /// The function's name: the segments' name.
    function: String,
    socket: UdpSocket,
    daemon: SocketAddr,
}

impl XRay {
    /// Opens the socket. `daemon` is the address in `AWS_XRAY_DAEMON_ADDRESS`.
    pub(crate) fn new(function: &str, daemon: &str) -> io::Result<Self> {
        let expected = || io::Error::other("AWS_XRAY_DAEMON_ADDRESS must be an IP address and a port");
        let daemon: SocketAddr = daemon.parse().map_err(|_| expected())?;
        let socket = match daemon {
            SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)),
            SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)),
        }?;
        socket.set_nonblocking(true)?;
        Ok(Self {
            function: function.to_owned(),
            socket,
            daemon,
        })
    }

    /// The layer, which sees what `batch` says of records and nothing else.
    pub(crate) fn layer<S: Subscriber + for<'s> LookupSpan<'s>>(self) -> impl Layer<S> {
        self.with_filter(Targets::new().with_target(RECORD_TARGET, LevelFilter::TRACE))
    }
}

impl<S: Subscriber> Layer<S> for XRay {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut record = TracedRecord::default();
        event.record(&mut record);
        if let Some(segment) = record.segment(&self.function) {
            let datagram = format!("{HEADER}{segment}");
            // To an address for each datagram, not over a connection: there a refusal of one is the error of the next.
            let _ = self.socket.send_to(datagram.as_bytes(), self.daemon);
        }
    }
}

#[cfg(test)]
mod tests;
