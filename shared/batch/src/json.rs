//! Lenient reading of JSON objects: what is not used may be anything.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The members of a JSON object, by name, each as its JSON text. Of two members with one name the last counts.
pub(crate) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// The members of a JSON object; `None` for anything else.
pub(crate) fn members(json: &str) -> Option<Members<'_>> {
    serde_json::from_str(json).ok()
}

/// The members of the object that this member is; none if it is missing or anything else.
pub(crate) fn nested<'a>(members: &Members<'a>, name: &str) -> Members<'a> {
    let member = members.get(name).map(|raw| raw.get());
    member.and_then(self::members).unwrap_or_default()
}

/// The member's text; `None` if it is missing or anything but text.
pub(crate) fn text(members: &Members<'_>, name: &str) -> Option<String> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

/// The member's text or, if it is anything but text, its JSON, so that it is kept; `None` if it is missing or null.
pub(crate) fn text_or_json(members: &Members<'_>, name: &str) -> Option<String> {
    let json = members.get(name)?.get();
    text(members, name).or_else(|| (json != "null").then(|| json.to_owned()))
}

/// The JSON type of a value, in words.
pub(crate) fn json_type(json: &str) -> &'static str {
    match json.trim_start().chars().next() {
        Some('n') => "null",
        Some('t' | 'f') => "a boolean",
        Some('"') => "a string",
        Some('[') => "a list",
        Some('{') => "an object",
        _ => "a number",
    }
}
