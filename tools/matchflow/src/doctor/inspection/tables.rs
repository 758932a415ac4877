//! Reads the tables.

use wiring::TableSpec;

use super::Inspection;
use crate::doctor::codes;
use crate::doctor::read::functions::Function;
use crate::doctor::read::tables;
use crate::doctor::rules;

impl Inspection<'_> {
    pub(super) async fn table(&mut self, spec: &TableSpec, function: Option<&Function>) {
        let Some(name) = function.map(|function| function.variable("TABLE_NAME")) else {
            return;
        };
        let dynamodb = &self.dynamodb;
        let what = format!("the table {name} of {}", spec.function.name());
        let read = tables::read(dynamodb, name).await;
        let Some(read) = self.checks.existing(&codes::TABLE_MISSING, &what, read) else {
            return;
        };
        rules::tables::is_as_deployed(&mut self.checks, &self.cx, spec, name, &read);
        if self.cx.is_local {
            return;
        }
        let (recovery, expiry) = tokio::join!(tables::has_recovery(dynamodb, name), tables::expiry(dynamodb, name));
        if let Some(recovery) = self.checks.read(&format!("{what}'s recovery"), recovery) {
            rules::tables::has_recovery(&mut self.checks, &self.cx, name, recovery);
        }
        if let Some(expiry) = self.checks.read(&format!("{what}'s expiry"), expiry) {
            rules::tables::expires(&mut self.checks, &self.cx, spec, name, expiry.as_deref());
        }
    }
}
