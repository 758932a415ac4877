//! The envelope's optional extensions: a malformed one counts as absent.

use std::borrow::Cow;

use crate::json::{Flaw, Object};

/// The body's `correlationid`: 1 to 128 of `A-Z a-z 0-9 . _ : -`.
pub(crate) fn correlation_id<'a>(envelope: &Object<'a>) -> Result<Option<Cow<'a, str>>, Flaw> {
    Ok(envelope.text("correlationid")?.filter(|text| is_correlation_id(text)))
}

pub(crate) fn is_correlation_id(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-');
    (1..=128).contains(&text.len()) && text.bytes().all(allowed)
}

/// The body's `traceparent`.
pub(crate) fn traceparent<'a>(envelope: &Object<'a>) -> Result<Option<Cow<'a, str>>, Flaw> {
    let text = envelope.text("traceparent")?;
    Ok(text.filter(|text| TraceContext::parse(text).is_some()))
}

/// A trace context, as a `traceparent` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext<'a> {
    /// The trace's id: 32 digits.
    pub trace_id: &'a str,
    /// The id of the sender's own part of the trace: 16 digits.
    pub parent_id: &'a str,
    /// Whether the sender records the trace.
    pub sampled: bool,
}

impl<'a> TraceContext<'a> {
    /// Reads W3C Trace Context: version, trace id, parent id and flags in lower-case hexadecimal; an id of
    /// zeros is none, version ff is forbidden. Later versions are read in this form only.
    pub fn parse(traceparent: &'a str) -> Option<Self> {
        let hex = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let zeros = |part: &str| part.bytes().all(|b| b == b'0');
        let parts: Vec<_> = traceparent.split('-').collect();
        let [version, trace_id, parent_id, flags] = parts[..] else {
            return None;
        };
        let well_formed = [version.len(), trace_id.len(), parent_id.len(), flags.len()] == [2, 32, 16, 2]
            && parts.iter().all(|part| hex(part))
            && version != "ff"
            && !zeros(trace_id)
            && !zeros(parent_id);
        let flags = u8::from_str_radix(flags, 16).ok()?;
        well_formed.then_some(Self {
            trace_id,
            parent_id,
            sampled: flags & 1 == 1,
        })
    }
}
