//! A partner's name as it may stand in a text that goes to somebody's phone.

/// The name without line breaks, control and invisible characters, with nothing that a phone would
/// make a link of, cut to `limit` UTF-16 units (`ellipsis` included).
pub(super) fn presentable(name: &str, limit: usize, ellipsis: &str) -> String {
    let visible: String = name
        .chars()
        .filter(|&c| !is_invisible(c))
        .map(space)
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    cut(unlink(&words.join(" ")), limit, ellipsis)
}

fn space(c: char) -> char {
    if c.is_control() || c.is_whitespace() {
        ' '
    } else {
        c
    }
}

/// Characters that change how others are shown, or hide: soft hyphen, zero widths, bidirectional
/// controls, fillers that look like nothing, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Takes links apart: no `://`, and a space behind each dot within a word (`evil.example` becomes
/// `evil. example`), the dots of internationalised domain names included.
fn unlink(name: &str) -> String {
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

fn cut(name: String, limit: usize, ellipsis: &str) -> String {
    if units(&name) <= limit {
        return name;
    }
    let room = limit - units(ellipsis);
    let mut length = 0;
    let fits = |c: &char| {
        length += c.len_utf16();
        length <= room
    };
    let start: String = name.chars().take_while(fits).collect();
    format!("{}{ellipsis}", start.trim_end())
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str) -> String {
        presentable(name, 40, "…")
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
            assert_eq!(shown(name), name);
        }
    }

    #[test]
    fn control_characters_and_line_breaks_become_single_spaces() {
        assert_eq!(
            shown(" a\r\n\r\nb\u{0}c\u{7f}\u{2028}d\te\u{a0}\u{85}f "),
            "a b c d e f"
        );
    }

    #[test]
    fn invisible_and_direction_changing_characters_are_dropped() {
        assert_eq!(
            shown("a\u{202e}b\u{200b}c\u{feff}d\u{ad}\u{e0041}\u{2066}"),
            "abcd"
        );
        assert_eq!(shown("\u{200b}\u{3164}\n\u{202e}"), "");
    }

    #[test]
    fn nothing_is_left_to_click_on() {
        assert_eq!(shown("https://evil.example/x"), "https evil. example/x");
        assert_eq!(shown("www.evil。kr"), "www. evil。 kr");
        assert_eq!(shown("e\u{200b}vil.\u{200b}kr"), "evil. kr");
        assert_eq!(
            shown("http:\u{200b}//evil\u{ff0e}kr"),
            "http evil\u{ff0e} kr"
        );
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(shown(&"가".repeat(40)), "가".repeat(40));
        assert_eq!(shown(&"가".repeat(41)), "가".repeat(39) + "…");
        assert_eq!(shown(&"🧹".repeat(21)), "🧹".repeat(19) + "…");
        assert_eq!(
            shown(&format!("{} b", "a".repeat(38) + "  cc")),
            "a".repeat(38) + "…"
        );
    }
}
