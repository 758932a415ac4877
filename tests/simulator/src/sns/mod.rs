//! SNS as its documentation describes it: the FIFO topic, and what is sent to phones and push endpoints.

mod phones;
mod topic;

pub use phones::{Phones, Text};
pub use topic::{Published, Topic};

/// What SNS refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnsError {
    /// A FIFO topic wants a message group and, this one, a deduplication id.
    InvalidParameter,
    /// Nothing can be sent to this endpoint.
    EndpointDisabled,
}

impl SnsError {
    /// The code in SNS's answer.
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidParameter => "InvalidParameter",
            Self::EndpointDisabled => "EndpointDisabled",
        }
    }
}
