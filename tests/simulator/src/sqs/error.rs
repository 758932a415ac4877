//! What SQS refuses.

/// Why SQS refused a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqsError {
    /// The message is larger than the queue takes.
    TooLong,
    /// A FIFO queue wants a message group.
    NoGroup,
    /// A FIFO queue wants a deduplication id, unless it makes one of the body.
    NoDeduplicationId,
    /// No message was received last with this receipt handle.
    UnknownReceipt,
    /// The message is visible again.
    NotInFlight,
    /// The receipt handle, of a FIFO queue, is no longer valid.
    ExpiredReceipt,
}

impl SqsError {
    /// The code in SQS's answer.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong | Self::NoDeduplicationId | Self::ExpiredReceipt => {
                "InvalidParameterValue"
            }
            Self::NoGroup => "MissingParameter",
            Self::UnknownReceipt => "ReceiptHandleIsInvalid",
            Self::NotInFlight => "MessageNotInflight",
        }
    }
}
