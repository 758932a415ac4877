//! What a write that fails tells.

use aws::WriteError;
use matching::domain::{KnownBalance, PartnerChange, Transition};
use matching::store::Store;
use recorded::on;

use crate::{cancelled, nothing, only, rematch, store};

#[tokio::test]
async fn a_cancelled_transaction_tells_why_by_the_order_of_its_items() {
    let cases: [(&[&str], &str); 7] = [
        (&["None", "None", "ConditionalCheckFailed"], "changed"),
        (&["ConditionalCheckFailed", "None", "None"], "changed"),
        (
            &["TransactionConflict", "None", "ConditionalCheckFailed"],
            "changed",
        ),
        (&["None", "TransactionConflict", "None"], "contended p-2"),
        (
            &["TransactionConflict", "TransactionConflict", "None"],
            "contended p-1 p-2",
        ),
        (&["None", "None", "TransactionConflict"], "contended"),
        (
            &["ThrottlingError", "TransactionConflict", "None"],
            "unavailable",
        ),
    ];
    for (codes, expected) in cases {
        let (_, store) = store([cancelled(codes)]);
        let error = store.commit(&rematch()).await.unwrap_err();
        assert_eq!(told(&error, &rematch()), expected, "{codes:?}");
    }
}

#[tokio::test]
async fn a_single_write_that_fails_tells_why() {
    for (code, expected) in [
        ("ConditionalCheckFailedException", "changed"),
        ("TransactionConflictException", "contended p-1"),
        ("ThrottlingException", "unavailable"),
        ("AccessDeniedException", "unavailable"),
        ("ResourceNotFoundException", "unavailable"),
    ] {
        let (_, store) = store([on("UpdateItem").refuses(400, code)]);
        let shows = Some(KnownBalance {
            balance: 1,
            sequence: 1,
        });
        let change = PartnerChange {
            balance: shows,
            ..nothing("p-1")
        };
        let transition = only(change);
        let error = store.commit(&transition).await.unwrap_err();
        assert_eq!(told(&error, &transition), expected, "{code}");
    }
    let (_, store) = store([on("TransactWriteItems").connection_error()]);
    let error = store.commit(&rematch()).await.unwrap_err();
    assert_eq!(told(&error, &rematch()), "unavailable");
}

/// What the failure of this write tells.
fn told(error: &WriteError, transition: &Transition) -> String {
    let WriteError::Conflict(conflict) = error else {
        return "unavailable".to_owned();
    };
    if conflict.contended.is_empty() {
        return "changed".to_owned();
    }
    let contended = conflict.contended.iter();
    let partners = contended.filter_map(|position| transition.partners.get(*position));
    let names = partners.map(|change| format!(" {}", change.partner));
    format!("contended{}", names.collect::<String>())
}
