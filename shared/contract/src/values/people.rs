//! What customers and partners are called and how they are reached.

use super::{Expected, hidden, made_of, shown, text};

pub(crate) const EXPECTED_PHONE: Expected = Expected("an E.164 phone number: + and 7 to 15 digits, the first not 0");

text!(
    /// A phone number. Personal: not shown in `Debug`.
    ///
    /// Its schema is for those who send one: what revision 1 of the contract took, from 2 digits on, is still read where functions
    /// published or stored it.
    Phone,
    EXPECTED_PHONE.0,
    { "pattern": "^\\+[1-9][0-9]{6,14}$" },
    is_phone
);
hidden!(Phone);

fn is_phone(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| !digits.starts_with('0') && made_of(digits, 2..=15, u8::is_ascii_digit))
}

impl Phone {
    /// Whether it has fewer than 7 digits, as revision 1 of the contract allowed: nobody can be reached by it.
    pub fn is_too_short(&self) -> bool {
        self.as_str().len() < "+1234567".len()
    }
}

text!(
    /// The language of a customer's notifications; Korean as spoken in Korea unless said otherwise.
    Locale,
    "a BCP 47 language tag of up to 100 characters, such as ko-KR",
    {
        "maxLength": 100,
        "pattern": "^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*|[IiXx](-[A-Za-z0-9]{1,8})+)$"
    },
    is_locale
);
shown!(Locale);

/// Well-formed enough to choose a template by; whether a subtag is registered is not looked up.
/// Phones add their settings as extensions (`ko-KR-u-ca-gregory-fw-mon`), so that a tag is longer than the 35 characters of RFC 5646, 4.4.1.
fn is_locale(text: &str) -> bool {
    let (language, rest) = match text.split_once('-') {
        Some((language, rest)) => (language, Some(rest)),
        None => (text, None),
    };
    let special = rest.is_some() && matches!(language, "i" | "I" | "x" | "X");
    let subtag = |part| made_of(part, 1..=8, u8::is_ascii_alphanumeric);
    text.len() <= 100
        && (special || made_of(language, 2..=8, u8::is_ascii_alphabetic))
        && rest.is_none_or(|rest| rest.split('-').all(subtag))
}

impl Default for Locale {
    fn default() -> Self {
        Self("ko-KR".to_owned())
    }
}

text!(
    /// A partner's name as customers read it.
    ///
    /// Any characters are allowed, control characters too: a program that puts it into another format has to escape it.
    PartnerName,
    "a name of 1 to 100 characters",
    { "minLength": 1, "maxLength": 100 },
    |t| (1..=100).contains(&t.chars().count())
);
shown!(PartnerName);
