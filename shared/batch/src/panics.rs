//! Panics of a consumer's own code.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::FutureExt;
use lambda_runtime::Diagnostic;

/// A port panicked. The panic's message may hold anything, so it is neither kept nor shown.
#[derive(Debug, thiserror::Error)]
#[error("the consumer's code panicked")]
pub(crate) struct Panicked;

impl From<Panicked> for Diagnostic {
    fn from(panicked: Panicked) -> Self {
        Self {
            error_type: "Panicked".to_owned(),
            error_message: panicked.to_string(),
        }
    }
}

/// Turns a panic of the future into an error, so that it does not end the batch. No state is looked at after a panic:
/// outcomes come by value, and ports take `&self`.
pub(crate) fn catch_panic<T>(future: impl Future<Output = T>) -> impl Future<Output = Result<T, Panicked>> {
    // Boxed, since calls of AWS are large futures, and what waits for them would move and hold several copies of each.
    let caught = Box::pin(AssertUnwindSafe(future).catch_unwind());
    caught.map(|caught| caught.map_err(|_| Panicked))
}

/// The same for a function that is not async.
pub(crate) fn catch_panic_sync<T>(function: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(function)).map_err(|_| Panicked)
}

/// From now on a panic is logged by its location alone; the standard hook prints its message, too.
pub(crate) fn log_panics_by_location() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        tracing::error!(
            location = location.as_deref(),
            "code panicked; what it panicked with is not logged, since it may hold a message's contents"
        );
    }));
}
