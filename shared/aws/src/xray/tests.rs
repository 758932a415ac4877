//! Segments of a batch's records, as a daemon gets them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;
use crate::logging::sample;

/// A daemon on this machine.
struct Daemon(UdpSocket);

impl Daemon {
    fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_nonblocking(true).unwrap();
        Self(socket)
    }

    fn traces(&self) -> XRay {
        XRay::new("matchflow-points", &self.0.local_addr().unwrap().to_string()).unwrap()
    }

    /// What it got so far: on the loopback interface a datagram is there once it is sent.
    fn segments(&self) -> Vec<Value> {
        let mut buffer = [0; 4096];
        let received = std::iter::from_fn(|| self.0.recv(&mut buffer).ok().map(|length| buffer[..length].to_vec()));
        received.map(|datagram| segment(&datagram)).collect()
    }
}

fn segment(datagram: &[u8]) -> Value {
    let text = std::str::from_utf8(datagram).unwrap();
    let (header, segment) = text.split_once('\n').unwrap();
    let header: Value = serde_json::from_str(header).unwrap();
    assert_eq!(header, json!({ "format": "json", "version": 1 }));
    serde_json::from_str(segment).unwrap()
}

#[test]
fn the_daemon_gets_a_segment_of_each_record_and_the_log_stays_as_it_is() {
    let daemon = Daemon::start();
    let lines = sample::lines(Some(daemon.traces()));
    assert_eq!(lines, sample::lines(None));
    let segments = daemon.segments();
    let summary = lines.last().unwrap();
    for status in ["handled", "ignored", "quarantined", "set_aside", "failed"] {
        let of_status = segments
            .iter()
            .filter(|segment| segment["annotations"]["status"] == status);
        assert_eq!(of_status.count(), summary[status], "{status}");
    }
    let ids = segments.iter().map(|segment| segment["id"].to_string());
    assert_eq!(ids.collect::<BTreeSet<_>>().len(), segments.len());
    for segment in &segments {
        assert_eq!(segment["name"], "matchflow-points");
        assert_eq!(segment["trace_id"], "1-0af76519-16cd43dd8448eb211c80319c");
        assert!(segment["start_time"] == 1_764_547_200.0 && segment["end_time"] == 1_764_547_200.0);
    }
}

#[test]
fn a_daemon_that_is_not_there_costs_a_batch_nothing() {
    let gone = Daemon::start().traces();
    assert_eq!(sample::lines(Some(gone)), sample::lines(None));
}

#[test]
fn an_address_that_is_none_is_an_error_that_names_its_variable() {
    for address in ["", "localhost:2000", "127.0.0.1", "tcp:127.0.0.1:2000"] {
        let error = XRay::new("matchflow-points", address).err().unwrap();
        assert!(
            error.to_string().starts_with("AWS_XRAY_DAEMON_ADDRESS must be"),
            "{address}"
        );
    }
    assert!(XRay::new("matchflow-points", "[::1]:2000").is_ok());
}
