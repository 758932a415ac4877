//! What others wrote, made harmless for a terminal: control sequences, and characters that turn or hide text.

use std::fmt::Write as _;

/// Text for a person, with each character that a terminal obeys or does not show as `\u{…}`.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_harmless(character) {
            shown.push(character);
        } else {
            let _ = write!(shown, "\\u{{{:x}}}", character as u32);
        }
    }
    shown
}

/// The same for text of several lines: line feeds are the writer's.
pub fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// JSON with the same characters as JSON's own escapes: in valid JSON they stand in strings alone. Line feeds are the writer's.
pub fn printable_json(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for character in json.chars() {
        if is_harmless(character) || character == '\n' {
            shown.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    shown
}

/// Whether a character neither moves the cursor, nor turns the text around, nor is invisible: Unicode's categories Cc, Cf, Zl and Zp, and the
/// letters and marks that show nothing (UnicodeData.txt 17.0; Hangul and Braille blanks, variation selectors).
fn is_harmless(character: char) -> bool {
    !matches!(character,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}'
        | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0e}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}'
        | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_sequences_and_marks_that_turn_text_are_shown_as_escapes() {
        let hostile = "\u{1b}[2J\u{9b}1mr\u{202e}1-qer\u{200b}\n\u{e0041}";
        let shown = printable(hostile);
        assert_eq!(shown, r"\u{1b}[2J\u{9b}1mr\u{202e}1-qer\u{200b}\u{a}\u{e0041}");
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in ["req-20260302-0917", "청소 업체 & Söhne 🧹", "<b>\"'\\"] {
            assert_eq!(printable(text), text);
        }
    }

    #[test]
    fn json_stays_the_same_json() {
        let value = serde_json::json!({ "id": "a\u{1b}\u{202e}b\u{7f}\u{e0041}" });
        let shown = printable_json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(shown.is_ascii(), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }
}
