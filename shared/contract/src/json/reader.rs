//! A deserializer for derived types that is as strict as the contract.

use std::borrow::Cow;

use serde::{
    de::{
        DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::CowStrDeserializer,
    },
    forward_to_deserialize_any,
};
use serde_json::value::RawValue;

use super::{Flaw, Object, number::Number, object::string};

/// Reads JSON into derived types, and differs from `serde_json` where that is lenient: an array is never taken for a struct, an
/// object never for an enum, a member is never there twice, no number is rounded into an integer. And where it is strict: a member
/// that is `null` is absent, and a whole number may be written `300.0` or `3e2`. Its errors name the path.
pub(super) struct Reader<'de>(pub &'de RawValue);

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Flaw;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        let text = self.0.get();
        match text.as_bytes().first() {
            Some(b'{') => visitor.visit_map(Members::of(self.0)?),
            Some(b'[') => visitor.visit_seq(Elements::of(self.0)?),
            Some(b'"') => match string(self.0)? {
                Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
                Cow::Owned(text) => visitor.visit_string(text),
            },
            Some(b't') => visitor.visit_bool(true),
            Some(b'f') => visitor.visit_bool(false),
            Some(b'n') => visitor.visit_unit(),
            _ => match Number::parse(text).and_then(|number| number.whole()) {
                Some(whole) => visitor.visit_u64(whole),
                None => visitor.visit_f64(f64::NAN), // refused: all numbers of the contract are whole, from 0
            },
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        visitor.visit_map(Members::of(self.0)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Flaw> {
        if !self.0.get().starts_with('"') {
            return Err(Flaw::unknown_variant("", variants));
        }
        visitor.visit_enum(string(self.0)?.into_deserializer())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        visitor.visit_some(self) // members that are `null` were left out
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Flaw> {
        visitor.visit_unit()
    }

    /// The one newtype in the contract that is read as such is `RawValue`.
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Flaw> {
        serde_json::Deserializer::from_str(self.0.get())
            .deserialize_newtype_struct(name, visitor)
            .map_err(|_| Flaw::syntax("must be JSON"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

/// The members of an object, and the one whose value comes next.
struct Members<'de, I> {
    rest: I,
    next: Option<(Cow<'de, str>, &'de RawValue)>,
}

impl<'de> Members<'de, ()> {
    fn of(raw: &'de RawValue) -> Result<Members<'de, impl Iterator<Item = (Cow<'de, str>, &'de RawValue)>>, Flaw> {
        let rest = Object::parse(raw)?.into_members_with_value();
        Ok(Members { rest, next: None })
    }
}

impl<'de, I: Iterator<Item = (Cow<'de, str>, &'de RawValue)>> MapAccess<'de> for Members<'de, I> {
    type Error = Flaw;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Flaw> {
        self.next = self.rest.next();
        let name = self.next.as_ref().map(|(name, _)| name.clone());
        name.map(|name| seed.deserialize(CowStrDeserializer::new(name)))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Flaw> {
        let (name, raw) = self.next.take().ok_or_else(|| Flaw::value("is missing"))?;
        seed.deserialize(Reader(raw)).map_err(|flaw| flaw.within(&name))
    }
}

/// The elements of an array.
struct Elements<'de> {
    rest: std::vec::IntoIter<&'de RawValue>,
    index: usize,
}

impl<'de> Elements<'de> {
    fn of(raw: &'de RawValue) -> Result<Self, Flaw> {
        let elements: Vec<_> = serde_json::from_str(raw.get()).map_err(|_| Flaw::syntax("must be JSON"))?;
        Ok(Self {
            rest: elements.into_iter(),
            index: 0,
        })
    }
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Flaw;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Flaw> {
        let Some(raw) = self.rest.next() else {
            return Ok(None);
        };
        let element = seed.deserialize(Reader(raw));
        let element = element.map_err(|flaw| flaw.within(&self.index.to_string()))?;
        self.index += 1;
        Ok(Some(element))
    }
}
