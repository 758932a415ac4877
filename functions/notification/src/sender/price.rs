//! The most that one text message may cost.

/// A price in US dollars, as SNS reads it: digits, with or without a decimal point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaxPrice(String);

impl MaxPrice {
    /// Reads a price above 0; `None` for anything else.
    pub fn parse(setting: &str) -> Option<Self> {
        let is_decimal = setting.bytes().all(|c| c.is_ascii_digit() || c == b'.');
        let is_positive = setting.parse::<f64>().is_ok_and(|price| price > 0.0);
        (is_decimal && is_positive).then(|| Self(setting.to_owned()))
    }

    /// The price as SNS reads it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_a_plain_decimal_above_0() {
        for price in ["0.2", "1", "0.02581"] {
            assert_eq!(MaxPrice::parse(price).unwrap().as_str(), price);
        }
        for wrong in [
            "", "0", "0.00", "-1", "1e2", "inf", "nan", "0,2", "$1", ".", "1.2.3", " 1",
        ] {
            assert_eq!(MaxPrice::parse(wrong), None, "{wrong:?}");
        }
    }
}
