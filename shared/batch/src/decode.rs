//! Messages of records.

use std::slice::IterMut;

use tracing::debug;

use crate::group::{Fate, Member};
use crate::panics::guard_sync;
use crate::{Decode, Failure};

/// Members that can be handed over together, with their messages, and those that are to be settled after them, with the
/// reasons.
pub(crate) struct Run<'m, 'a, M, E> {
    pub members: Vec<&'m mut Member<'a, E>>,
    pub messages: Vec<M>,
    pub bad: Vec<(&'m mut Member<'a, E>, Failure)>,
}

/// Decodes members: all of them, but in order up to the first that cannot be, as what stands before it is to be handled
/// first.
pub(crate) fn run<'m, 'a, D: Decode, E>(
    decoder: &D,
    ordered: bool,
    rest: &mut IterMut<'m, Member<'a, E>>,
) -> Run<'m, 'a, D::Message, E> {
    let mut run = Run {
        members: Vec::new(),
        messages: Vec::new(),
        bad: Vec::new(),
    };
    for member in rest {
        let failure = match guard_sync(|| decoder.decode(member.record)) {
            Ok(Ok(Some(message))) => {
                run.members.push(member);
                run.messages.push(message);
                continue;
            }
            Ok(Ok(None)) => {
                debug!(message_id = member.record.message_id, "ignored");
                member.fate = Fate::Ignored;
                continue;
            }
            Ok(Err(rejection)) => Failure::Permanent(rejection),
            Err(panicked) => Failure::retryable(panicked),
        };
        run.bad.push((member, failure));
        if ordered {
            break;
        }
    }
    run
}
