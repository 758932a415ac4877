//! What goes wrong at a call.

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has its effect, and the answer is lost.
    Unanswered,
    /// AWS takes no more for the moment.
    Throttled,
    /// The right is missing from now on, for this operation on this resource.
    Denied,
    /// The credentials expire: all calls fail from now on.
    Expired,
    /// The program is killed before the call has its effect.
    KilledBefore,
    /// The program is killed once the call has had its effect.
    KilledAfter,
}

impl Fault {
    pub const ALL: [Self; 6] = [
        Self::Unanswered,
        Self::Throttled,
        Self::Denied,
        Self::Expired,
        Self::KilledBefore,
        Self::KilledAfter,
    ];

    /// Whether a call that changes nothing is to meet it: the others come to the same there.
    pub fn is_worth_a_read(self, operation: &str) -> bool {
        match self {
            Self::Denied | Self::KilledAfter => true,
            Self::Unanswered => operation == "ReceiveMessage", // what was received is hidden
            _ => false,
        }
    }

    /// AWS's error code, if AWS refuses the call.
    pub fn code(self) -> Option<&'static str> {
        match self {
            Self::Throttled => Some("ThrottlingException"),
            Self::Denied => Some("AccessDenied"),
            Self::Expired => Some("ExpiredToken"),
            Self::Unanswered | Self::KilledBefore | Self::KilledAfter => None,
        }
    }

    /// Whether a later call meets the fault of an earlier one, too.
    pub fn lasts(self, at: &str, call: &str) -> bool {
        match self {
            Self::Denied => at == call,
            Self::Expired => true,
            _ => false,
        }
    }

    /// Whether the call has its effect all the same.
    pub fn has_effect(self) -> bool {
        matches!(self, Self::Unanswered | Self::KilledAfter)
    }

    /// Whether the program is killed.
    pub fn kills(self) -> bool {
        matches!(self, Self::KilledBefore | Self::KilledAfter)
    }
}
