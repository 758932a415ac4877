//! The errors of failed writes.

use aws::WriteError;
use matching::domain::{KnownBalance, PartnerChange};
use matching::store::{CommitError, Store};
use recorded::on;

use crate::{cancelled, no_change, partner_transition, rematch, store};

#[tokio::test]
async fn the_reasons_of_a_cancelled_transaction_belong_to_its_items_in_order() {
    let cases: [(&[&str], &str); 8] = [
        (&["None", "None", "ConditionalCheckFailed"], "changed"),
        (&["ConditionalCheckFailed", "None", "None"], "changed"),
        (&["TransactionConflict", "None", "ConditionalCheckFailed"], "changed"),
        (&["None", "TransactionConflict", "None"], "contended p-2"),
        (
            &["TransactionConflict", "TransactionConflict", "None"],
            "contended p-1 p-2",
        ),
        (&["None", "None", "TransactionConflict"], "contended"),
        (&["ThrottlingError", "TransactionConflict", "None"], "unavailable"),
        // Throttling beside a failed condition is throttling: to decide again at once would add to it.
        (&["ConditionalCheckFailed", "ThrottlingError", "None"], "unavailable"),
    ];
    for (codes, expected) in cases {
        let (_, store) = store([cancelled(codes)]);
        let error = store.commit(&rematch()).await.unwrap_err();
        assert_eq!(reason(&error), expected, "{codes:?}");
    }
}

#[tokio::test]
async fn the_code_of_a_single_failed_write_tells_the_reason() {
    for (code, expected) in [
        ("ConditionalCheckFailedException", "changed"),
        ("TransactionConflictException", "contended p-1"),
        ("ThrottlingException", "unavailable"),
        ("AccessDeniedException", "unavailable"),
        ("ResourceNotFoundException", "unavailable"),
    ] {
        let (_, store) = store([on("UpdateItem").refuses(400, code)]);
        let balance = Some(KnownBalance {
            balance: 1,
            sequence: 1,
        });
        let change = PartnerChange {
            balance,
            ..no_change("p-1")
        };
        let transition = partner_transition(change);
        let error = store.commit(&transition).await.unwrap_err();
        assert_eq!(reason(&error), expected, "{code}");
    }
    let (_, store) = store([on("TransactWriteItems").connection_error()]);
    let error = store.commit(&rematch()).await.unwrap_err();
    assert_eq!(reason(&error), "unavailable");
}

/// The error of a write as text.
fn reason(error: &CommitError) -> String {
    let WriteError::Conflict(conflict) = &error.error else {
        return "unavailable".to_owned();
    };
    if conflict.contended.is_empty() {
        return "changed".to_owned();
    }
    let names = error.contended.iter().map(|partner| format!(" {partner}"));
    format!("contended{}", names.collect::<String>())
}
