//! A fake of SNS as its documentation describes it: the FIFO topic, and messages to phone numbers and push endpoints.

mod devices;
mod topic;

pub use devices::{CustomerMessage, Devices};
pub use topic::{PublishedMessage, Topic};

/// The reason why SNS refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnsError {
    /// The message group or the deduplication id is missing.
    InvalidParameter,
    /// The push endpoint is disabled.
    EndpointDisabled,
}

impl SnsError {
    /// The error code in SNS's answer.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidParameter => "InvalidParameter",
            Self::EndpointDisabled => "EndpointDisabled",
        }
    }
}
