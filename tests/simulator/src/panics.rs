//! Panics that nobody planned. `batch` catches what its handlers panic with, and lives on: here it is a violation all the
//! same. A planned one passes the panic hook by (`Fault::panic`).

use std::cell::RefCell;
use std::panic;
use std::sync::Once;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on this thread's panics are noted, besides what is done with them otherwise.
pub(super) fn watch() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let otherwise = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            LAST.set(Some(panic.to_string()));
            otherwise(panic);
        }));
    });
    LAST.take();
}

/// Whether there was none.
pub(super) fn none() -> Result<(), String> {
    LAST.take().map_or(Ok(()), Err)
}

/// The last one; none if it was a planned one that nobody caught.
pub(super) fn last() -> String {
    let planned = || "nobody caught a planned panic".to_owned();
    LAST.take().unwrap_or_else(planned)
}
