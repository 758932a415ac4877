//! A record's segment document
//! (<https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html>).

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use contract::TraceContext;
use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};

/// What `batch` says of a record.
#[derive(Default)]
pub(super) struct TracedRecord {
    message_id: String,
    message_type: Option<String>,
    queue: String,
    receive_count: u64,
    correlation_id: Option<String>,
    traceparent: String,
    status: String,
    /// Seconds since 1970.
    started: f64,
    ended: f64,
}

impl TracedRecord {
    /// The record's segment in the trace of its event, if the sender records that trace.
    pub fn segment(&self, function: &str) -> Option<Value> {
        let trace = TraceContext::parse(&self.traceparent).filter(|trace| trace.sampled)?;
        let (first, rest) = trace.trace_id.split_at(8);
        Some(json!({
            "name": function,
            "id": self.segment_id(function),
            "trace_id": format!("1-{first}-{rest}"), // X-Ray's notation of a W3C trace id
            "parent_id": trace.parent_id,
            "start_time": self.started,
            "end_time": self.ended.max(self.started),
            "fault": matches!(&*self.status, "failed" | "set_aside"),
            "error": self.status == "quarantined",
            "annotations": self.annotations(),
            "metadata": { "default": { "message_id": self.message_id, "receive_count": self.receive_count } },
        }))
    }

    /// What traces are searched by; of a record that could not be read some are absent.
    fn annotations(&self) -> Map<String, Value> {
        let annotations = [
            ("correlationId", self.correlation_id.as_deref()),
            ("eventType", self.message_type.as_deref()),
            ("queue", Some(&*self.queue)),
            ("status", Some(&*self.status)),
        ];
        let present = annotations.into_iter();
        present
            .filter_map(|(name, value)| Some((name.to_owned(), value?.into())))
            .collect()
    }

    /// An id that differs between functions, records and receives.
    fn segment_id(&self, function: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (function, &self.message_id, self.receive_count).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}

impl Visit for TracedRecord {
    fn record_str(&mut self, field: &Field, value: &str) {
        let value = value.to_owned();
        match field.name() {
            "message_id" => self.message_id = value,
            "message_type" => self.message_type = Some(value),
            "queue" => self.queue = value,
            "correlationId" => self.correlation_id = Some(value),
            "traceparent" => self.traceparent = value,
            "status" => self.status = value,
            _ => {}
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "receive_count" {
            self.receive_count = value;
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        match field.name() {
            "started" => self.started = value,
            "ended" => self.ended = value,
            _ => {}
        }
    }

    /// Takes nothing: no field is of another kind.
    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn record() -> TracedRecord {
        TracedRecord {
            message_id: "m-1".to_owned(),
            message_type: Some("request.matched".to_owned()),
            queue: "matchflow-points.fifo".to_owned(),
            receive_count: 2,
            correlation_id: Some("web:1".to_owned()),
            traceparent: TRACE.to_owned(),
            status: "handled".to_owned(),
            started: 1_764_547_200.125,
            ended: 1_764_547_200.25,
        }
    }

    fn segment(record: &TracedRecord) -> Value {
        record.segment("matchflow-points").unwrap()
    }

    #[test]
    fn it_is_a_part_of_the_events_trace() {
        let mut segment = segment(&record());
        let id = segment["id"].take();
        let id = id.as_str().unwrap();
        assert!(
            id.len() == 16 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
            "{id}"
        );
        let expected = json!({
            "name": "matchflow-points",
            "id": null,
            "trace_id": "1-4bf92f35-77b34da6a3ce929d0e0e4736",
            "parent_id": "00f067aa0ba902b7",
            "start_time": 1_764_547_200.125,
            "end_time": 1_764_547_200.25,
            "fault": false,
            "error": false,
            "annotations": {
                "correlationId": "web:1",
                "eventType": "request.matched",
                "queue": "matchflow-points.fifo",
                "status": "handled",
            },
            "metadata": { "default": { "message_id": "m-1", "receive_count": 2 } },
        });
        assert_eq!(segment, expected);
    }

    #[test]
    fn each_function_record_and_receive_has_a_segment_of_its_own() {
        let other_record = TracedRecord {
            message_id: "m-2".to_owned(),
            ..record()
        };
        let other_receive = TracedRecord {
            receive_count: 3,
            ..record()
        };
        let segments = [
            segment(&other_record),
            segment(&other_receive),
            record().segment("other").unwrap(),
        ];
        for other in segments {
            assert_ne!(other["id"], segment(&record())["id"], "{other}");
        }
    }

    #[test]
    fn what_failed_is_a_fault_and_what_can_never_succeed_an_error() {
        let statuses = [
            ("handled", false, false),
            ("ignored", false, false),
            ("failed", true, false),
            ("set_aside", true, false),
            ("quarantined", false, true),
        ];
        for (status, fault, error) in statuses {
            let segment = segment(&TracedRecord {
                status: status.to_owned(),
                ..record()
            });
            assert_eq!(
                (&segment["fault"], &segment["error"]),
                (&json!(fault), &json!(error)),
                "{status}"
            );
        }
    }

    #[test]
    fn what_could_not_be_read_has_no_annotation() {
        let segment = segment(&TracedRecord {
            message_type: None,
            correlation_id: None,
            ..record()
        });
        let expected = json!({ "queue": "matchflow-points.fifo", "status": "handled" });
        assert_eq!(segment["annotations"], expected);
    }

    #[test]
    fn it_does_not_end_before_it_starts_when_the_clock_is_set_back() {
        let segment = segment(&TracedRecord { ended: 1.0, ..record() });
        assert_eq!(segment["end_time"], segment["start_time"]);
    }

    #[test]
    fn there_is_none_without_a_sampled_trace() {
        let unsampled = ["", "-00", "-02", "-1", "-0G", "-+1", "-01-x"].map(|tail| TRACE.replace("-01", tail));
        let malformed = [
            String::new(),
            TRACE.to_uppercase(),
            TRACE.replacen("00", "ff", 1),
            TRACE.replacen("4bf92f35", "4bf92f3", 1),
            TRACE.replacen("4bf92f3", "4bf92\u{e9}", 1), // as many bytes, and no boundary of characters after eight
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01".to_owned(),
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01".to_owned(),
        ];
        for traceparent in unsampled.into_iter().chain(malformed) {
            let record = TracedRecord {
                traceparent,
                ..record()
            };
            assert_eq!(record.segment("matchflow-points"), None, "{}", record.traceparent);
        }
        for flags in ["-03", "-ff"] {
            let record = TracedRecord {
                traceparent: TRACE.replace("-01", flags),
                ..record()
            };
            assert!(record.segment("matchflow-points").is_some(), "{flags}");
        }
    }
}
