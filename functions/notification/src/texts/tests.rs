use super::*;

const WORDINGS: [TextTemplate; 5] = [
    TextTemplate::Matched,
    TextTemplate::Rematched,
    TextTemplate::Withdrawn,
    TextTemplate::NoPartner,
    TextTemplate::NoCapacity,
];
const CATEGORIES: [&str; 4] = ["cleaning", "moving", "repair", "dog-walking"];

fn text(wording: TextTemplate, locale: &str, category: &str, partner: &str) -> String {
    let category = Category::try_from(category.to_owned()).unwrap();
    let locale = Locale::try_from(locale.to_owned()).unwrap();
    render(wording, &locale, &category, partner)
}

/// The length of a text in GSM-7 septets; `None` if it cannot be written in it.
fn septets(text: &str) -> Option<usize> {
    const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
        ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    const EXTENDED: &str = "^{}\\[~]|€";
    let length = |c| match c {
        c if BASIC.contains(c) => Some(1),
        c if EXTENDED.contains(c) => Some(2),
        _ => None,
    };
    text.chars().map(length).sum()
}

/// The number of SMS parts that a text is sent in.
fn parts(text: &str) -> usize {
    let (length, one, each) = match septets(text) {
        Some(length) => (length, 160, 153),
        None => (text.encode_utf16().count(), 70, 67),
    };
    if length <= one { 1 } else { length.div_ceil(each) }
}

#[test]
fn every_text_fits_into_two_parts_whatever_the_name() {
    let names = [
        "한".to_owned(),
        "한".repeat(100),
        "M".repeat(100),
        "{".repeat(100),
        "🧹".repeat(100),
        "a.".repeat(50),
    ];
    for wording in WORDINGS {
        for locale in ["ko-KR", "en-US"] {
            for category in CATEGORIES {
                for name in &names {
                    let text = text(wording, locale, category, name);
                    assert!(parts(&text) <= 2, "{} units: {text}", text.encode_utf16().count());
                }
            }
        }
    }
}

#[test]
fn ordinary_texts_are_one_part_in_english_and_those_of_a_match_in_korean() {
    for wording in WORDINGS {
        let english = text(wording, "en", "cleaning", "Sunny Day Cleaning");
        assert_eq!((septets(&english).is_some(), parts(&english)), (true, 1), "{english}");
    }
    for wording in [TextTemplate::Matched, TextTemplate::Rematched] {
        let korean = text(wording, "ko", "cleaning", "한빛클린");
        assert_eq!(parts(&korean), 1, "{korean}");
    }
}

#[test]
fn english_stays_in_gsm_7_when_a_long_name_is_cut() {
    let english = text(TextTemplate::Matched, "en", "moving", &"Mover ".repeat(16));
    assert!(septets(&english).is_some(), "{english}");
    assert!(english.contains("..."));
}

#[test]
fn a_name_is_shown_with_40_units_at_most() {
    let shown = |length: usize| text(TextTemplate::Matched, "en", "moving", &"M".repeat(length));
    assert!(shown(40).contains(&format!(" {} ", "M".repeat(40))), "{}", shown(40));
    assert!(shown(41).contains(&format!(" {}... ", "M".repeat(37))), "{}", shown(41));
}

#[test]
fn no_placeholder_is_left_and_all_texts_differ() {
    let mut seen = Vec::new();
    for locale in ["ko", "en"] {
        for wording in WORDINGS {
            let text = text(wording, locale, "repair", "Fixit");
            assert!(!text.contains(['{', '}', '\n', '\r']), "{text}");
            assert!(!seen.contains(&text), "twice: {text}");
            seen.push(text);
        }
    }
}

#[test]
fn the_category_is_named_in_the_customers_language_or_not_at_all() {
    for (category, korean, english) in [
        ("cleaning", "청소 요청", "your cleaning request"),
        ("moving", "이사 요청", "your moving request"),
        ("repair", "수리 요청", "your repair request"),
        ("dog-walking", "고객님의 요청", "your request"),
    ] {
        assert!(text(TextTemplate::Matched, "ko-KR", category, "x").contains(korean));
        assert!(text(TextTemplate::Matched, "en-GB", category, "x").contains(english));
    }
    for locale in ["ko", "en"] {
        assert!(!text(TextTemplate::NoPartner, locale, "dog-walking", "").contains("dog"));
    }
}

#[test]
fn the_primary_language_decides_and_english_is_the_fallback() {
    let korean = text(TextTemplate::NoCapacity, "ko", "repair", "");
    let english = text(TextTemplate::NoCapacity, "en", "repair", "");
    assert_ne!(korean, english);
    for locale in ["ko-KR", "KO-kr", "ko-Kore-KR"] {
        assert_eq!(text(TextTemplate::NoCapacity, locale, "repair", ""), korean, "{locale}");
    }
    // `kok` is Konkani, not Korean.
    for locale in ["en-US", "EN", "fr-FR", "ja", "kok"] {
        assert_eq!(
            text(TextTemplate::NoCapacity, locale, "repair", ""),
            english,
            "{locale}"
        );
    }
}

#[test]
fn a_name_is_filled_in_once_and_never_read_as_a_placeholder() {
    let text = text(TextTemplate::Matched, "en", "moving", "{request} {partner} {");
    assert!(
        text.contains("{request} {partner} { will take care of your moving request"),
        "{text}"
    );
}

#[test]
fn a_hostile_name_is_sanitized() {
    let text = text(
        TextTemplate::Rematched,
        "en",
        "moving",
        "Win\n\nhttp://evil.example \u{202e}now",
    );
    assert!(text.contains("partner: Win http evil. example now. They"), "{text}");
}

#[test]
fn for_a_name_without_visible_characters_the_brand_is_shown() {
    let text = text(TextTemplate::Matched, "en", "moving", "\u{200b}\n");
    assert!(text.contains("Good news! Matchflow will take care"), "{text}");
}
