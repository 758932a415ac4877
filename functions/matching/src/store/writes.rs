//! Conditional writes: one alone, or several in a transaction.

use aws::AwsFailure;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{Put, Update};
use contract::PartnerId;

use super::expressions::Write;
use super::{CommitError, DynamoDb, failures};

impl DynamoDb {
    /// Writes all or nothing; the first writes are on the items of these partners. One write needs no transaction,
    /// and costs half without.
    pub(super) async fn write(
        &self,
        mut writes: Vec<Write>,
        partners: &[&PartnerId],
    ) -> Result<(), CommitError> {
        if writes.len() > 1 {
            return self.transact(writes, partners).await;
        }
        let partner = partners.first().copied();
        match writes.pop() {
            Some(Write { put: Some(put), .. }) => self.put(put).await,
            Some(Write {
                update: Some(update),
                ..
            }) => self.update(update).await,
            _ => Ok(()),
        }
        .map_err(|failure| failures::single(failure, partner))
    }

    async fn transact(
        &self,
        writes: Vec<Write>,
        partners: &[&PartnerId],
    ) -> Result<(), CommitError> {
        let sent = self
            .client
            .transact_write_items()
            .set_transact_items(Some(writes))
            .send()
            .await;
        let Err(error) = sent else { return Ok(()) };
        let reasons = match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(refusal)) => {
                refusal.cancellation_reasons()
            }
            _ => &[],
        };
        let failure = AwsFailure::new("dynamodb:TransactWriteItems", &error);
        Err(failures::cancelled(failure, reasons, partners))
    }

    async fn put(&self, put: Put) -> Result<(), AwsFailure> {
        let request = self.client.put_item().table_name(put.table_name);
        let sent = request
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values)
            .send()
            .await;
        sent.map(drop)
            .map_err(|error| AwsFailure::new("dynamodb:PutItem", &error))
    }

    async fn update(&self, update: Update) -> Result<(), AwsFailure> {
        let request = self.client.update_item().table_name(&update.table_name);
        let sent = request
            .set_key(Some(update.key))
            .update_expression(update.update_expression)
            .set_condition_expression(update.condition_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values)
            .send()
            .await;
        sent.map(drop)
            .map_err(|error| AwsFailure::new("dynamodb:UpdateItem", &error))
    }
}
