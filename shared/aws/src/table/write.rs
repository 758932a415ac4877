//! Writes of a table: single ones, and several in a transaction.

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::builders::{PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure,
    TransactWriteItem, Update,
};

use super::conflict::{WriteError, of_single_write, of_transaction};
use super::{Item, Table};
use crate::AwsFailure;

/// The condition that no item is there yet under the key.
pub const ABSENT: &str = "attribute_not_exists(pk)";

const UPDATE: &str = "dynamodb:UpdateItem";

/// The result of [`Table::update`].
#[derive(Clone, Debug, PartialEq)]
pub enum Updated {
    /// The item was updated; this is what it was before, if that was asked for and it was there.
    Yes(Option<Item>),
    /// The condition failed, and nothing was written; this is what the item is, if it is there.
    ConditionFailed(Option<Item>),
}

impl Table {
    /// A put of this item, for a condition to be added.
    pub fn put_builder(&self, item: Item) -> PutBuilder {
        Put::builder().table_name(&self.name).set_item(Some(item))
    }

    /// A put of this item under the condition that there is none under its key.
    pub fn put_new(&self, item: Item) -> Result<TransactWriteItem, BuildError> {
        let put = self.put_builder(item).condition_expression(ABSENT);
        Ok(TransactWriteItem::builder().put(put.build()?).build())
    }

    /// A check that there is no item under this key.
    pub fn check_absent(&self, key: Item) -> Result<TransactWriteItem, BuildError> {
        let check = ConditionCheck::builder().table_name(&self.name);
        let check = check
            .set_key(Some(key))
            .condition_expression(ABSENT)
            .build()?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// An update of the item under this key, for expressions to be added.
    pub fn update_builder(&self, key: Item) -> UpdateBuilder {
        Update::builder().table_name(&self.name).set_key(Some(key))
    }

    /// A deletion of the item under this key, be it there or not.
    pub fn delete(&self, key: Item) -> Result<TransactWriteItem, BuildError> {
        let delete = Delete::builder().table_name(&self.name);
        let delete = delete.set_key(Some(key)).build()?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Writes all or nothing. One put or update alone needs no transaction, and costs half without.
    pub async fn write(&self, writes: Vec<TransactWriteItem>) -> Result<(), WriteError> {
        match &writes[..] {
            [] => Ok(()),
            [TransactWriteItem { put: Some(put), .. }] => self.put(put.clone()).await,
            [
                TransactWriteItem {
                    update: Some(update),
                    ..
                },
            ] => {
                let sent = self.send_update(update.clone(), None).await;
                let failure = |error| of_single_write(AwsFailure::new(UPDATE, &error));
                sent.map(drop).map_err(failure)
            }
            _ => self.transact(writes).await,
        }
    }

    /// Writes all or nothing, in a transaction. Its token, which the SDK adds, makes a call that is sent again write once.
    async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), WriteError> {
        let request = self.client.transact_write_items();
        let sent = request.set_transact_items(Some(writes)).send().await;
        sent.map(drop).map_err(|error| of_transaction(&error))
    }

    /// Updates one item. Brings it back as it was before, if `returned` asks for that, or as it is, if the condition failed.
    pub async fn update(
        &self,
        mut update: Update,
        returned: Option<ReturnValue>,
    ) -> Result<Updated, AwsFailure> {
        update.return_values_on_condition_check_failure = Some(OnFailure::AllOld);
        let error = match self.send_update(update, returned).await {
            Ok(answer) => return Ok(Updated::Yes(answer.attributes)),
            Err(error) => error,
        };
        match error.as_service_error() {
            Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                Ok(Updated::ConditionFailed(failed.item.clone()))
            }
            _ => Err(AwsFailure::new(UPDATE, &error)),
        }
    }

    async fn put(&self, put: Put) -> Result<(), WriteError> {
        let request = self.client.put_item().table_name(put.table_name);
        let request = request
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values);
        let sent = request.send().await;
        let failure = |error| of_single_write(AwsFailure::new("dynamodb:PutItem", &error));
        sent.map(drop).map_err(failure)
    }

    async fn send_update(
        &self,
        update: Update,
        returned: Option<ReturnValue>,
    ) -> Result<UpdateItemOutput, SdkError<UpdateItemError>> {
        let on_failure = update.return_values_on_condition_check_failure;
        let request = self.client.update_item().table_name(update.table_name);
        let request = request
            .set_key(Some(update.key))
            .update_expression(update.update_expression)
            .set_condition_expression(update.condition_expression)
            .set_expression_attribute_names(update.expression_attribute_names)
            .set_expression_attribute_values(update.expression_attribute_values)
            .set_return_values(returned)
            .set_return_values_on_condition_check_failure(on_failure);
        request.send().await
    }
}
