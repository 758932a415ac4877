//! Ids and categories of unusual length and form, each given out once.

use super::{Draw, Variant};

/// The longest id.
const LONGEST: usize = 64;

/// The characters of an id.
const OF_IDS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-";

/// The characters of a category.
const OF_CATEGORIES: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz-";

/// How long an id is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Length {
    /// As short as can be.
    Shortest,
    /// In between, with its number at the end.
    Middle,
    /// As long as can be.
    Longest,
}

/// How long ids are.
pub(super) const LENGTHS: [Variant<Length>; 3] = [
    ("the shortest id", |_| Length::Shortest),
    ("an id of some length", |_| Length::Middle),
    ("the longest id", |_| Length::Longest),
];

/// Gives out ids that differ from each other and, by their namespace, from those of other runs.
#[derive(Debug)]
pub(super) struct Identifiers {
    namespace: String,
    given: usize,
}

impl Identifiers {
    pub fn new(namespace: &str) -> Self {
        let namespace = namespace.to_owned();
        Self { namespace, given: 0 }
    }

    /// An id of a request, a partner or a purchase.
    pub fn id(&mut self, draw: &mut Draw) -> String {
        self.unique(OF_IDS, draw)
    }

    /// A category.
    pub fn category(&mut self, draw: &mut Draw) -> String {
        self.unique(OF_CATEGORIES, draw)
    }

    /// A short one is a number in the alphabet's digits. The others end in `-` and the number, and are longer than that.
    fn unique(&mut self, alphabet: &[u8], draw: &mut Draw) -> String {
        let number = self.given;
        self.given += 1;
        let namespace = &self.namespace;
        let end = format!("-{number}");
        let room = LONGEST - namespace.len() - end.len();
        let length = match draw.choose(&LENGTHS) {
            Length::Shortest => return format!("{namespace}{}", in_digits(number, alphabet)),
            Length::Middle => draw.random.usize(9..room),
            Length::Longest => room,
        };
        format!("{namespace}{}{end}", draw.characters(alphabet, length))
    }
}

/// A customer's id, which need not be the only one of its kind.
pub(super) fn customer_id(draw: &mut Draw) -> String {
    let length = match draw.choose(&LENGTHS) {
        Length::Shortest => 1,
        Length::Middle => draw.random.usize(2..LONGEST),
        Length::Longest => LONGEST,
    };
    draw.characters(OF_IDS, length)
}

fn in_digits(mut number: usize, digits: &[u8]) -> String {
    let mut text = String::new();
    loop {
        text.insert(0, digits[number % digits.len()].into());
        number /= digits.len();
        if number == 0 {
            return text;
        }
    }
}
