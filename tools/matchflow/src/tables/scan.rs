//! Reading a whole table, in segments side by side.

use std::cell::RefCell;

use aws_sdk_dynamodb::types::ReturnConsumedCapacity;
use futures_util::future::try_join_all;
use serde::Serialize;
use serde_json::Value;

use super::{Table, json_of};
use crate::failure::Failure;

/// How a table was scanned.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// The items that were read.
    pub items: u64,
    /// The read units that AWS counted; 0 where the engine counts none.
    pub read_units: f64,
}

impl Table {
    /// Reads all items, consistently, and hands them over page by page, with what was read so far; of each item these attributes alone,
    /// by their paths. What is written meanwhile may be among them or not: a scan is no snapshot.
    pub async fn scan(
        &self,
        segments: u16,
        paths: &[&str],
        mut each: impl FnMut(Vec<Value>, &Scan),
    ) -> Result<Scan, Failure> {
        let mut total = Scan::default();
        let each = RefCell::new(|items: Vec<Value>, units: f64| {
            total.items += items.len() as u64;
            total.read_units += units;
            each(items, &total);
        });
        let scans = (0..segments).map(|segment| self.scan_segment(segment, segments, paths, &each));
        try_join_all(scans).await?;
        Ok(total)
    }

    async fn scan_segment(
        &self,
        segment: u16,
        segments: u16,
        paths: &[&str],
        each: &RefCell<impl FnMut(Vec<Value>, f64)>,
    ) -> Result<(), Failure> {
        let projection = Projection::of(paths);
        let mut start = None;
        loop {
            let request = self.client.scan().table_name(&self.name).consistent_read(true);
            let request = request.segment(segment.into()).total_segments(segments.into());
            let request = request.projection_expression(&projection.expression);
            let request = request.set_expression_attribute_names(Some(projection.names.clone()));
            let request = request.return_consumed_capacity(ReturnConsumedCapacity::Total);
            let answer = request.set_exclusive_start_key(start).send().await;
            let answer = answer.map_err(|error| Failure::of_call("dynamodb:Scan", &error))?;
            let units = answer.consumed_capacity.and_then(|capacity| capacity.capacity_units);
            let items = answer.items.unwrap_or_default().into_iter().map(json_of).collect();
            each.borrow_mut()(items, units.unwrap_or_default());
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(());
            }
        }
    }
}

/// The attributes that are asked for. Each has a placeholder, since many names are reserved.
struct Projection {
    expression: String,
    names: std::collections::HashMap<String, String>,
}

impl Projection {
    fn of(paths: &[&str]) -> Self {
        let mut names = std::collections::HashMap::new();
        let placeholders = paths.iter().map(|path| {
            let parts = path.split('.').map(|name| {
                let placeholder = format!("#{name}");
                names.insert(placeholder.clone(), name.to_owned());
                placeholder
            });
            parts.collect::<Vec<_>>().join(".")
        });
        let expression = placeholders.collect::<Vec<_>>().join(", ");
        Self { expression, names }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_a_path_has_a_placeholder() {
        let projection = Projection::of(&["pk", "registered.partnerId"]);
        assert_eq!(projection.expression, "#pk, #registered.#partnerId");
        assert_eq!(
            (projection.names.len(), &*projection.names["#partnerId"]),
            (3, "partnerId")
        );
    }
}
