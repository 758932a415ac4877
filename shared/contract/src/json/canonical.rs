//! One text for equal JSON: members sorted, no white space, numbers and strings in one form.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::number::Number;

/// The canonical text of a JSON value: equal for equal values.
///
/// It works on the text, not on a tree, so that an object of many small members costs no more
/// than a small multiple of its size. A recursion per level is safe: nesting was bounded before.
pub(crate) fn canonical(raw: &RawValue) -> String {
    let mut out = String::with_capacity(raw.get().len());
    let (rest, keeps_large_numbers) = (raw.get(), false);
    Scanner {
        rest,
        keeps_large_numbers,
    }
    .value(&mut out);
    out
}

/// The canonical text that revision 1 of the contract gave this value, where it is another one: whole numbers from 10^21 on that were written
/// in digits stayed as they were written.
pub(crate) fn canonical_of_revision_1(raw: &RawValue) -> Option<String> {
    let mut runs_of_digits = raw.get().split(|c: char| !c.is_ascii_digit());
    if !runs_of_digits.any(|run| run.len() > 21) {
        return None;
    }
    let mut out = String::with_capacity(raw.get().len());
    let (rest, keeps_large_numbers) = (raw.get(), true);
    Scanner {
        rest,
        keeps_large_numbers,
    }
    .value(&mut out);
    Some(out)
}

/// Walks over text that is known to be JSON.
struct Scanner<'a> {
    rest: &'a str,
    /// Whether whole numbers that fit into 128 bits stay as they are written.
    keeps_large_numbers: bool,
}

impl<'a> Scanner<'a> {
    fn value(&mut self, out: &mut String) {
        match self.peek() {
            Some(b'{') => self.object(out),
            Some(b'[') => self.array(out),
            Some(b'"') => out.push_str(&plain_string(self.string())),
            _ => match self.scalar() {
                whole if self.keeps_large_numbers && whole.parse::<i128>().is_ok_and(|number| number != 0) => {
                    out.push_str(whole);
                }
                scalar => out.push_str(&plain_scalar(scalar)),
            },
        }
    }

    fn object(&mut self, out: &mut String) {
        let start = out.len();
        let mut ends = Vec::new();
        self.skip(1);
        while self.peek() == Some(b'"') {
            out.push_str(&plain_string(self.string()));
            self.peek(); // to the colon
            self.skip(1);
            out.push(':');
            self.value(out);
            ends.push(out.len());
            self.comma();
        }
        self.skip(1);
        let sorted = sorted(&out[start..], ends.iter().map(|end| end - start));
        out.truncate(start);
        out.push_str(&sorted);
    }

    fn array(&mut self, out: &mut String) {
        self.skip(1);
        out.push('[');
        let mut first = true;
        while self.peek().is_some_and(|byte| byte != b']') {
            if !std::mem::take(&mut first) {
                out.push(',');
            }
            self.value(out);
            self.comma();
        }
        self.skip(1);
        out.push(']');
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        self.rest = self.rest.trim_start();
        self.rest.bytes().next()
    }

    fn comma(&mut self) {
        if self.peek() == Some(b',') {
            self.skip(1);
        }
    }

    fn string(&mut self) -> &'a str {
        let mut escaped = false;
        let end = self.rest.bytes().skip(1).position(|byte| {
            let ends = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            ends
        });
        self.skip(end.map_or(self.rest.len(), |end| end + 2))
    }

    fn scalar(&mut self) -> &'a str {
        let ends = |c: char| matches!(c, ',' | ']' | '}') || c.is_ascii_whitespace();
        self.skip(self.rest.find(ends).unwrap_or(self.rest.len()))
    }

    fn skip(&mut self, length: usize) -> &'a str {
        let (skipped, rest) = self.rest.split_at(length);
        self.rest = rest;
        skipped
    }
}

/// An object of these members, which stand one after the other and end where it is said.
fn sorted(members: &str, ends: impl Iterator<Item = usize>) -> String {
    let mut from = 0;
    let mut members: Vec<_> = ends
        .map(|end| &members[std::mem::replace(&mut from, end)..end])
        .collect();
    members.sort_unstable();
    format!("{{{}}}", members.join(","))
}

