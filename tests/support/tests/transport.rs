//! What each fault does to a call, and to a transaction.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::cell::Cell;

use futures_util::FutureExt;
use support::fakes::Fault;
use support::fakes::PlannedFaults;

/// How often it is done, and whether and how it is answered: with how often it was done by then, or a fault.
fn calls(fault: Fault, transaction: bool) -> (usize, Option<Result<usize, Fault>>) {
    let (faults, done) = (PlannedFaults::default(), Cell::new(0));
    faults.fail_next("call", fault);
    let transport = faults.transport();
    let act = || {
        done.set(done.get() + 1);
        done.get()
    };
    let call = async {
        if !transaction {
            return transport.call("call", act).await;
        }
        let once = async || if act() == 1 { Ok(()) } else { Err(()) };
        let answer = transport.transact("call", once).await?;
        Ok(answer.map(|()| done.get()).unwrap())
    };
    let mut call = Box::pin(faults.run(call));
    for _ in 0..10 {
        if let Some(answer) = (&mut call).now_or_never() {
            return (done.get(), answer);
        }
    }
    (done.get(), None)
}

#[test]
fn a_fault_is_before_or_after_the_effect() {
    for (fault, done, answer) in [
        (Fault::Refused, 0, Some(Err(Fault::Refused))),
        (Fault::Contended, 0, Some(Err(Fault::Contended))),
        (Fault::TimedOutAfter, 1, Some(Err(Fault::TimedOutAfter))),
        (Fault::KilledBefore, 0, None),
        (Fault::KilledAfter, 1, None),
        (Fault::Hangs, 0, None),
    ] {
        assert_eq!(calls(fault, false), (done, answer), "{fault:?}");
        assert_eq!(calls(fault, true), (done, answer), "{fault:?}");
    }
}

#[test]
fn sent_again_a_call_is_done_twice_and_a_transaction_once() {
    assert_eq!(calls(Fault::Repeated, false), (2, Some(Ok(2))));
    assert_eq!(calls(Fault::Repeated, true), (1, Some(Ok(1))));
}

#[test]
fn a_panic_is_before_the_effect_and_known_for_a_planned_one() {
    let panic = std::panic::catch_unwind(|| calls(Fault::Panics, false)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&Fault::Panics));
}
