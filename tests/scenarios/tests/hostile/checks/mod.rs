//! What holds for any input: checked by the tests in the folder above and by the targets in `fuzz/`.

#![allow(clippy::unwrap_used, reason = "what is wrong here has to fail")]

mod batch;
mod body;
mod echo;
mod memory;

pub use batch::batch;
pub use body::{envelope, wrapping};

/// Whether a text may be logged: short, on one line, without control characters.
fn is_presentable(text: &str) -> bool {
    text.len() < 300 && !text.chars().any(char::is_control)
}
