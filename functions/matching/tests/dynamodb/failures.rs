//! What a write that fails tells.

use matching::domain::{KnownBalance, PartnerChange};
use matching::store::{CommitError, Store};
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
        assert_eq!(told(&error), expected, "{codes:?}");
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
        let error = store.commit(&only(change)).await.unwrap_err();
        assert_eq!(told(&error), expected, "{code}");
    }
    let (_, store) = store([on("TransactWriteItems").connection_error()]);
    let error = store.commit(&rematch()).await.unwrap_err();
    assert_eq!(told(&error), "unavailable");
}

fn told(error: &CommitError) -> String {
    match error {
        CommitError::Changed => "changed".to_owned(),
        CommitError::Unavailable(_) => "unavailable".to_owned(),
        CommitError::Contended(partners) => {
            let names = partners.iter().map(|id| format!(" {id}"));
            format!("contended{}", names.collect::<String>())
        }
    }
}
