//! What is asked for, and where.

use super::{made_of, shown, text};

text!(
    /// A kind of service: `home-cleaning`.
    Category,
    "a category: 1 to 64 of a-z 0-9 -",
    { "pattern": "^[a-z0-9-]{1,64}$" },
    |t| made_of(t, 1..=64, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
);
shown!(Category);

text!(
    /// An ISO 3166-2 subdivision: `KR-11` is Seoul.
    Region,
    "an ISO 3166-2 region such as KR-11",
    { "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$" },
    is_region
);
shown!(Region);

fn is_region(text: &str) -> bool {
    text.split_once('-').is_some_and(|(country, part)| {
        made_of(country, 2..=2, u8::is_ascii_uppercase)
            && made_of(part, 1..=3, |b| b.is_ascii_uppercase() || b.is_ascii_digit())
    })
}
