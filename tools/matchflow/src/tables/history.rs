//! An account's history: the ledger's index `History`.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;

use super::{Table, json_of};
use crate::failure::Failure;

/// Which decisions of an account's history are read.
#[derive(Clone, Copy, Debug)]
pub enum Entries {
    /// All of these sequences, the oldest first.
    Between(u64, u64),
    /// So many up to this sequence, the newest first.
    Newest(u16, u64),
}

impl Table {
    /// The decisions on a partner's account, as the index has them (`pk`, `sequence`, `balance`, `transfer`, `refusal`, `decidedAt`). No index
    /// is consistent: the newest may be missing for a moment.
    pub async fn history(&self, partner: &str, entries: Entries) -> Result<Vec<Value>, Failure> {
        let ((first, last), limit) = match entries {
            Entries::Between(first, last) => ((first, last), None),
            Entries::Newest(count, last) => ((1, last), Some(count)),
        };
        if first > last {
            return Ok(Vec::new()); // DynamoDB refuses such bounds
        }
        let number = |number: u64| AttributeValue::N(number.to_string());
        let request = self.client.query().table_name(&self.name).index_name("History");
        let request = request
            .key_condition_expression("partner = :partner AND #sequence BETWEEN :first AND :last")
            .expression_attribute_names("#sequence", "sequence")
            .expression_attribute_values(":partner", AttributeValue::S(partner.to_owned()))
            .expression_attribute_values(":first", number(first))
            .expression_attribute_values(":last", number(last))
            .scan_index_forward(limit.is_none())
            .set_limit(limit.map(i32::from));
        let mut pages = request.into_paginator().send();
        let mut found = Vec::new();
        let wanted = limit.map_or(usize::MAX, usize::from);
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Failure::of_call("dynamodb:Query", &error))?;
            found.extend(page.items.unwrap_or_default().into_iter().map(json_of));
            if found.len() >= wanted {
                found.truncate(wanted);
                break;
            }
        }
        Ok(found)
    }
}
