//! Panics of a consumer's own code.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;

/// A port panicked. What it panicked with may hold anything, so it is neither kept nor shown.
#[derive(Debug, thiserror::Error)]
#[error("panicked")]
pub(crate) struct Panicked;

/// Lets a panic end the work alone, not the batch. What the work leaves behind is not looked at again: outcomes come by
/// value, and ports take `&self`.
pub(crate) async fn guard<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let caught = AssertUnwindSafe(work).catch_unwind().await;
    caught.map_err(|_| Panicked)
}

/// The same for work that is no future.
pub(crate) fn guard_sync<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| Panicked)
}

/// From now on a panic is logged by its place alone; the standard hook prints what it panicked with.
pub(crate) fn log_places_only() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place = place.as_deref(), "panicked");
    }));
}
