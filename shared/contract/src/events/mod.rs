//! The data of each event, by the part of the system that it comes from, and the [`table`] of all events.

mod columns;
mod define;
mod intake;
mod matching;
mod notification;
mod points;
mod shapes;
mod table;

pub use self::{
    columns::*, intake::*, matching::*, notification::*, points::*, shapes::*, table::*,
};
