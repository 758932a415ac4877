//! What customers read: one template a wording and language, in `texts/`.
//!
//! Every text fits into two SMS parts, whatever the partner is called: Korean into 134 UCS-2
//! characters, English into 306 of GSM-7, and into 134 UCS-2 ones with a name beyond GSM-7.

mod name;

use contract::{Category, Locale};

use crate::domain::Wording;

/// A longer name of a partner is cut to this many UTF-16 units.
const NAME_LIMIT: usize = 40;

/// The title of a push, and the partner's name where nothing of it can be shown.
pub const BRAND: &str = "Matchflow";

/// A language with texts of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Korean,
    English,
}

/// The text for a customer of this locale. `partner` is the name as it came.
pub fn render(wording: Wording, locale: &Locale, category: &Category, partner: &str) -> String {
    let language = Language::of(locale);
    let name = name::presentable(partner, NAME_LIMIT, language.ellipsis());
    let name = if name.is_empty() { BRAND } else { &name };
    fill(
        language.template(wording),
        |placeholder| match placeholder {
            "partner" => Some(name),
            "request" => Some(language.request(category)),
            _ => None,
        },
    )
}

impl Language {
    /// By the locale's primary language. The default locale is Korean; whoever asks for a language
    /// without texts gets English, as the one that more of them are likely to read.
    fn of(locale: &Locale) -> Self {
        let tag = locale.as_str();
        let primary = tag.split('-').next().unwrap_or(tag);
        if primary.eq_ignore_ascii_case("ko") {
            Self::Korean
        } else {
            Self::English
        }
    }

    fn template(self, wording: Wording) -> &'static str {
        let file = match (self, wording) {
            (Self::Korean, Wording::Matched) => include_str!("../texts/ko/matched.txt"),
            (Self::Korean, Wording::Rematched) => include_str!("../texts/ko/rematched.txt"),
            (Self::Korean, Wording::Withdrawn) => include_str!("../texts/ko/withdrawn.txt"),
            (Self::Korean, Wording::NoPartner) => include_str!("../texts/ko/no_partner.txt"),
            (Self::Korean, Wording::NoCapacity) => include_str!("../texts/ko/no_capacity.txt"),
            (Self::English, Wording::Matched) => include_str!("../texts/en/matched.txt"),
            (Self::English, Wording::Rematched) => include_str!("../texts/en/rematched.txt"),
            (Self::English, Wording::Withdrawn) => include_str!("../texts/en/withdrawn.txt"),
            (Self::English, Wording::NoPartner) => include_str!("../texts/en/no_partner.txt"),
            (Self::English, Wording::NoCapacity) => include_str!("../texts/en/no_capacity.txt"),
        };
        file.trim_end()
    }

    /// What was asked for; a category that has no words here is just a request.
    fn request(self, category: &Category) -> &'static str {
        match (self, category.as_str()) {
            (Self::Korean, "cleaning") => "청소 요청",
            (Self::Korean, "moving") => "이사 요청",
            (Self::Korean, "repair") => "수리 요청",
            (Self::Korean, _) => "요청",
            (Self::English, "cleaning") => "cleaning request",
            (Self::English, "moving") => "moving request",
            (Self::English, "repair") => "repair request",
            (Self::English, _) => "request",
        }
    }

    /// `…` is not in GSM-7: one of them would more than double the length of an English text.
    fn ellipsis(self) -> &'static str {
        match self {
            Self::Korean => "…",
            Self::English => "...",
        }
    }
}

/// Replaces `{placeholder}`s in one pass: what a value contains is never taken for a placeholder.
fn fill<'a>(template: &'a str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut text = String::with_capacity(2 * template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let known = after
            .split_once('}')
            .and_then(|(placeholder, after)| Some((value(placeholder)?, after)));
        let (filled, after) = known.unwrap_or(("{", after));
        text.push_str(filled);
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests;
