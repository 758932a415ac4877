//! The reasons why SQS refuses a request.

/// The reason why SQS refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SqsError {
    /// The message is larger than the queue takes.
    TooLong,
    /// The message group is missing, which a FIFO queue requires.
    NoGroup,
    /// The deduplication id is missing, which a FIFO queue requires unless its deduplication is content-based.
    NoDeduplicationId,
    /// No message has this receipt handle of its last receive.
    UnknownReceipt,
    /// The message is visible.
    NotInFlight,
    /// The receipt handle of a FIFO queue's message has expired.
    ExpiredReceipt,
}

impl SqsError {
    /// The error code in SQS's answer.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLong | Self::NoDeduplicationId | Self::ExpiredReceipt => "InvalidParameterValue",
            Self::NoGroup => "MissingParameter",
            Self::UnknownReceipt => "ReceiptHandleIsInvalid",
            Self::NotInFlight => "MessageNotInflight",
        }
    }
}
