//! Mutations of a message, of its bytes and of its JSON.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;

use crate::values::{members, pieces, values};

/// One change of a text.
#[derive(Clone, Debug)]
pub enum Mutation {
    /// Flips a bit.
    Flip(Index, u8),
    Truncate(Index),
    /// Removes some bytes.
    Cut(Index, usize),
    /// Repeats some bytes.
    Repeat(Index, usize, usize),
    Insert(Index, String),
    /// Replaces one of the JSON values.
    Swap(Index, String),
    /// Adds a member at the beginning of an object.
    Member(Index, String),
}
use Mutation::{Cut, Flip, Insert, Member, Repeat, Swap, Truncate};

/// A few mutations, applied in order.
pub fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let at = any::<Index>;
    let one = prop_oneof![
        1 => (at(), 0..8_u8).prop_map(|(at, bit)| Flip(at, bit)),
        1 => at().prop_map(Truncate),
        1 => (at(), 1..9_usize).prop_map(|(at, length)| Cut(at, length)),
        1 => (at(), 1..200_usize, 2..9_usize).prop_map(|(at, length, times)| Repeat(at, length, times)),
        1 => (at(), select(pieces())).prop_map(|(at, piece)| Insert(at, piece)),
        4 => (at(), select(values())).prop_map(|(at, value)| Swap(at, value)),
        1 => (at(), select(members())).prop_map(|(at, member)| Member(at, member)),
    ];
    prop::collection::vec(one, 0..4)
}

/// The text after these mutations.
pub fn mutated(text: &str, mutations: &[Mutation]) -> String {
    mutations
        .iter()
        .fold(text.to_owned(), |text, mutation| mutation.of(text))
}

impl Mutation {
    fn of(&self, text: String) -> String {
        let mut bytes = text.into_bytes();
        let place = |at: &Index| at.index(bytes.len() + 1);
        let span = |at: &Index, length: usize| place(at)..(place(at) + length).min(bytes.len());
        match self {
            Flip(at, bit) => {
                let at = place(at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            Truncate(at) => bytes.truncate(place(at)),
            Cut(at, length) => drop(bytes.drain(span(at, *length))),
            Repeat(at, length, times) => {
                let said = bytes[span(at, *length)].repeat(*times);
                let at = place(at);
                bytes.splice(at..at, said);
            }
            Insert(at, piece) => {
                let at = place(at);
                bytes.splice(at..at, piece.bytes());
            }
            Swap(at, value) => {
                let text = String::from_utf8_lossy(&bytes);
                let places = places(&text);
                if !places.is_empty() {
                    return swapped(&text, at.get::<String>(&places), value);
                }
            }
            Member(at, member) => {
                let opening = |(_, byte): &(usize, &u8)| **byte == b'{';
                let objects: Vec<_> = bytes.iter().enumerate().filter(opening).collect();
                if !objects.is_empty() {
                    let at = at.get(&objects).0 + 1;
                    bytes.splice(at..at, member.bytes());
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Pointers to all values of a JSON text; none if it is not JSON.
pub fn places(text: &str) -> Vec<String> {
    let mut places = Vec::new();
    if let Ok(root) = serde_json::from_str(text) {
        pointers(&root, String::new(), &mut places);
    }
    places
}

/// The JSON with another text, which need not be JSON, in the place of a value.
pub fn swapped(text: &str, place: &str, value: &str) -> String {
    const MARK: &str = "\u{e000}";
    let mut root: Value = serde_json::from_str(text).unwrap();
    *root.pointer_mut(place).unwrap() = MARK.into();
    root.to_string().replacen(&format!("\"{MARK}\""), value, 1)
}

fn pointers(value: &Value, here: String, places: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, format!("{here}/{name}"), places);
            }
        }
        Value::Array(elements) => {
            for (index, value) in elements.iter().enumerate() {
                pointers(value, format!("{here}/{index}"), places);
            }
        }
        _ => {}
    }
    places.push(here);
}
