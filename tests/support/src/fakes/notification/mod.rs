//! Fakes of notification's ports.

mod phones;
mod table;

pub use phones::{Message, Phones, failure};
pub use table::NotificationTable;
