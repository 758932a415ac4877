//! The log lines about one record.

/// Logs a line about a record at a level of `tracing`, with its message id, queue, receive count and correlation.
macro_rules! log_record {
    ($level:ident, $tracked:expr, $($rest:tt)+) => {
        tracing::$level!(
            message_id = $tracked.record.message_id,
            queue = $tracked.record.queue_name(),
            receive_count = $tracked.record.receive_count,
            correlationId = $tracked.correlation().correlation_id.as_deref(),
            traceparent = $tracked.correlation().traceparent.as_deref(),
            $($rest)+
        )
    };
}

pub(crate) use log_record;