/// A string with as few escapes as there can be. One with half a character in it stays as it is.
fn plain_string(raw: &str) -> Cow<'_, str> {
    let plain = serde_json::from_str::<String>(raw).and_then(|text| serde_json::to_string(&text));
    plain.map_or(Cow::Borrowed(raw), Cow::Owned)
}

/// A number in one form: 1, 1.0 and 10e-1 are the same. One whose exponent has 39 digits or more stays as it is, as do the words.
fn plain_scalar(raw: &str) -> Cow<'_, str> {
    let is_word = raw.starts_with(|first: char| first.is_ascii_alphabetic());
    let number = if is_word { None } else { Number::parse(raw) };
    number.map_or(Cow::Borrowed(raw), |number| Cow::Owned(number.canonical()))
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::{canonical, canonical_of_revision_1};

    fn of(text: &str) -> String {
        canonical(serde_json::from_str::<&RawValue>(text).unwrap())
    }

    #[test]
    fn equal_values_have_one_text() {
        for (one, other, text) in [
            (" { } ", "{}", "{}"),
            ("[ ]", "[]", "[]"),
            (
                r#"{"b":1,"a":[1,2]}"#,
                " {\"a\" :\n[ 1 ,2 ] , \"b\":\t1}",
                r#"{"a":[1,2],"b":1}"#,
            ),
            (
                r#"{"x":{"d":{},"c":[{"b":0,"a":0}]}}"#,
                r#"{"x":{"c":[{"a":0,"b":0}],"d":{}}}"#,
                r#"{"x":{"c":[{"a":0,"b":0}],"d":{}}}"#,
            ),
            ("[1, 100, 0, 0.5]", "[1.0, 1e2, -0.0, 5e-1]", "[1,100,0,0.5]"),
            ("[1e300, 10e399]", "[10.0E+299, 1e+400]", "[1e300,1e400]"),
            ("[1000000000000000000000]", "[1e+21]", "[1e21]"),
            (
                r#"["\u0041\/\n\"\\"]"#,
                r#"["A/\u000A\u0022\u005c"]"#,
                r#"["A/\n\"\\"]"#,
            ),
            ("[true, false, null]", "[true,false,null]", "[true,false,null]"),
            (r#"{"a\"}":"]\\"}"#, r#"{"\u0061\"}":"]\u005c"}"#, r#"{"a\"}":"]\\"}"#),
        ] {
            assert_eq!(of(one), text);
            assert_eq!(of(other), text);
        }
    }

    #[test]
    fn other_values_have_other_texts() {
        for (one, other) in [
            ("[1,2]", "[2,1]"),
            ("[1]", "[\"1\"]"),
            ("[[1],2]", "[[1,2]]"),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#),
            ("9007199254740993", "9007199254740992"),
            ("9007199254740993.0", "9007199254740992"),
            ("1e400", "1e401"),
            ("0", "1e-400"),
            (r#""\ud800""#, r#""\ud801""#),
            (r#""a""#, r#""a ""#),
        ] {
            assert_ne!(of(one), of(other));
        }
    }

    #[test]
    fn revision_1_had_another_text_for_large_whole_numbers_written_in_digits() {
        let before = |text: &str| canonical_of_revision_1(serde_json::from_str(text).unwrap());
        let large = r#"{"n":1000000000000000000000,"m":[1e+21,1.0,-0,-1234567890123456789012]}"#;
        let text = r#"{"m":[1e21,1,0,-1234567890123456789012],"n":1000000000000000000000}"#;
        assert_eq!(before(large).as_deref(), Some(text));
        assert_eq!(of(large), r#"{"m":[1e21,1,0,-1.234567890123456789012e21],"n":1e21}"#);
        assert_eq!(before(r#"{"n":[100000000000000000000,1e400,0.5,"text"]}"#), None);
    }

    /// Otherwise a small body could be made to cost much memory.
    #[test]
    fn the_text_is_not_much_longer() {
        for piece in ["1e20", "1e300", "1e-7", "\"\\u0001\"", "1.0"] {
            let text = format!("[{}]", [piece; 1000].join(","));
            assert!(of(&text).len() <= 5 * text.len(), "{piece}");
        }
    }
}
