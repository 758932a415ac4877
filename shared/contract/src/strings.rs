//! Strings as `CloudEvents` has them.

use std::borrow::Cow;

use crate::json::{Flaw, Object};

/// A member that must be there, of 1 to 256 characters.
pub(crate) fn required_text<'a>(envelope: &Object<'a>, member: &'static str) -> Result<Cow<'a, str>, Flaw> {
    match text(envelope, member)? {
        Some(text) if (1..=256).contains(&text.chars().count()) => Ok(text),
        _ => Err(Flaw::value("must be text of 1 to 256 characters").within(member)),
    }
}

/// A member that is a string as `CloudEvents` has it (1.0.2, "Type System"): several readers and stores cannot hold other characters.
pub(crate) fn text<'a>(envelope: &Object<'a>, member: &'static str) -> Result<Option<Cow<'a, str>>, Flaw> {
    if !envelope.has(member) {
        return Ok(None);
    }
    match envelope.text(member) {
        Ok(Some(text)) if text.chars().all(is_allowed) => Ok(Some(text)),
        _ => {
            let expected = "must be text without control characters, noncharacters and lone surrogates";
            Err(Flaw::value(expected).within(member))
        }
    }
}

fn is_allowed(c: char) -> bool {
    !c.is_control() && !is_noncharacter(c)
}

/// Whether a character is one of the 66 that Unicode reserves for a program's own use ("Noncharacters", 23.7): they stand for nothing.
pub fn is_noncharacter(c: char) -> bool {
    matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe
}

/// Whether a text has RFC 3986's characters only; how they are put together is not looked at.
pub(crate) fn is_uri_reference(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    text.bytes().all(allowed)
}
