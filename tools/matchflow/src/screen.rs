//! The text of a report: lines of words, of which each is made harmless before it is styled.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::printable::printable;

/// How a word is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As the terminal shows text.
    Plain,
    /// What the eye is to find first.
    Strong,
    /// What is said besides.
    Faint,
    /// All is well.
    Good,
    /// Something takes longer than it should.
    Late,
    /// Something failed.
    Bad,
}

impl Look {
    fn style(self) -> Style {
        let colour = |colour: AnsiColor| Style::new().fg_color(Some(colour.into()));
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Good => colour(AnsiColor::Green).bold(),
            Self::Late => colour(AnsiColor::Yellow).bold(),
            Self::Bad => colour(AnsiColor::Red).bold(),
        }
    }
}

/// The text of a report.
#[derive(Debug, Default)]
pub struct Screen {
    text: String,
}

impl Screen {
    /// Adds a line of words, each with its look.
    pub fn line(&mut self, words: &[(Look, &str)]) {
        for (look, word) in words {
            let style = look.style();
            let word = printable(word);
            let _ = write!(self.text, "{style}{word}{style:#}");
        }
        self.text.push('\n');
    }

    /// Adds a line of plain text.
    pub fn plain(&mut self, text: &str) {
        self.line(&[(Look::Plain, text)]);
    }

    /// Adds a line without text.
    pub fn gap(&mut self) {
        self.text.push('\n');
    }

    /// The text, with control sequences for styles.
    pub fn into_text(self) -> String {
        self.text
    }
}

/// So many of something whose plural ends in `s`.
pub fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
