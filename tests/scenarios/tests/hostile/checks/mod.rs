//! What holds for any input, however hostile: checked by the tests beside this folder and by the targets in `fuzz/`.

#![allow(clippy::unwrap_used, reason = "what is wrong here has to fail")]

mod batch;
mod body;
mod memory;
mod world;

pub use batch::batch;
pub use body::{envelope, wrapping};

/// Whether a text may be logged and shown: short, on one line, without control characters.
fn is_presentable(text: &str) -> bool {
    text.len() < 300 && !text.chars().any(char::is_control)
}
