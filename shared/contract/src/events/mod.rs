//! The data of each event, by the part of the system that it comes from, and the [`table`] of all events.

mod columns;
mod define;
mod intake;
mod matching;
mod notification;
mod points;
mod shapes;
mod table;

// Globs, so that the struct of a new event needs no line here.
pub use self::{columns::*, intake::*, matching::*, notification::*, points::*, shapes::*, table::*};
