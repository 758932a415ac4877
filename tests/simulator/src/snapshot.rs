//! The functions' tables as JSON, since the checker must not know the product's types.

use contract::Publication;
use serde::Deserialize;
use serde_json::{Value, json};

use super::functions::Tables;

/// The items of the tables that the checker reads.
pub fn snapshot(tables: &Tables) -> Value {
    let ledger = tables.ledger.items();
    let accounts = ledger
        .accounts
        .iter()
        .map(|(partner, account)| json!({ "partner": partner, "account": account }));
    let notifications = tables.notifications.items();
    let notifications = notifications
        .iter()
        .map(|(request, item)| json!({ "requestId": request, "attempt": item.attempt, "outcomes": item.outcomes }));
    let mut tables = json!({
        "requests": tables.matching.stored_requests(),
        "partners": tables.matching.stored_partners(),
        "decisions": ledger.decisions.values().collect::<Vec<_>>(),
        "accounts": accounts.collect::<Vec<_>>(),
        "notifications": notifications.collect::<Vec<_>>(),
    });
    read_publications(&mut tables);
    tables
}

/// Puts the text of each stored event in place of its compressed form.
fn read_publications(value: &mut Value) {
    if let Ok(publication) = Publication::deserialize(&*value) {
        *value = json!({ "id": publication.id, "group": publication.group, "body": publication.body });
        return;
    }
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(read_publications),
        Value::Object(members) => members.values_mut().for_each(read_publications),
        _ => {}
    }
}
