//! One level of an object, its values not read yet.

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
    fmt,
};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use serde_json::{error::Category, value::RawValue};

use super::Flaw;

/// The members of an object, each once: two readers of a member that is there twice may see two values.
#[derive(Debug)]
pub(crate) struct Object<'a>(BTreeMap<Name<'a>, &'a RawValue>);

#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Object<'a> {
    pub fn parse(raw: &'a RawValue) -> Result<Self, Flaw> {
        if !raw.get().starts_with('{') {
            return Err(Flaw::value("must be an object"));
        }
        serde_json::from_str(raw.get()).map_err(|error| match error.classify() {
            Category::Data => Flaw::syntax("must not have the same member twice"),
            _ => Flaw::syntax("must have names that are text"), // all else was seen to be JSON
        })
    }

    /// A member's value; one that is `null` is absent.
    pub fn get(&self, name: &'static str) -> Option<&'a RawValue> {
        let value = self.0.get(&Name(Cow::Borrowed(name))).copied();
        value.filter(|raw| !is_null(raw))
    }

    /// Whether there is a member of this name that is not `null`.
    pub fn has(&self, name: &'static str) -> bool {
        self.get(name).is_some()
    }

    /// A member's value where it is a string.
    pub fn text(&self, name: &'static str) -> Result<Option<Cow<'a, str>>, Flaw> {
        match self.get(name).filter(|raw| raw.get().starts_with('"')) {
            Some(raw) => string(raw).map(Some).map_err(|flaw| flaw.within(name)),
            None => Ok(None),
        }
    }

    /// The members that are not `null`.
    pub fn into_members_with_value(self) -> impl Iterator<Item = (Cow<'a, str>, &'a RawValue)> {
        let members = self.0.into_iter().map(|(Name(name), raw)| (name, raw));
        members.filter(|(_, raw)| !is_null(raw))
    }
}

fn is_null(raw: &RawValue) -> bool {
    raw.get() == "null"
}

/// A string's text. JSON lets escapes stand for half a character; no text holds that.
pub(super) fn string(raw: &RawValue) -> Result<Cow<'_, str>, Flaw> {
    let text = serde_json::from_str::<Name<'_>>(raw.get());
    text.map(|Name(text)| text)
        .map_err(|_| Flaw::syntax("must not have lone surrogate escapes"))
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry()? {
            match members.entry(name) {
                Entry::Vacant(entry) => entry.insert(value),
                Entry::Occupied(_) => return Err(A::Error::custom("a member twice")),
            };
        }
        Ok(Object(members))
    }
}
