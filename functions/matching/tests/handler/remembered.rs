//! Matches by what a process remembers: what they cost, and that rows out of date do no harm.

use std::time::Duration;

use builders::events::decode;
use contract::EventType::{RequestDeferred, RequestMatched, RequestUnmatched};
use contract::{EventType, Received};
use matching::domain::State;
use support::fakes::Fault;

use crate::events::{closed, credited, deducted, registered, rejected, submitted, submitted_for, types};
use crate::{Harness, NOW};

const READ: &str = "matching.partner";
const DRAWN: &str = "matching.partners";
const WRITE: &str = "matching.commit";

impl Harness {
    /// With one partner, which a request that was matched to it has made known to the process.
    async fn knowing(partner: Received) -> Self {
        let harness = Self::with([partner]).await;
        assert_eq!(harness.types(&submitted("r-0")).await, [RequestMatched]);
        harness
    }

    /// Handles a message, and returns what is published with the calls that it took.
    async fn calls_of(&self, message: &Received) -> (Vec<EventType>, Vec<&'static str>) {
        let before = self.faults.calls();
        let published = self.types(message).await;
        (published, self.faults.called().split_off(before))
    }
}

#[tokio::test]
async fn a_match_takes_a_write_and_its_confirmation_a_read_and_a_write() {
    let harness = Harness::with([registered("p-1", 1, 9, 10, true)]).await;
    let (_, mut calls) = harness.calls_of(&submitted("r-1")).await;
    calls.sort_unstable();
    assert_eq!(calls, ["matching.candidates", WRITE, DRAWN, "matching.request"]);
    assert_eq!(
        harness.calls_of(&submitted("r-2")).await,
        (vec![RequestMatched], vec![WRITE])
    );
    harness.assert_state("r-2", 1, State::Pending, "p-1");
    let confirmed = harness.calls_of(&deducted("r-2", 1, "p-1", 90, 2)).await;
    assert_eq!(confirmed, (vec![], vec![READ, WRITE]));
    harness.assert_state("r-2", 1, State::Confirmed, "p-1");
    assert_eq!(harness.request("r-2").saved_publication, None);
    assert_eq!(harness.open_matches(["p-1"]), [2]);
}

#[tokio::test]
async fn each_partner_is_read_once_and_again_after_a_write_that_failed() {
    let harness = Harness::with((1..4).map(|n| registered(&format!("p-{n}"), 1, 9, 10, true))).await;
    for (requests, read) in [(1..12, 3), (12..24, 4)] {
        for n in requests {
            harness.handle(&submitted(&format!("r-{n}"))).await;
        }
        assert_eq!(harness.table.partners_read(), read);
        harness.faults.fail_next(WRITE, Fault::Refused);
        assert!(harness.handle_once(&submitted("r-0")).await.is_err());
    }
}

