//! Commands that an answer proposes, safe to be copied into a shell.

use std::sync::OnceLock;

/// The options of this run that name the stack.
static OPTIONS: OnceLock<String> = OnceLock::new();

/// Has every command that is proposed from now on name the stack by these options.
pub fn name_stack_by(options: String) {
    let _ = OPTIONS.set(options);
}

/// A command of this program's, with its arguments as a shell takes them.
pub fn line(rest: &str) -> String {
    let options = OPTIONS.get().map_or("", String::as_str);
    format!("matchflow{options} {rest}")
}

/// A command of this program's about an id.
pub fn command(name: &str, id: &str) -> String {
    line(&format!("{name} {}", argument(id)))
}

/// Text as one argument. An id that looks like an option stands behind `--`.
fn argument(text: &str) -> String {
    let word = word(text);
    if text.starts_with('-') {
        format!("-- {word}")
    } else {
        word
    }
}

/// Text as one word of a POSIX shell.
pub fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._:/@%+=,-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
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
