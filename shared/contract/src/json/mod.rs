//! Strict JSON: what serde and `serde_json` let pass is refused here (see [`Reader`]), and reading
//! needs a small multiple of a body's size in memory, since members that are not read are only skipped over.

mod canonical;
mod depth;
mod flaw;
mod number;
mod object;
mod reader;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

pub(crate) use canonical::{canonical, canonical_of_revision_1};
pub(crate) use flaw::Flaw;
pub(crate) use object::Object;

use reader::Reader;

/// A text as JSON, its nesting bounded. Nothing in it is read yet.
pub(crate) fn parse(text: &str) -> Result<&RawValue, Flaw> {
    if depth::is_too_deep(text) {
        return Err(Flaw::syntax("must not be nested deeper than 128"));
    }
    serde_json::from_str(text).map_err(|_| Flaw::syntax("must be JSON"))
}

/// A typed value out of JSON.
pub(crate) fn read<T: DeserializeOwned>(raw: &RawValue) -> Result<T, Flaw> {
    T::deserialize(Reader(raw))
}

/// The compact JSON of a value, in characters that SQS takes: it refuses a message with U+FFFE or U+FFFF in it (`SendMessage` in
/// its API reference), which JSON allows. Control characters are escaped in any JSON.
#[expect(
    clippy::expect_used,
    reason = "only map keys that are no strings and failing Serialize impls make it fail; events have neither"
)]
pub(crate) fn text(value: &impl Serialize) -> String {
    let text = serde_json::to_string(value).expect("an event is plain data");
    if text.contains(['\u{fffe}', '\u{ffff}']) {
        text.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
    } else {
        text
    }
}
