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
    Ok(envelope.text("traceparent")?.filter(|text| is_traceparent(text)))
}

/// W3C Trace Context: version, trace id, parent id and flags in lower-case hexadecimal; an id of
/// zeros is none, version ff is forbidden. Later versions are carried on in this form only.
fn is_traceparent(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let parts: Vec<_> = text.split('-').collect();
    let [version, trace, parent, flags] = parts[..] else {
        return false;
    };
    let zeros = |part: &str| part.bytes().all(|b| b == b'0');
    [version.len(), trace.len(), parent.len(), flags.len()] == [2, 32, 16, 2]
        && parts.iter().all(|part| hex(part))
        && version != "ff"
        && !zeros(trace)
        && !zeros(parent)
}
