//! Numbers in JSON: one value, many spellings.

use super::super::json::Number;
use super::super::{Draw, Variant};

/// More zeros than this are written as an exponent.
const MAX_ZEROS: i64 = 40;

/// How a number is written.
#[derive(Clone, Copy, Debug)]
pub enum Spelling {
    /// `300`; a number with too many zeros has an exponent.
    Plain,
    /// `300.000`: so many zeros behind the point.
    Fraction(usize),
    /// `3e2`, `0.3E+03`: the exponent is so much higher than that of the digits.
    Exponent(i64),
}

/// How numbers are written.
pub const SPELLINGS: [Variant<Spelling>; 6] = [
    ("a plain number", |_| Spelling::Plain),
    ("a fraction of one zero", |_| Spelling::Fraction(1)),
    ("a fraction of many zeros", |_| Spelling::Fraction(60)),
    ("an exponent", |_| Spelling::Exponent(0)),
    ("an exponent and a fraction", |draw| {
        Spelling::Exponent(draw.random.i64(1..=12))
    }),
    ("a negative exponent", |draw| {
        Spelling::Exponent(draw.random.i64(-9..=-1))
    }),
];

/// A number as JSON.
pub fn spelled(number: &Number, draw: &mut Draw) -> String {
    let sign = if number.negative || (number.digits == "0" && draw.once_in(4)) {
        "-"
    } else {
        ""
    };
    let exponent = number.exponent;
    let is_long = exponent.abs() > MAX_ZEROS;
    let unsigned = match draw.choose(&SPELLINGS) {
        Spelling::Exponent(more) => with_exponent(number, exponent + more, draw),
        _ if is_long => with_exponent(number, exponent, draw),
        Spelling::Fraction(zeros) if exponent >= 0 => decimal(&number.digits, exponent) + "." + &"0".repeat(zeros),
        Spelling::Plain | Spelling::Fraction(_) => decimal(&number.digits, exponent),
    };
    format!("{sign}{unsigned}")
}

fn with_exponent(number: &Number, exponent: i64, draw: &mut Draw) -> String {
    let digits = decimal(&number.digits, number.exponent - exponent);
    let letter = draw.one_of(&["e", "E"]);
    let sign = if exponent < 0 { "-" } else { draw.one_of(&["", "+"]) };
    let zeros = draw.one_of(&["", "0", "000"]);
    format!("{digits}{letter}{sign}{zeros}{}", exponent.abs())
}

/// Digits with the point moved to the right, or to the left where `places` is negative.
fn decimal(digits: &str, places: i64) -> String {
    let moved = usize::try_from(places.unsigned_abs()).unwrap();
    if places >= 0 {
        let zeros = if digits == "0" { 0 } else { moved };
        return digits.to_owned() + &"0".repeat(zeros);
    }
    let padded = format!("{digits:0>width$}", width = moved + 1);
    let (whole, fraction) = padded.split_at(padded.len() - moved);
    format!("{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_number_has_its_value() {
        for (digits, exponent) in [
            ("0", 0),
            ("3", 2),
            ("300", 0),
            ("1234", -2),
            ("9007199254740991", 0),
            ("1", 300),
        ] {
            let value: f64 = format!("{digits}e{exponent}").parse().unwrap();
            for seed in 0..200 {
                let number = Number {
                    negative: false,
                    digits: digits.to_owned(),
                    exponent,
                };
                let text = spelled(&number, &mut Draw::new(seed));
                let read: f64 = serde_json::from_str(&text).unwrap();
                assert!((read - value).abs() <= value * f64::EPSILON, "{text} for {value}");
            }
        }
    }
}
