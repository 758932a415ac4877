//! Keys, items and conditional writes, in `DynamoDB`'s expressions.

use std::collections::HashMap;

use aws::{ABSENT, Item, Table, Write, key};
use aws_sdk_dynamodb::types::AttributeValue;
use batch::BoxError;
use contract::{Category, PartnerId, Region, RequestId};
use serde_dynamo::aws_sdk_dynamodb_1::{to_attribute_value, to_item};

use crate::domain::{PartnerChange, Registration, Request, RequestChange, Stage, State, Transition};

pub(super) fn request_key(id: &RequestId) -> Item {
    key(format!("request#{id}"), "request")
}

pub(super) fn partner_key(id: &PartnerId) -> Item {
    key(format!("partner#{id}"), "partner")
}

/// The partition of the candidate rows for a category and region.
pub(super) fn candidates(category: &Category, region: &Region) -> String {
    format!("candidates#{category}#{region}")
}

/// The partner of a candidate row.
pub(super) fn candidate(mut row: Item) -> Result<PartnerId, BoxError> {
    match row.remove("sk") {
        Some(AttributeValue::S(id)) => Ok(PartnerId::try_from(id)?),
        _ => Err("a candidate row without a partner's id".into()),
    }
}

/// The writes of a transition: its partners in their order, then its request.
pub(super) fn commit(table: &Table, transition: &Transition) -> Result<Vec<Write>, BoxError> {
    let partners = transition.partners.iter();
    let partners = partners.map(|change| update_partner(table, change));
    let request = transition.request.iter();
    let request = request.map(|change| match change {
        RequestChange::Put { before, after } => put_request(table, before.as_ref(), after),
        RequestChange::Confirm {
            request_id,
            attempt,
            partner,
        } => confirm_request(table, request_id, *attempt, partner),
    });
    partners.chain(request).collect()
}

/// A put of the request as a whole, under the condition that its attempt and state are those that were read.
fn put_request(table: &Table, before: Option<&Stage>, after: &Request) -> Result<Write, BoxError> {
    let mut item: Item = to_item(after)?;
    item.extend(request_key(&after.request_id));
    let Some(stage) = before else {
        // guard: request-is-new
        return Ok(Write::Put(table.put_new(item)));
    };
    let stage: Item = to_item(stage)?;
    // guard: request-is-unchanged
    let condition = "#attempt = :attempt AND #state = :state";
    let put = table
        .put(item)
        .condition_expression(condition)
        .set_expression_attribute_names(names(condition))
        .expression_attribute_values(":attempt", stage["attempt"].clone())
        .expression_attribute_values(":state", stage["state"].clone());
    Ok(Write::Put(put))
}

/// An update of the request's state alone, under the condition that this match is the current one and pending.
fn confirm_request(table: &Table, id: &RequestId, attempt: u32, partner: &PartnerId) -> Result<Write, BoxError> {
    let stage = |state| to_item(Stage { attempt, state });
    let mut pending: Item = stage(State::Pending(partner.clone()))?;
    let mut confirmed: Item = stage(State::Confirmed(partner.clone()))?;
    let mut values = HashMap::new();
    for name in ["attempt", "state", "partner"] {
        values.extend(pending.remove(name).map(|value| (format!(":{name}"), value)));
    }
    values.extend(confirmed.remove("state").map(|value| (":confirmed".to_owned(), value)));
    // guard: confirmed-match-is-pending
    let condition = "#attempt = :attempt AND #state = :state AND #partner = :partner";
    let expression = "SET #state = :confirmed REMOVE #saved";
    Ok(update(table, request_key(id), expression, condition, values))
}

/// An update of a partner's open matches and known balance, under conditions on what they are at the moment of writing.
fn update_partner(table: &Table, change: &PartnerChange) -> Result<Write, BoxError> {
    let mut sets = Vec::new();
    let mut conditions = Vec::new();
    let mut values = HashMap::new();
    if change.frees || change.claims.is_some() {
        sets.push("#openMatches = #openMatches + :difference");
        let difference = i32::from(change.claims.is_some()) - i32::from(change.frees);
        values.insert(":difference".to_owned(), to_attribute_value(difference)?);
    }
    if change.frees {
        conditions.push("#openMatches >= :one");
        values.insert(":one".to_owned(), to_attribute_value(1)?);
    }
    if let Some(version) = &change.claims {
        // guard: registration-is-unchanged
        conditions.push("#registered.#version = :version");
        values.insert(":version".to_owned(), to_attribute_value(version)?);
        // A match that ends in the same update makes room for the one that begins.
        conditions.push(if change.frees {
            "#openMatches <= #registered.#capacity"
        } else {
            // guard: capacity-is-free
            "#openMatches < #registered.#capacity"
        });
        // A balance that becomes known in the same update was checked against the fee of this very version.
        // guard: balance-still-covers-fee
        if change.balance.is_none() {
            conditions.push("(attribute_not_exists(#shown) OR #shown.#balance >= #registered.#fee.#points)");
        }
    }
    if let Some(shown) = &change.balance {
        sets.push("#shown = :shown");
        conditions.push("(attribute_not_exists(#shown) OR #shown.#sequence < :sequence)");
        values.insert(":shown".to_owned(), to_attribute_value(shown)?);
        values.insert(":sequence".to_owned(), to_attribute_value(shown.sequence)?);
    }
    conditions.push("attribute_exists(pk)");
    Ok(update(
        table,
        partner_key(&change.partner),
        &format!("SET {}", sets.join(", ")),
        &conditions.join(" AND "),
        values,
    ))
}

/// The writes of a registration: the partner's item, then its candidate rows.
pub(super) fn register(table: &Table, registration: &Registration) -> Result<Vec<Write>, BoxError> {
    let id = &registration.after.partner_id;
    let mut values = HashMap::from([
        (":registered".to_owned(), to_attribute_value(&registration.after)?),
        (":none".to_owned(), to_attribute_value(0)?),
    ]);
    let condition = match &registration.before {
        // guard: partner-is-new
        None => ABSENT,
        Some(version) => {
            values.insert(":version".to_owned(), to_attribute_value(version)?);
            "#registered.#version = :version"
        }
    };
    let sets = "SET #registered = :registered, #openMatches = if_not_exists(#openMatches, :none)";
    let mut writes = vec![update(table, partner_key(id), sets, condition, values)];
    for (category, region) in &registration.listed {
        writes.push(Write::Put(table.put(row(category, region, id))));
    }
    for (category, region) in &registration.unlisted {
        writes.push(Write::Delete(table.delete(row(category, region, id))));
    }
    Ok(writes)
}

fn row(category: &Category, region: &Region, id: &PartnerId) -> Item {
    key(candidates(category, region), id.to_string())
}

fn update(table: &Table, key: Item, expression: &str, condition: &str, values: Item) -> Write {
    let update = table
        .update(key)
        .set_expression_attribute_names(names(&format!("{expression} {condition}")))
        .set_expression_attribute_values(Some(values))
        .update_expression(expression)
        .condition_expression(condition);
    Write::Update(update)
}

/// The names behind an expression's placeholders. All names are written as placeholders, each for itself, since
/// several (`state`, `capacity`, `sequence`) are reserved words.
fn names(expression: &str) -> Option<HashMap<String, String>> {
    let placeholders = expression.split(|c: char| c != '#' && !c.is_ascii_alphabetic());
    let names = placeholders.filter_map(|placeholder| {
        let name = placeholder.strip_prefix('#')?;
        Some((placeholder.to_owned(), name.to_owned()))
    });
    let names: HashMap<_, _> = names.collect();
    (!names.is_empty()).then_some(names)
}
