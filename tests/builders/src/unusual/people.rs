//! Customers, and how they are reached.

use super::identifiers::customer_id;
use super::{Draw, Json, Variant};

/// By what a customer can be reached: phone and push endpoint.
#[derive(Clone, Debug)]
pub(super) struct Contact {
    phone: Option<String>,
    push: Option<String>,
}

const ENDPOINTS: &str = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/";

/// The longest ARN of an endpoint.
const LONGEST_ENDPOINT: usize = 512;

/// The ways to reach a customer.
pub(super) const CONTACTS: [Variant<Contact>; 6] = [
    ("a customer without phone and app", |_| contact(None, None)),
    ("the shortest phone number", |_| contact(Some("+8210009"), None)),
    ("the longest phone number", |_| contact(Some("+821000900000000"), None)),
    ("a phone number abroad", |_| contact(Some("+12025550100"), None)),
    ("the longest push endpoint, and a phone", |_| {
        let path = format!("GCM/{}/", "a".repeat(256));
        let id = "0".repeat(LONGEST_ENDPOINT - ENDPOINTS.len() - path.len());
        contact(Some("+821000900001"), Some(path + &id))
    }),
    ("the shortest push endpoint, and no phone", |_| {
        contact(None, Some("A/./_".to_owned()))
    }),
];

fn contact(phone: Option<&str>, path: Option<String>) -> Contact {
    Contact {
        phone: phone.map(str::to_owned),
        push: path.map(|path| format!("{ENDPOINTS}{path}")),
    }
}

/// The languages of customers; the first is the default.
pub(super) const LOCALES: [Variant<&str>; 9] = [
    ("the default language", |_| "ko-KR"),
    ("a language without a country", |_| "en"),
    ("a language with a script", |_| "zh-Hant-TW"),
    ("a language in capitals", |_| "KO-kr"),
    ("a language of eight letters", |_| "language"),
    ("a language of private use", |_| "x-whatever"),
    ("a language of an old registry", |_| "i-klingon"),
    (
        "a language with a phone's settings",
        |_| "ko-KR-u-ca-gregory-fw-mon-mu-celsius",
    ),
    ("a language tag of 100 characters", |_| LONGEST_LOCALE),
];

const LONGEST_LOCALE: &str =
    "en-US-u-ca-gregory-co-phonebk-cu-krw-fw-mon-hc-h23-mu-celsius-nu-latn-rg-krzzzz-tz-krsel-va-posix-ab";

/// A customer with their contact and language.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    pub id: String,
    contact: Contact,
    locale: &'static str,
}

impl Customer {
    pub fn draw(draw: &mut Draw) -> Self {
        Self {
            id: customer_id(draw),
            contact: draw.choose(&CONTACTS),
            locale: draw.choose(&LOCALES),
        }
    }

    pub fn json(&self, draw: &mut Draw) -> Json {
        let mut members = vec![("id".to_owned(), Json::text(&self.id))];
        let optional = [
            ("phone", self.contact.phone.as_deref()),
            ("pushEndpointArn", self.contact.push.as_deref()),
            (
                "locale",
                Some(self.locale).filter(|tag| *tag != "ko-KR" || draw.once_in(2)),
            ),
        ];
        for (name, value) in optional {
            add_optional(&mut members, name, value.map(Json::text), draw);
        }
        Json::Object(members)
    }
}

/// Adds a member that need not be there: where it has no value, it is left out or null.
pub(super) fn add_optional(members: &mut Vec<(String, Json)>, name: &str, value: Option<Json>, draw: &mut Draw) {
    let value = value.or_else(|| draw.choose(&ABSENCES));
    members.extend(value.map(|value| (name.to_owned(), value)));
}

/// How a member is not there.
pub(super) const ABSENCES: [Variant<Option<Json>>; 2] = [
    ("an optional member left out", |_| None),
    ("a null for an optional member", |_| Some(Json::Null)),
];

#[cfg(test)]
mod tests {
    use super::LONGEST_LOCALE;

    #[test]
    fn the_longest_language_tag_has_100_characters() {
        assert_eq!(LONGEST_LOCALE.len(), 100);
    }
}
