//! Numbers by their value, however they are written.

/// A JSON number: d.ddd × 10^`exponent`, d.ddd being its `digits`. Two numbers of one value are equal.
///
/// It is no longer than its text: the zeros that an exponent stands for are not written out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Number<'a> {
    /// `-` or nothing.
    sign: &'a str,
    /// Without zeros at either end; none for zero.
    digits: String,
    exponent: i128,
}

impl<'a> Number<'a> {
    /// The number in a text that is known to be JSON; none if its exponent does not fit into 128 bits.
    pub fn parse(text: &'a str) -> Option<Self> {
        let (sign, unsigned) = text.split_at(usize::from(text.starts_with('-')));
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        let from_first = all.trim_start_matches('0');
        let digits = from_first.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            let (sign, exponent) = ("", 0);
            return Some(Self { sign, digits, exponent });
        }
        let places_of_first = whole.len() + from_first.len();
        let shift = i128::try_from(places_of_first).ok()? - i128::try_from(all.len()).ok()? - 1;
        let exponent = exponent.parse::<i128>().ok()?.checked_add(shift)?;
        Some(Self { sign, digits, exponent })
    }

    /// The number, if it is a whole one from 0 that fits into 64 bits.
    pub fn whole(&self) -> Option<u64> {
        const MAX_PLACES: usize = 20;
        let places = usize::try_from(self.exponent).ok()? + 1;
        if !self.sign.is_empty() || !(self.digits.len()..=MAX_PLACES).contains(&places) {
            return None;
        }
        format!("{:0<places$}", self.digits).parse().ok()
    }

    /// The one text of this value. Whole numbers are compared exactly, numbers with a fraction as doubles: most programs read
    /// them as such, and revision 1 of the contract compared them so.
    pub fn canonical(&self) -> String {
        if self.digits.is_empty() {
            return "0".to_owned();
        }
        let exact = self.scientific();
        let last_place = i128::try_from(self.digits.len() - 1);
        if last_place.is_ok_and(|last| self.exponent >= last) {
            let places = usize::try_from(self.exponent).ok().filter(|exponent| *exponent < 21);
            return places.map_or(exact, |exponent| {
                format!("{}{:0<2$}", self.sign, self.digits, exponent + 1)
            });
        }
        match exact.parse::<f64>() {
            Ok(double) if (1e-7..1e21).contains(&double.abs()) => double.to_string(),
            Ok(double) if double.is_normal() || double.is_subnormal() => format!("{double:e}"),
            _ => exact,
        }
    }

    fn scientific(&self) -> String {
        let Self { sign, digits, exponent } = self;
        match digits.split_at(1) {
            (first, "") => format!("{sign}{first}e{exponent}"),
            (first, rest) => format!("{sign}{first}.{rest}e{exponent}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(text: &str) -> Option<u64> {
        Number::parse(text)?.whole()
    }

    fn canonical(text: &str) -> String {
        Number::parse(text).unwrap().canonical()
    }

    #[test]
    fn a_whole_number_may_be_written_in_any_way() {
        for (texts, value) in [
            (
                &[
                    "300",
                    "300.0",
                    "3e2",
                    "3.00E+2",
                    "3000e-1",
                    "0.003e5",
                    "30000000000000000000000e-20",
                ][..],
                300,
            ),
            (
                &[
                    "0",
                    "-0",
                    "0.0",
                    "0e9",
                    "-0.0E-7",
                    "0e99999999999999999999999999999999999999999",
                ],
                0,
            ),
            (&["18446744073709551615", "1.8446744073709551615e19"], u64::MAX),
            (&["9007199254740993.0", "9007199254740993"], 9_007_199_254_740_993),
        ] {
            for text in texts {
                assert_eq!(whole(text), Some(value), "{text}");
            }
        }
    }

    #[test]
    fn what_has_a_fraction_is_below_0_or_too_large_is_no_whole_number() {
        for text in [
            "1.5",
            "1e-3",
            "-1",
            "300.0000000000000000000000000000001",
            "18446744073709551616",
            "1e20",
            "1e400",
            "-1e400",
            "1e-400",
            "1e170141183460469231731687303715884105727",
            "1e-170141183460469231731687303715884105728",
            "1e99999999999999999999999999999999999999999",
        ] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn a_value_has_one_text_whatever_its_size() {
        for (text, others) in [
            ("1e21", &["1000000000000000000000", "1e+21", "1.0E21", "0.001e24"][..]),
            ("100000000000000000000", &["1e20", "10.0e19"]),
            ("1e400", &["10e399", "0.1e401"]),
            ("-1.25e-9", &["-0.00000000125", "-125e-11"]),
            ("0.0000001", &["1e-7"]),
            ("9007199254740993", &["9007199254740993.0", "9.007199254740993e15"]),
            ("0.1", &["1e-1", "0.10000000000000000555", "10.00E-02"]),
            ("1e-400", &["10e-401", "0.1e-399"]),
            ("1e99999999999999999999", &["10e99999999999999999998"]),
            ("0", &["-0", "0.0", "0e5", "-0e-5"]),
        ] {
            for other in others.iter().chain(&[text]) {
                assert_eq!(canonical(other), text, "{other}");
            }
        }
    }

    /// Requests that revision 1 stored have the hashes of its texts: those of whole numbers below 10^21 and of doubles are the same.
    mod as_revision_1_wrote_them {
        use super::*;

        fn of_revision_1(text: &str) -> String {
            if text != "-0" && text.parse::<i128>().is_ok() {
                return text.to_owned();
            }
            match text.parse::<f64>().unwrap() {
                0.0 => "0".to_owned(),
                number if (1e-7..1e21).contains(&number.abs()) => number.to_string(),
                number => format!("{number:e}"),
            }
        }

        proptest! {
            #[test]
            fn whole_numbers_below_10_to_the_21(number in -999_999_999_999_999_999_999_i128..=999_999_999_999_999_999_999) {
                let text = number.to_string();
                prop_assert_eq!(canonical(&text), of_revision_1(&text));
            }

            #[test]
            fn any_double_as_rust_writes_it(number in any::<f64>().prop_filter("finite", |n| n.is_finite())) {
                let text = format!("{number:e}"); // of two texts that are equally close, other writers choose the other one
                prop_assert_eq!(canonical(&text), of_revision_1(&text));
            }

            #[test]
            fn decimals_of_15_digits(number in -999_999_999_999_999_i64..=999_999_999_999_999, exponent in -40..40) {
                for text in [format!("{number}e{exponent}"), format!("{}.{:09}", number / 1_000_000_000, (number % 1_000_000_000).abs())] {
                    prop_assert_eq!(canonical(&text), of_revision_1(&text));
                }
            }
        }
    }
}
