//! The states of a request, as they are stored.

/// Not stored: the request is not known yet.
pub const NONE: &str = "none";
/// No partner was available, and the request is decided again later.
pub const DEFERRED: &str = "deferred";
/// Matched; points has not answered yet.
pub const PENDING: &str = "pending";
/// Closed by a producer before points answered.
pub const CLOSING: &str = "closing";
/// Matched and charged.
pub const CONFIRMED: &str = "confirmed";
/// Closed by a producer, and charged.
pub const CLOSED: &str = "closed";
/// Without a partner after the last attempt.
pub const UNMATCHED: &str = "unmatched";
/// Closed by a producer, and its charge was refused.
pub const WITHDRAWN: &str = "withdrawn";

/// The states in which a match occupies its partner.
pub const LIVE: [&str; 3] = [PENDING, CLOSING, CONFIRMED];

/// The states of a settled request: charged (and still at work, or closed), or unmatched.
pub const SETTLED: [&str; 4] = [CONFIRMED, CLOSED, UNMATCHED, WITHDRAWN];

/// The states that a request reaches by an event about its match, without a new decision.
pub const WITHOUT_DECISION: [&str; 3] = [CLOSING, CONFIRMED, CLOSED];
