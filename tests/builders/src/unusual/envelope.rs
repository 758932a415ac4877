//! Envelopes: ids and sources of unusual characters, extensions right and wrong.

use super::characters::text;
use super::people::add_optional;
use super::times::TIMES;
use super::{Draw, Json, Variant};

/// The longest `id` and `source`.
const LONGEST: usize = 256;

/// Ids of envelopes.
pub(super) const IDS: [Variant<String>; 7] = [
    ("an event id of one character", |_| "0".to_owned()),
    ("an event id of one blank", |_| " ".to_owned()),
    ("an event id of 256 letters", |draw| {
        draw.characters(b"abcABC019-_", LONGEST)
    }),
    ("an event id of 256 astral characters", |_| "𝕄".repeat(LONGEST)),
    ("an event id of unusual characters", |draw| printable(draw, 40)),
    ("an event id with quotes", |_| r#"a"b\c/d'e"#.to_owned()),
    ("an event id like a UUID", |draw| {
        format!("{:032x}", draw.random.u128(..))
    }),
];

/// Sources of envelopes.
pub(super) const SOURCES: [Variant<String>; 5] = [
    ("a source of one character", |_| "/".to_owned()),
    ("a source of 256 characters", |draw| {
        draw.characters(b"abz09-._~:/?#[]@!$&'()*+,;=%", LONGEST)
    }),
    ("a source with a fragment", |_| {
        "https://shop.example/a?b=c#d".to_owned()
    }),
    ("a source like a mail address", |_| "mailto:a@b.example".to_owned()),
    ("a source in percent signs", |_| "%EC%8B%A0".to_owned()),
];

/// Content types that are JSON.
pub(super) const CONTENT_TYPES: [Variant<Option<Json>>; 4] = [
    ("no content type", |_| None),
    ("a content type with parameters", |_| {
        Some(Json::text("application/json; charset=utf-8; a=\"b;c\""))
    }),
    ("a content type in capitals", |_| Some(Json::text("APPLICATION/JSON"))),
    ("a content type that ends in +json", |_| {
        Some(Json::text("application/vnd.shop+json"))
    }),
];

/// Correlation ids: a malformed one counts as absent.
pub(super) const CORRELATIONS: [Variant<Option<Json>>; 6] = [
    ("no correlation id", |_| None),
    ("a correlation id of one character", |_| Some(Json::text(":"))),
    ("a correlation id of 128 characters", |draw| {
        Some(Json::text(draw.characters(b"azAZ09._:-", 128)))
    }),
    ("a correlation id of 129 characters", |_| {
        Some(Json::text("c".repeat(129)))
    }),
    ("a correlation id of unusual characters", |draw| {
        Some(Json::text(text(draw, 9)))
    }),
    ("a correlation id that is a number", |_| Some(Json::whole(7))),
];

/// Trace contexts: a malformed one is dropped.
pub(super) const TRACES: [Variant<Option<Json>>; 4] = [
    ("no trace context", |_| None),
    ("a trace context", |_| {
        Some(Json::text("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
    }),
    ("a trace context in capitals", |_| {
        Some(Json::text("00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01"))
    }),
    ("a trace context that is an object", |_| Some(Json::Object(Vec::new()))),
];

/// Subjects.
pub(super) const SUBJECTS: [Variant<Option<Json>>; 3] = [
    ("no subject", |_| None),
    ("a subject of unusual characters", |draw| {
        Some(Json::text(printable(draw, 30)))
    }),
    ("a subject of 256 characters", |_| {
        Some(Json::text("가".repeat(LONGEST)))
    }),
];

/// An event with these data.
pub(super) fn envelope(event_type: &str, data: Json, draw: &mut Draw) -> Json {
    let id = draw.choose(&IDS);
    let source = draw.choose(&SOURCES);
    let time = draw.choose(&TIMES);
    let Json::Object(mut members) = Json::object([
        ("specversion", Json::text("1.0")),
        ("id", Json::Text(id)),
        ("source", Json::Text(source)),
        ("type", Json::text(event_type)),
        ("time", Json::text(time)),
        ("data", data),
    ]) else {
        unreachable!()
    };
    let optional = [
        ("datacontenttype", draw.choose(&CONTENT_TYPES)),
        ("correlationid", draw.choose(&CORRELATIONS)),
        ("traceparent", draw.choose(&TRACES)),
        ("subject", draw.choose(&SUBJECTS)),
        ("causationid", None),
    ];
    for (name, value) in optional {
        add_optional(&mut members, name, value, draw);
    }
    Json::Object(members)
}

/// A text without the characters that `CloudEvents` keeps out of its attributes ("Type System", String).
fn printable(draw: &mut Draw, length: usize) -> String {
    let is_allowed = |character: &char| !character.is_control() && !is_noncharacter(*character);
    let text: String = text(draw, length).chars().filter(is_allowed).collect();
    format!("{text}.")
}

/// Written apart from the contract's own, which it is to test.
fn is_noncharacter(character: char) -> bool {
    let code_point = u32::from(character);
    (0xfdd0..=0xfdef).contains(&code_point) || code_point & 0xfffe == 0xfffe
}
