//! In-memory twins of the ports to the outside, with the promises of the real ones and faults on request.

pub mod clock;
pub mod matching;
pub mod notification;
pub mod points;
pub mod statistics;
