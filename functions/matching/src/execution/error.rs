//! Why an execution failed.

use aws::WriteError;
use batch::BoxError;
use contract::Invalid;

use crate::store::CommitError;

/// Why an execution ended without a decision that is saved.
pub(crate) enum HandleError {
    Invalid(Invalid),
    /// A read or write failed; if it was a write, with the partners whose items were in other transactions.
    Store(CommitError),
}

impl From<Invalid> for HandleError {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl From<CommitError> for HandleError {
    fn from(error: CommitError) -> Self {
        Self::Store(error)
    }
}

impl From<WriteError> for HandleError {
    fn from(error: WriteError) -> Self {
        Self::Store(error.into())
    }
}

impl From<BoxError> for HandleError {
    fn from(error: BoxError) -> Self {
        WriteError::Failed(error).into()
    }
}
