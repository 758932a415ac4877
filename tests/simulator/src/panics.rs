//! Unplanned panics. `batch` catches what its handlers panic with and goes on; here such a panic is a violation all the
//! same. A planned panic does not call the panic hook (`Fault::panic`).

use std::cell::RefCell;
use std::panic;
use std::sync::Once;

use super::checker::{Checked, Guarantee, Violation};

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Notes this thread's panics from now on, beside what the present hook does with them.
pub(super) fn watch() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let present = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            LAST.set(Some(panic.to_string()));
            present(panic);
        }));
    });
    LAST.take();
}

/// Fails if there was a panic since the last check.
pub(super) fn check() -> Checked {
    match LAST.take() {
        Some(panic) => Err(Violation::new(Guarantee::NoPanic, panic)),
        None => Ok(()),
    }
}

/// The panic that ended a simulation.
pub(super) fn fatal() -> Violation {
    let planned = || "a planned panic was not caught".to_owned();
    Violation::new(Guarantee::NoPanic, LAST.take().unwrap_or_else(planned))
}
