//! A request's details: any JSON object.

use super::characters::text;
use super::json::Number;
use super::{Json, Variant};

/// What is in details.
pub(super) const DETAILS: [Variant<Option<Json>>; 9] = [
    ("no details", |_| None),
    ("empty details", |_| Some(Json::Exact(Vec::new()))),
    ("details of unusual texts", |draw| {
        let name = text(draw, 3);
        let length = draw.random.usize(1..300);
        Some(exact(&name, Json::text(text(draw, length))))
    }),
    ("details of unusual numbers", |draw| {
        let numbers = (0..4).map(|_| Json::Number(draw.choose(&NUMBERS))).collect();
        Some(exact("n", Json::List(numbers)))
    }),
    ("details nested 100 deep", |_| Some(nested(100))),
    ("details of nulls", |_| {
        let list = Json::List(vec![Json::Null, Json::Bool(false), Json::List(vec![])]);
        Some(Json::Exact(vec![("a".to_owned(), Json::Null), ("b".to_owned(), list)]))
    }),
    ("details of names that only differ in form", |_| {
        let names = ["é", "e\u{301}", "E", "", " ", "\0"];
        let members = names
            .iter()
            .zip(1..)
            .map(|(name, value)| ((*name).to_owned(), Json::whole(value)));
        Some(Json::Exact(members.collect()))
    }),
    ("details of a thousand members", |_| {
        let members = (0..1000).map(|number| (number.to_string(), Json::whole(number)));
        Some(Json::Exact(members.collect()))
    }),
    ("details of 200 KiB", |draw| {
        if draw.once_in(8) {
            let text = "\"".to_owned() + &"가나다abc".repeat(200 * 1024 / 12) + "\"";
            return Some(exact("long", Json::Verbatim(text)));
        }
        Some(exact("long", Json::text("가나다abc".repeat(100))))
    }),
];

fn exact(name: &str, value: Json) -> Json {
    Json::Exact(vec![(name.to_owned(), value)])
}

fn nested(depth: usize) -> Json {
    let mut value = Json::whole(1);
    for _ in 0..depth {
        value = exact("d", value);
    }
    value
}

/// Numbers that are no 64-bit integers.
pub(super) const NUMBERS: [Variant<Number>; 9] = [
    ("a number of 22 digits", |_| number("1", 21)),
    ("a number beyond a double", |_| number("1", 400)),
    ("a number closer to zero than a double", |_| number("1", -400)),
    ("a number of 400 digits", |draw| {
        let digits = "1".to_owned() + &draw.characters(b"0123456789", 399);
        number(&digits, 0)
    }),
    ("zero", |_| number("0", 0)),
    ("a number below zero", |draw| Number {
        negative: true,
        ..number(&draw.random.u64(1..).to_string(), 0)
    }),
    ("a decimal fraction", |draw| {
        number(&draw.random.u32(1..).to_string(), -3)
    }),
    ("the first whole number that a double skips", |_| {
        number("9007199254740993", 0)
    }),
    ("a number beyond 64 bits", |_| number("18446744073709551616", 0)),
];

fn number(digits: &str, exponent: i64) -> Number {
    Number {
        negative: false,
        digits: digits.to_owned(),
        exponent,
    }
}
