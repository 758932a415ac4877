//! The texts that customers read: one template for each occasion and language, in `texts/`.
//!
//! Every text fits into two SMS parts, whatever the partner's name: Korean into 134 UCS-2
//! characters, English into 306 of GSM-7, and into 134 UCS-2 ones with a name beyond GSM-7.

mod name;

use contract::{Category, Locale};

use crate::domain::TextTemplate;

/// The longest name of a partner that is shown, in UTF-16 units; a longer one is truncated.
const NAME_LIMIT: usize = 40;

/// The title of a push; also shown for a partner whose name has no visible character.
pub const BRAND: &str = "Matchflow";

/// A language that there are texts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Language {
    Korean,
    English,
}

/// Renders a text in the language of the customer's locale. `partner` is the name as its partner registered it.
pub fn render(template: TextTemplate, locale: &Locale, category: &Category, partner: &str) -> String {
    let language = Language::of(locale);
    let safe_name = name::sanitize(partner, NAME_LIMIT, language.ellipsis());
    let shown_name = if safe_name.is_empty() { BRAND } else { &safe_name };
    fill_placeholders(language.text_of(template), |placeholder| match placeholder {
        "partner" => Some(shown_name),
        "request" => Some(language.request_phrase(category)),
        _ => None,
    })
}

impl Language {
    /// The language of a locale, by its primary tag. The default locale is Korean; for a language without texts it is
    /// English, as the one that more of those customers are likely to read.
    fn of(locale: &Locale) -> Self {
        let tag = locale.as_str();
        let primary = tag.split('-').next().unwrap_or(tag);
        if primary.eq_ignore_ascii_case("ko") {
            Self::Korean
        } else {
            Self::English
        }
    }

    fn text_of(self, template: TextTemplate) -> &'static str {
        let file = match (self, template) {
            (Self::Korean, TextTemplate::Matched) => include_str!("../texts/ko/matched.txt"),
            (Self::Korean, TextTemplate::Rematched) => include_str!("../texts/ko/rematched.txt"),
            (Self::Korean, TextTemplate::Withdrawn) => include_str!("../texts/ko/withdrawn.txt"),
            (Self::Korean, TextTemplate::NoPartner) => include_str!("../texts/ko/no_partner.txt"),
            (Self::Korean, TextTemplate::NoCapacity) => include_str!("../texts/ko/no_capacity.txt"),
            (Self::English, TextTemplate::Matched) => include_str!("../texts/en/matched.txt"),
            (Self::English, TextTemplate::Rematched) => include_str!("../texts/en/rematched.txt"),
            (Self::English, TextTemplate::Withdrawn) => include_str!("../texts/en/withdrawn.txt"),
            (Self::English, TextTemplate::NoPartner) => include_str!("../texts/en/no_partner.txt"),
            (Self::English, TextTemplate::NoCapacity) => {
                include_str!("../texts/en/no_capacity.txt")
            }
        };
        file.trim_end()
    }

    /// The words for a request of this category; a category without words of its own is just a request.
    fn request_phrase(self, category: &Category) -> &'static str {
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

    /// The mark of a truncated name. `…` is not in GSM-7: one of them would more than double the length of an English text.
    fn ellipsis(self) -> &'static str {
        match self {
            Self::Korean => "…",
            Self::English => "...",
        }
    }
}

/// Replaces the `{placeholder}`s that have a value, in one pass, so that a value's own braces are never read as a placeholder.
fn fill_placeholders<'a>(template: &'a str, value_of: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut text = String::with_capacity(2 * template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        if let Some((placeholder, behind)) = after.split_once('}')
            && let Some(value) = value_of(placeholder)
        {
            text.push_str(value);
            rest = behind;
        } else {
            text.push('{');
            rest = after;
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests;
