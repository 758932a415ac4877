//! A handler's last step: to write and to publish.

use super::Saga;
use super::guards::Guard;
use super::item::Item;
use super::memory::Memory;
use super::message::{Change, Place, Write};
use super::world::{Pending, World};

impl Saga {
    /// Writes, and publishes if it is written.
    pub(super) fn finish(&self, world: &mut World, pending: &Pending) {
        let written = self.commit(world, &pending.write);
        world.end(pending, written);
        if written {
            world.publish(pending.write.publication.as_ref());
        } else {
            // Another handler was faster, perhaps with a copy of this message.
            world.put(&pending.message, Place::Done, Place::InFlight);
        }
    }

    /// Writes, if the conditions hold.
    pub(super) fn commit(&self, world: &mut World, write: &Item<Write>) -> bool {
        let Memory {
            tables, ledgers, ..
        } = &self.memory;
        let World { table, ledger, .. } = world;
        let without = self.without;
        if without == Some(Guard::Saving) {
            return true;
        }
        match &write.change {
            Change::Decision(decision) => {
                ledgers.replace(ledger, write, |ledger| ledger.commit(decision, without))
            }
            Change::Transition(transition) => {
                tables.replace(table, write, |table| table.commit(transition, without))
            }
            Change::Registration(registration) => {
                tables.replace(table, write, |table| table.register(registration))
            }
        }
    }
}
