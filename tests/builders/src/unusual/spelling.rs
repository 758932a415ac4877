//! Writes JSON as no writer of ours would: any order and white space, any escapes, any spelling of a number, unknown members.

mod numbers;
mod strings;

use super::{Draw, Json, Variant};
use strings::Escapes;

/// How white space is put between the parts.
pub(super) const WHITE_SPACE: [Variant<&str>; 4] = [
    ("no white space", |_| ""),
    ("blanks", |_| " "),
    ("line breaks", |_| "\r\n"),
    ("white space of all kinds", |_| " \t\r\n \n"),
];

/// What a reader does not know, as JSON: names, and values that only a skipping reader survives.
pub(super) const UNKNOWN_MEMBERS: [Variant<(&str, String)>; 12] = [
    ("an unknown null", |_| ("zz", "null".to_owned())),
    ("an unknown member without a name", |_| ("", "\"\"".to_owned())),
    ("a prototype", |_| ("__proto__", r#"{"a":{}}"#.to_owned())),
    ("a known name in another case", |_| ("ID", "7".to_owned())),
    ("a known name with a blank", |_| ("id ", "[]".to_owned())),
    ("a wrapping's name", |_| ("Type", r#""Notification""#.to_owned())),
    ("an unknown name in Hangul", |_| ("이름\u{301}", r#""값""#.to_owned())),
    ("an unknown lone surrogate", |_| ("half", r#""\ud800""#.to_owned())),
    ("an unknown object with a member twice", |_| {
        ("twice", r#"{"a":1,"a":[2]}"#.to_owned())
    }),
    ("an unknown number of many digits", |_| {
        ("large", format!("-1{}.5e-30", "0".repeat(40)))
    }),
    ("an unknown name to be escaped", |_| {
        ("\u{1}\"\\/\u{7f}\u{fffe}\u{10ffff}", "true".to_owned())
    }),
    ("an unknown member nested 100 deep", |_| {
        ("deep", "[".repeat(100) + &"]".repeat(100))
    }),
];

pub(super) use numbers::SPELLINGS;
pub(super) use strings::ESCAPES;

/// Writes a value as JSON.
pub fn written(value: &Json, draw: &mut Draw) -> String {
    let escapes = draw.choose(&ESCAPES);
    write_with(escapes, value, draw)
}

/// Writes a value as JSON with as few escapes as there can be: for texts that are large already.
pub fn written_short(value: &Json, draw: &mut Draw) -> String {
    write_with(Escapes::Needed, value, draw)
}

fn write_with(escapes: Escapes, value: &Json, draw: &mut Draw) -> String {
    let space = draw.choose(&WHITE_SPACE);
    let mut writer = Writer {
        draw,
        space,
        escapes,
        out: String::new(),
    };
    writer.value(value);
    writer.out
}

struct Writer<'d> {
    draw: &'d mut Draw,
    space: &'static str,
    escapes: Escapes,
    out: String,
}

impl Writer<'_> {
    fn value(&mut self, value: &Json) {
        self.part("");
        match value {
            Json::Null => self.out.push_str("null"),
            Json::Bool(truth) => self.out.push_str(if *truth { "true" } else { "false" }),
            Json::Number(number) => {
                let number = numbers::spelled(number, self.draw);
                self.out.push_str(&number);
            }
            Json::Text(text) => self.text(text),
            Json::List(elements) => self.list(elements.iter()),
            Json::Set(elements) => {
                let mut elements: Vec<_> = elements.iter().collect();
                self.draw.random.shuffle(&mut elements);
                self.list(elements.into_iter());
            }
            Json::Object(members) => self.object(members, true),
            Json::Exact(members) => self.object(members, false),
            Json::Verbatim(text) => self.out.push_str(text),
        }
        self.part("");
    }

    fn list<'j>(&mut self, elements: impl Iterator<Item = &'j Json>) {
        self.part("[");
        for (index, element) in elements.enumerate() {
            self.separate(index);
            self.value(element);
        }
        self.part("]");
    }

    fn object(&mut self, members: &[(String, Json)], is_open: bool) {
        let mut members = members.to_vec();
        if is_open && self.draw.once_in(3) {
            let (name, value) = self.draw.choose(&UNKNOWN_MEMBERS);
            let is_unknown = members.iter().all(|(known, _)| known != name);
            members.extend(is_unknown.then(|| (name.to_owned(), Json::Verbatim(value))));
        }
        self.draw.random.shuffle(&mut members);
        self.part("{");
        for (index, (name, value)) in members.iter().enumerate() {
            self.separate(index);
            self.part("");
            self.text(name);
            self.part("");
            self.out.push(':');
            self.value(value);
        }
        self.part("}");
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.out.push(',');
        }
    }

    fn part(&mut self, part: &str) {
        self.out.push_str(part);
        self.out.push_str(self.space);
    }

    fn text(&mut self, text: &str) {
        let text = strings::spelled(text, self.escapes, self.draw);
        self.out.push_str(&text);
    }
}
