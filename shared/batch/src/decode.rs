//! Decoding the records of a group.

use std::slice::IterMut;

use crate::group::{RecordStatus, TrackedRecord};
use crate::log_record::log_record;
use crate::panics::catch_panic_sync;
use crate::{Decode, Failure};

/// Records of one group, decoded.
pub(crate) struct DecodedRecords<'g, 'a, M, E> {
    /// The records that have a message, in order.
    pub records: Vec<&'g mut TrackedRecord<'a, E>>,
    /// The messages of `records`, in the same order.
    pub messages: Vec<M>,
    /// The records that could not be decoded, to be settled after `messages` are handled.
    pub undecodable: Vec<(&'g mut TrackedRecord<'a, E>, Failure)>,
}

/// Decodes the remaining records of a group: all of them or, in an ordered group, up to the first that cannot be
/// decoded, since what comes before it has to be handled first.
pub(crate) fn decode_next<'g, 'a, D: Decode, E>(
    decode: &D,
    ordered: bool,
    remaining: &mut IterMut<'g, TrackedRecord<'a, E>>,
) -> DecodedRecords<'g, 'a, D::Message, E> {
    let mut decoded = DecodedRecords {
        records: Vec::new(),
        messages: Vec::new(),
        undecodable: Vec::new(),
    };
    for tracked in remaining {
        let failure = match catch_panic_sync(|| decode.decode(tracked.record)) {
            Ok(Ok(Some(message))) => {
                decoded.records.push(tracked);
                decoded.messages.push(message);
                continue;
            }
            Ok(Ok(None)) => {
                log_record!(
                    debug,
                    tracked,
                    "record ignored and acknowledged: this consumer does not handle its kind"
                );
                tracked.status = RecordStatus::Ignored;
                continue;
            }
            Ok(Err(rejection)) => Failure::Permanent(rejection),
            Err(panicked) => Failure::retryable(panicked),
        };
        decoded.undecodable.push((tracked, failure));
        if ordered {
            break;
        }
    }
    decoded
}
