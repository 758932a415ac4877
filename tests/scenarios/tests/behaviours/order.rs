//! What is heard of partners' points, in any order.

use matching::domain::{KnownBalance, State};
use serde_json::Value;
use support::company::Company;

use crate::Answer::Done;
use crate::{Decision, Turn, deliver};

/// Delivers these messages of points' answers one by one.
async fn answers(company: &Company, messages: &[Value]) {
    for message in messages {
        assert_eq!(deliver(company, "outcomes.fifo", message).await, Done);
    }
}

fn shown(company: &Company, partner: &str) -> Option<KnownBalance> {
    let partner = partner.parse().unwrap();
    company
        .pipeline
        .table
        .stored_partner(&partner)
        .unwrap()
        .known_balance
}

/// Submits a request; gives what came of it at first.
async fn submit(company: &mut Company, request: &str) -> &'static str {
    company.submit(request);
    company.pipeline.work("intake.fifo").await;
    company.story(request)[0]
}

#[tokio::test]
async fn b31_in_whatever_order_the_partner_is_left_as_the_highest_sequence_says() {
    let orders = [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ];
    for order in orders {
        for (top_up, balance, next) in [(0, 99, "request.deferred"), (201, 300, "request.matched")]
        {
            // Credited with 99 (1), refused (2), and credited once more or refused once more (3).
            let mut company = Decision::Short.turn().await.company;
            if top_up > 0 {
                company.buy("top-up", "p", top_up);
            } else {
                assert_eq!(submit(&mut company, "r2").await, "request.matched");
            }
            company.pipeline.work("points.fifo").await;
            let messages = company.pipeline.waiting("outcomes.fifo");
            assert_eq!(messages.len(), 3);
            answers(&company, &order.map(|n| messages[n].clone())).await;
            let expected = KnownBalance {
                balance,
                sequence: 3,
            };
            assert_eq!(shown(&company, "p"), Some(expected), "{order:?}");
            assert_eq!(submit(&mut company, "next").await, next, "{order:?}");
            assert!(company.pipeline.seen().quarantined.is_empty(), "{order:?}");
        }
    }
}

#[tokio::test]
async fn b31_a_credit_too_small_for_the_fee_leaves_it_aside() {
    let mut company = Company::default();
    company.partner("p", 9, 0).await;
    company.request("refused").await;
    for (n, (points, next)) in [(99, "request.deferred"), (1, "request.matched")]
        .into_iter()
        .enumerate()
    {
        company.buy(&format!("b{n}"), "p", points);
        company.pipeline.run().await;
        let request = format!("r{n}");
        assert_eq!(submit(&mut company, &request).await, next, "{points} more");
    }
    assert_eq!(company.open_matches("p"), 1);
}

#[tokio::test]
async fn b31_a_deduction_that_leaves_too_little_sets_it_aside_before_anyone_is_refused() {
    let mut company = Company::default();
    company.partner("p", 9, 199).await;
    company.request("r1").await;
    assert_eq!(company.state("r1"), State::Confirmed("p".parse().unwrap()));
    company.request("r2").await;
    let deferred_to_the_end = ["request.deferred", "request.deferred", "request.unmatched"];
    assert_eq!(company.story("r2")[..3], deferred_to_the_end);
    assert_eq!((company.balance("p"), company.open_matches("p")), (99, 1));
    assert_eq!(company.texts(), 2, "r1's match, r2's end");
    company.is_sound();
}

#[tokio::test]
async fn b31_freeing_and_claiming_the_same_partner_is_one_update() {
    let mut company = Company::default();
    company.partner("p", 1, 0).await; // room for one: claimed before it is freed, there would be none
    company.submit("r");
    company.pipeline.work("intake.fifo").await;
    company.pipeline.work("points.fifo").await; // refused: unknown account
    company.buy("b", "p", 100);
    company.pipeline.work("points.fifo").await;
    let [refused, credited] =
        <[Value; 2]>::try_from(company.pipeline.waiting("outcomes.fifo")).unwrap();
    answers(&company, &[credited]).await;
    let mut turn = Turn::of(company, "outcomes.fifo");
    turn.message = refused;
    assert_eq!(turn.deliver().await, Done);
    assert_eq!(turn.types(), ["request.matched"]);
    let called = turn.called();
    assert_eq!(
        called
            .iter()
            .filter(|call| **call == "matching.commit")
            .count(),
        1
    );
    assert_eq!(turn.company.open_matches("p"), 1);
    assert_eq!(
        turn.company.state("r"),
        State::Pending("p".parse().unwrap())
    );
    assert_eq!(turn.deliver().await, Done);
    assert_eq!(turn.company.open_matches("p"), 1);
}
