//! The data of each event, by the part of the system that it comes from. A new event is a struct that implements
//! [`EventData`], a row in [`table`] and a golden file.

mod columns;
mod define;
mod intake;
mod matching;
mod notification;
mod points;
mod shapes;
mod table;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

pub use self::{
    columns::*, intake::*, matching::*, notification::*, points::*, shapes::*, table::*,
};

use crate::json::{self, Flaw};

/// The `data` of an event.
pub(crate) trait EventData {
    /// The parts of the business key, joined by `/`.
    fn subject(&self) -> String;

    /// What correlates the event with its causes and effects where the envelope does not say.
    fn correlation(&self) -> &str;

    /// The customer, where the event says how to reach them.
    fn customer(&self) -> Option<&Customer> {
        None
    }

    /// Checks what concerns several fields at once.
    fn check(&self) -> Result<(), Flaw> {
        Ok(())
    }
}

fn read<T: DeserializeOwned + EventData>(data: &RawValue) -> Result<T, Flaw> {
    let data: T = json::read(data)?;
    data.check()?;
    Ok(data)
}

impl Event {
    /// The parts of the business key, joined by `/`: the same for every repeat of the event.
    pub fn subject(&self) -> String {
        self.data().subject()
    }

    /// What correlates the event with its causes and effects where the envelope does not say.
    pub(crate) fn correlation(&self) -> &str {
        self.data().correlation()
    }

    /// The customer whom the event is about, where it says how to reach them.
    pub(crate) fn customer(&self) -> Option<&Customer> {
        self.data().customer()
    }
}
