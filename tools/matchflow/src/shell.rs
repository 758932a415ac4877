//! Commands that an answer proposes, safe to be copied into a shell.

/// A command of this program's about an id.
pub fn command(name: &str, id: &str) -> String {
    format!("matchflow {name} {}", word(id))
}

/// Text as one word of a POSIX shell. An id that looks like an option stands behind `--`.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._:/@%+=,-".contains(c);
    let word = if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    };
    if text.starts_with('-') {
        format!("-- {word}")
    } else {
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_word_whatever_is_in_it() {
        assert_eq!(
            command("follow", "req-20260302-0917"),
            "matchflow follow req-20260302-0917"
        );
        assert_eq!(
            command("follow", "a; rm -rf $HOME"),
            "matchflow follow 'a; rm -rf $HOME'"
        );
        assert_eq!(command("follow", "it's"), r"matchflow follow 'it'\''s'");
        assert_eq!(command("follow", "--json"), "matchflow follow -- --json");
        assert_eq!(command("follow", ""), "matchflow follow ''");
    }
}
