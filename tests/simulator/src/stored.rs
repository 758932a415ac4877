//! What is in the tables, as JSON: the checker is to know nothing of the product's types.

use serde_json::{Value, json};

use super::functions::Tables;

/// All that is stored.
pub fn stored(tables: &Tables) -> Value {
    let items = tables.ledger.items();
    let entries = items.entries.iter().map(|((partner, sequence), entry)| {
        json!({
            "partner": partner, "sequence": sequence, "change": entry.change, "balance": entry.balance,
            "order": entry.order,
        })
    });
    let accounts = items.accounts.iter();
    let accounts =
        accounts.map(|(partner, account)| json!({ "partner": partner, "account": account }));
    let stories = tables.stories.items().into_iter();
    let stories = stories.map(|(request, story)| {
        json!({ "requestId": request, "attempt": story.attempt, "told": story.outcomes })
    });
    json!({
        "requests": tables.matching.stored_requests(),
        "partners": tables.matching.stored_partners(),
        "decisions": items.decisions.values().collect::<Vec<_>>(),
        "entries": entries.collect::<Vec<_>>(),
        "accounts": accounts.collect::<Vec<_>>(),
        "stories": stories.collect::<Vec<_>>(),
    })
}
