//! Strings in JSON, with more or fewer escapes than needed.

use std::fmt::Write as _;

use super::super::{Draw, Variant};

/// Which characters are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escapes {
    /// Those that JSON or SQS does not take otherwise.
    Needed,
    /// Some.
    Some,
    /// All.
    All,
}

/// How strings are escaped.
pub const ESCAPES: [Variant<Escapes>; 4] = [
    ("as few escapes as can be", |_| Escapes::Needed),
    ("as few escapes as can be", |_| Escapes::Needed),
    ("some characters escaped", |_| Escapes::Some),
    ("every character escaped", |_| Escapes::All),
];

/// A string as JSON.
pub fn spelled(text: &str, escapes: Escapes, draw: &mut Draw) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        let chosen = match escapes {
            Escapes::Needed => false,
            Escapes::Some => draw.once_in(4),
            Escapes::All => true,
        };
        if chosen || is_forbidden(character) {
            escape(character, draw, &mut out);
        } else {
            out.push(character);
        }
    }
    out.push('"');
    out
}

/// Whether JSON (RFC 8259, section 7) or SQS (`SendMessage`, `MessageBody`) does not take the character itself.
fn is_forbidden(character: char) -> bool {
    matches!(character, '"' | '\\' | '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}')
}

fn escape(character: char, draw: &mut Draw, out: &mut String) {
    let short = match character {
        '"' => r#"\""#,
        '\\' => r"\\",
        '/' => r"\/",
        '\u{8}' => r"\b",
        '\u{c}' => r"\f",
        '\n' => r"\n",
        '\r' => r"\r",
        '\t' => r"\t",
        _ => "",
    };
    if !short.is_empty() && draw.random.bool() {
        out.push_str(short);
        return;
    }
    for unit in character.encode_utf16(&mut [0; 2]) {
        let written = if draw.random.bool() {
            write!(out, "\\u{unit:04x}")
        } else {
            write!(out, "\\u{unit:04X}")
        };
        written.unwrap();
    }
}
