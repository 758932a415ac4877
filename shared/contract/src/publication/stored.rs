//! Publications as they are stored: compressed, since `DynamoDB` bills a write by each KiB, and a transaction twice.

use std::cell::RefCell;

use miniz_oxide::deflate::core::{
    CompressorOxide, TDEFLFlush, TDEFLStatus, compress_to_output, create_comp_flags_from_zip_params,
};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use serde::ser::Error;
use serde::{Deserialize, Serialize, Serializer};
use serde_bytes::ByteBuf;

use crate::{EventType, Publication};

/// The longest body, in bytes, that is unpacked: SNS and SQS take no longer one from the functions.
const LONGEST: usize = 256 * 1024;

/// zlib's usual level: higher ones save nothing at this size, and lower ones hardly any time.
const LEVEL: i32 = 6;

thread_local! {
    /// Kept, since it takes 300 KB: to allocate and give them back for each event would be an eighth of a charge's CPU time.
    static COMPRESSOR: RefCell<Box<CompressorOxide>> =
        RefCell::new(Box::new(CompressorOxide::new(create_comp_flags_from_zip_params(LEVEL, 1, 0))));
}

/// What is stored of a publication: all else stands in the event itself.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    group: String,
    body: Body,
}

/// An event's JSON: compressed (zlib, RFC 1950), or as text, as the releases up to 0.2.0 stored it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Body {
    Text(String),
    Compressed(ByteBuf),
}

impl Serialize for Publication {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let compressed = compressed(&self.body).ok_or_else(|| S::Error::custom("the event was not compressed"))?;
        let stored = Stored {
            group: self.group.clone(),
            body: Body::Compressed(ByteBuf::from(compressed)),
        };
        stored.serialize(serializer)
    }
}

fn compressed(text: &str) -> Option<Vec<u8>> {
    let mut compressed = Vec::new();
    let add = |bytes: &[u8]| {
        compressed.extend_from_slice(bytes);
        true
    };
    let (status, _) = COMPRESSOR.with_borrow_mut(|compressor| {
        compressor.reset();
        compress_to_output(compressor, text.as_bytes(), TDEFLFlush::Finish, add)
    });
    (status == TDEFLStatus::Done).then_some(compressed)
}

/// What a publication repeats of its event's envelope.
#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    event_type: EventType,
    correlationid: String,
}

/// A stored publication is not as it was written. The message quotes nothing of it.
#[derive(Debug, thiserror::Error)]
#[error("a stored event cannot be read")]
pub(super) struct Unreadable;

impl TryFrom<Stored> for Publication {
    type Error = Unreadable;

    fn try_from(stored: Stored) -> Result<Self, Unreadable> {
        let body = stored.body.text()?;
        let event: Envelope = serde_json::from_str(&body).map_err(|_| Unreadable)?;
        Ok(Self {
            id: event.id,
            event_type: event.event_type,
            group: stored.group,
            correlation_id: event.correlationid,
            body,
        })
    }
}

impl Body {
    fn text(self) -> Result<String, Unreadable> {
        let bytes = match self {
            Self::Text(text) => return Ok(text),
            Self::Compressed(bytes) => decompress_to_vec_zlib_with_limit(&bytes, LONGEST),
        };
        String::from_utf8(bytes.map_err(|_| Unreadable)?).map_err(|_| Unreadable)
    }
}
