//! Makes a partner's name safe to show in a text on a customer's phone.

/// Removes line breaks, control characters, invisible characters and whatever a phone would turn into a link, and
/// truncates the name to `limit` UTF-16 units, the ellipsis included.
pub(super) fn sanitize(name: &str, limit: usize, ellipsis: &str) -> String {
    let mut visible = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_control() || c.is_whitespace() {
            visible.push(' ');
        } else if !is_invisible(c) {
            visible.push(c);
        }
    }
    let words: Vec<&str> = visible.split_whitespace().collect();
    let unlinked = break_links(&words.join(" "));
    truncate(unlinked, limit, ellipsis)
}

/// Characters that change how others are shown, or hide: soft hyphen, zero widths, bidirectional
/// controls, fillers that look like nothing, tags, and the noncharacters, which stand for nothing.
fn is_invisible(c: char) -> bool {
    contract::is_noncharacter(c)
        || matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Breaks up links: no `://`, and a space behind each dot within a word (`evil.example` becomes
/// `evil. example`), the dots of internationalised domain names included.
fn break_links(name: &str) -> String {
    let name = name.replace("://", " ");
    let mut text = String::with_capacity(name.len());
    let mut after_dot = false;
    for c in name.chars() {
        if after_dot && c.is_alphanumeric() {
            text.push(' ');
        }
        after_dot = matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
        text.push(c);
    }
    text
}

fn truncate(name: String, limit: usize, ellipsis: &str) -> String {
    if utf16_units(&name) <= limit {
        return name;
    }
    let mut room = limit - utf16_units(ellipsis);
    let mut start = String::new();
    for c in name.chars() {
        if c.len_utf16() > room {
            break;
        }
        room -= c.len_utf16();
        start.push(c);
    }
    format!("{}{ellipsis}", start.trim_end())
}

fn utf16_units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sanitized(name: &str) -> String {
        sanitize(name, 40, "…")
    }

    #[test]
    fn an_ordinary_name_stays_as_it_is() {
        for name in [
            "한빛 청소",
            "St. Mary's Movers (Seoul) #1",
            "김&이",
            "A+ 수리 1호점",
            "é",
        ] {
            assert_eq!(sanitized(name), name);
        }
    }

    #[test]
    fn control_characters_and_line_breaks_become_single_spaces() {
        assert_eq!(
            sanitized(" a\r\n\r\nb\u{0}c\u{7f}\u{2028}d\te\u{a0}\u{85}f "),
            "a b c d e f"
        );
    }

    #[test]
    fn invisible_and_direction_changing_characters_are_dropped() {
        assert_eq!(sanitized("a\u{202e}b\u{200b}c\u{feff}d\u{ad}\u{e0041}\u{2066}"), "abcd");
        assert_eq!(sanitized("\u{200b}\u{3164}\n\u{202e}"), "");
        assert_eq!(
            sanitized("a\u{34f}\u{61c}\u{115f}\u{1160}\u{180e}\u{ffa0}\u{fff9}\u{fffb}b"),
            "ab"
        );
        assert_eq!(
            sanitized("a\u{ffff}b\u{fffe}c\u{fdd0}\u{1fffe}d\u{10ffff}\u{fffd}"),
            "abcd\u{fffd}"
        );
    }

    #[test]
    fn links_are_broken_up() {
        assert_eq!(sanitized("https://evil.example/x"), "https evil. example/x");
        assert_eq!(sanitized("www.evil。kr"), "www. evil。 kr");
        assert_eq!(sanitized("evil\u{ff61}kr"), "evil\u{ff61} kr");
        assert_eq!(sanitized("e\u{200b}vil.\u{200b}kr"), "evil. kr");
        assert_eq!(sanitized("http:\u{200b}//evil\u{ff0e}kr"), "http evil\u{ff0e} kr");
    }

    #[test]
    fn a_long_name_is_truncated_between_characters() {
        assert_eq!(sanitized(&"가".repeat(40)), "가".repeat(40));
        assert_eq!(sanitized(&"가".repeat(41)), "가".repeat(39) + "…");
        assert_eq!(sanitized(&"🧹".repeat(21)), "🧹".repeat(19) + "…");
        assert_eq!(
            sanitized(&format!("{} b", "a".repeat(38) + "  cc")),
            "a".repeat(38) + "…"
        );
    }
}
