//! Texts of unusual characters.

use super::{Draw, Variant};

/// Short texts, each of one kind of characters.
pub(super) const CHARACTERS: [Variant<String>; 28] = [
    ("Latin letters", |_| "Clean & Co".to_owned()),
    ("Hangul", |_| "한빛청소".to_owned()),
    ("NUL", |_| "\0".to_owned()),
    ("a C0 control", |draw| between(draw, 0x1, 0x1f)),
    ("DEL or a C1 control", |draw| between(draw, 0x7f, 0x9f)),
    ("U+FFFE", |_| "\u{fffe}".to_owned()),
    ("U+FFFF", |_| "\u{ffff}".to_owned()),
    ("a noncharacter of a higher plane", |draw| {
        let plane = draw.random.u32(1..=16);
        let last = draw.random.u32(0xfffe..=0xffff);
        character((plane << 16) | last)
    }),
    ("a noncharacter of the block of Arabic forms", |draw| {
        between(draw, 0xfdd0, 0xfdef)
    }),
    ("a byte order mark", |_| "\u{feff}".to_owned()),
    ("a direction mark", |draw| {
        draw.one_of(&["\u{200f}", "\u{202e}", "\u{2067}", "\u{61c}"]).to_owned()
    }),
    ("Hebrew and Arabic", |_| "שלום سلام".to_owned()),
    ("combining marks", |draw| {
        "e".to_owned() + &"\u{301}\u{20dd}".repeat(draw.random.usize(1..8))
    }),
    ("conjoining Hangul", |_| "\u{1112}\u{1161}\u{11ab}".to_owned()),
    ("emoji with joiners", |_| {
        "👩\u{200d}🔧👨\u{200d}👩\u{200d}👧\u{200d}👦🇰🇷".to_owned()
    }),
    ("a line or paragraph separator", |draw| {
        draw.one_of(&["\u{2028}", "\u{2029}", "\u{85}"]).to_owned()
    }),
    ("invisible characters", |_| "\u{200b}\u{2060}\u{ad}\u{3164}".to_owned()),
    ("a neighbour of the surrogates", |draw| {
        draw.one_of(&["\u{d7ff}", "\u{e000}"]).to_owned()
    }),
    ("private use", |draw| between(draw, 0xe000, 0xf8ff)),
    ("the last code point", |_| "\u{10ffff}".to_owned()),
    ("a replacement character", |_| "\u{fffd}".to_owned()),
    ("a character of the first plane", |draw| between(draw, 0xa1, 0xd7ff)),
    ("a character of a higher plane", |draw| {
        let plane = draw.random.u32(1..=16);
        let low = draw.random.u32(..=0xfffd);
        character((plane << 16) | low)
    }),
    ("quotes and backslashes", |_| r#"\"'`\\u0000\"#.to_owned()),
    ("braces and placeholders", |_| "{partner} {0} %s ${x}".to_owned()),
    ("HTML", |_| "<script>alert(1)</script>&amp;".to_owned()),
    ("SQL", |_| "'; DROP TABLE intake_inboxevent; --".to_owned()),
    ("line breaks", |_| "a\r\nb\tc".to_owned()),
];

fn character(code_point: u32) -> String {
    char::from_u32(code_point).unwrap().into()
}

fn between(draw: &mut Draw, first: u32, last: u32) -> String {
    character(draw.random.u32(first..=last))
}

/// A text of exactly so many characters.
pub(super) fn text(draw: &mut Draw, length: usize) -> String {
    let mut text: Vec<char> = Vec::new();
    while text.len() < length {
        text.extend(draw.choose(&CHARACTERS).chars());
    }
    text[..length].iter().collect()
}
