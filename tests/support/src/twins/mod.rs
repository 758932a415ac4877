//! In-memory twins of the ports to the outside, with the promises of the real ones; every call goes out on a [`line::Line`].

pub mod clock;
pub mod faults;
pub mod line;
pub mod matching;
pub mod notification;
pub mod points;
pub mod statistics;
