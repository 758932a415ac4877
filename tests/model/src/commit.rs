//! The last step of a handler: its write, and the publication of its event.

use super::Saga;
use super::cache::Cache;
use super::fingerprinted::Fingerprinted;
use super::message::{Change, MessageState, Write};
use super::safeguard::Safeguard;
use super::system_state::{PendingWrite, SystemState};

impl Saga {
    /// Tries a write; publishes if its conditions hold.
    pub(super) fn finish(&self, state: &mut SystemState, pending: &PendingWrite) {
        let written = self.commit(state, &pending.write);
        state.end_write(pending, written);
        if written {
            state.publish(pending.write.publication.as_ref());
        } else {
            // Another handler was faster, perhaps with a copy of this message.
            let message = &pending.message;
            state.move_message(message, MessageState::Acknowledged, MessageState::Queued);
        }
    }

    /// Writes if the conditions hold. Returns whether they do.
    pub(super) fn commit(&self, state: &mut SystemState, write: &Fingerprinted<Write>) -> bool {
        let disabled = self.disabled;
        if disabled == Some(Safeguard::SaveBeforePublish) {
            return true;
        }
        let SystemState { table, ledger, .. } = state;
        let Cache { tables, ledgers, .. } = &self.cache;
        match &write.change {
            Change::Decision(decision) => ledgers.write(ledger, write, |ledger| ledger.commit(decision, disabled)),
            Change::Transition(transition) => tables.write(table, write, |table| table.commit(transition, disabled)),
            Change::Registration(registration) => tables.write(table, write, |table| table.register(registration)),
        }
    }
}