#[tokio::test]
async fn a_partner_that_changed_meanwhile_is_matched_only_as_it_is_now() {
    let deactivated = registered("p-1", 2, 9, 10, false);
    let without_capacity = registered("p-1", 2, 1, 10, true);
    let dearer = registered("p-1", 2, 9, 11, true);
    let poor = credited("p-1", 9, 1);
    for (change, expected) in [
        (&deactivated, RequestUnmatched),
        (&without_capacity, RequestDeferred),
        (&dearer, RequestMatched),
        (&poor, RequestDeferred),
    ] {
        let harness = Harness::knowing(registered("p-1", 1, 9, 10, true)).await;
        harness.other_process().handle(change).await;
        let before = harness.faults.calls();
        let published = harness.handle(&submitted("r-1")).await;
        assert_eq!(types(&published), [expected], "{change:?}");
        let called = harness.faults.called().split_off(before);
        let writes = called.iter().filter(|call| **call == WRITE).count();
        assert_eq!((called[0], writes), (WRITE, 2), "{change:?}: one write in vain");
        if expected == RequestMatched {
            assert!(
                published[0].body.contains(r#""fee":{"points":11}"#),
                "{}",
                published[0].body
            );
        }
        let open = 1 + u32::from(expected == RequestMatched);
        assert_eq!(harness.open_matches(["p-1"]), [open]);
        let again = harness.calls_of(&submitted("r-2")).await.1;
        assert_eq!(
            again.iter().filter(|call| **call == WRITE).count(),
            1,
            "{change:?}: not in vain again"
        );
    }
}

#[tokio::test]
async fn no_request_is_deferred_or_unmatched_by_what_is_remembered() {
    let full = registered("p-1", 1, 1, 10, true);
    let harness = Harness::knowing(full.clone()).await;
    let free_again = registered("p-1", 2, 2, 10, true);
    harness.other_process().handle(&free_again).await; // remembered as full
    assert_eq!(harness.types(&submitted("r-1")).await, [RequestMatched]);

    let harness = Harness::knowing(full).await;
    harness.other_process().handle(&registered("p-2", 1, 1, 10, true)).await; // not remembered as a candidate
    assert_eq!(harness.types(&submitted("r-1")).await, [RequestMatched]);
    harness.assert_state("r-1", 1, State::Pending, "p-2");
    assert_eq!(harness.types(&submitted("r-2")).await, [RequestDeferred]);
}

#[tokio::test]
async fn what_was_read_is_remembered_for_ten_seconds() {
    let harness = Harness::knowing(registered("p-1", 1, 9, 10, true)).await;
    let before = harness.faults.calls();
    let almost = NOW + Duration::from_millis(9_999);
    harness.handle_at(&submitted("r-1"), almost).await.unwrap();
    assert_eq!(harness.faults.called().split_off(before), [WRITE]);
    for later in [Duration::from_secs(10), Duration::from_secs(5)] {
        let before = harness.faults.calls(); // the second time the clock was set back
        let request = format!("r-{}", later.as_secs());
        harness.handle_at(&submitted(&request), NOW + later).await.unwrap();
        let called = harness.faults.called().split_off(before);
        assert!(called.contains(&"matching.candidates"), "{later:?}: {called:?}");
        assert!(called.contains(&DRAWN), "{later:?}: {called:?}");
    }
}

#[tokio::test]
async fn a_repeat_is_told_by_the_failed_write() {
    let harness = Harness::knowing(registered("p-1", 1, 9, 10, true)).await;
    let published = harness.handle(&submitted("r-1")).await;
    assert_eq!(harness.handle(&submitted("r-1")).await, published);
    assert_eq!(
        harness.rejection(&submitted_for("r-1", "moving")).await,
        "identity_conflict"
    );
    harness.handle(&deducted("r-1", 1, "p-1", 90, 2)).await;
    assert_eq!(harness.handle(&submitted("r-1")).await, []);
    assert_eq!(harness.open_matches(["p-1"]), [2]);
}

#[tokio::test]
async fn an_expired_request_in_the_way_of_the_write_is_replaced() {
    let harness = Harness::knowing(registered("p-1", 1, 9, 10, true)).await;
    let mut expired = harness.request("r-0");
    expired.request_id = "r-1".parse().unwrap();
    expired.stage.state = State::Unmatched;
    expired.expires_at = Some(0);
    harness.table.put_request(expired);
    assert_eq!(harness.types(&submitted("r-1")).await, [RequestMatched]);
    harness.assert_state("r-1", 1, State::Pending, "p-1");
    assert_eq!(harness.request("r-1").expires_at, None);
}

#[tokio::test]
async fn waiting_and_refused_requests_are_matched_by_what_is_remembered() {
    let harness = Harness::with([registered("p-1", 1, 1, 10, true)]).await;
    harness.handle(&submitted("r-1")).await;
    let waiting = harness.handle(&submitted("r-2")).await;
    harness.handle(&registered("p-2", 1, 9, 10, true)).await;
    harness.handle(&submitted("r-3")).await;
    let (published, calls) = harness.calls_of(&decode(&waiting[0].body)).await;
    assert_eq!(
        (published, calls),
        (vec![RequestMatched], vec!["matching.request", WRITE])
    );
    harness.assert_state("r-2", 2, State::Pending, "p-2");
    let (published, mut calls) = harness.calls_of(&rejected("r-1", 1, "p-1", 5, 2)).await;
    calls.sort_unstable();
    assert_eq!(
        (published, calls),
        (vec![RequestMatched], vec![WRITE, READ, "matching.request"])
    );
    harness.assert_state("r-1", 2, State::Pending, "p-2");
    assert_eq!(harness.open_matches(["p-1", "p-2"]), [0, 3]);
}

/// Each process notes its own claims, so that it spreads its own share evenly, whatever it knows of the others.
#[tokio::test]
async fn processes_that_do_not_see_each_others_claims_spread_matches_evenly() {
    let (partners, processes, rounds) = (10, 4, 100);
    let first = Harness::with((0..partners).map(|n| registered(&format!("p-{n}"), 1, 100, 10, true))).await;
    let processes: Vec<_> = (0..processes).map(|_| first.other_process()).collect();
    for request in 0..rounds {
        for (n, process) in processes.iter().enumerate() {
            assert_eq!(
                process.types(&submitted(&format!("r-{request}-{n}"))).await,
                [RequestMatched]
            );
        }
    }
    let open: Vec<_> = first
        .table
        .stored_partners()
        .iter()
        .map(|partner| partner.open_matches)
        .collect();
    let mean = u32::try_from(rounds * processes.len()).unwrap() / partners;
    assert!(open.iter().all(|open| open.abs_diff(mean) <= mean / 5), "{open:?}");
}

/// A close that came before the charge, a second charge and an unknown match meet the confirmation's condition.
#[tokio::test]
async fn a_charge_that_finds_no_pending_match_is_decided_by_what_is_read() {
    let harness = Harness::knowing(registered("p-1", 1, 9, 10, true)).await;
    harness.handle(&closed("r-0", 1)).await;
    let (_, calls) = harness.calls_of(&deducted("r-0", 1, "p-1", 90, 2)).await;
    assert_eq!(calls[..2], [READ, WRITE]);
    assert_eq!(calls.iter().filter(|call| **call == WRITE).count(), 2);
    harness.assert_state("r-0", 1, State::Closed, "p-1");
    assert_eq!(harness.open_matches(["p-1"]), [0]);
}
