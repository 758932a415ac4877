//! Writes of a table: single ones, and several in a transaction.

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::{UpdateItemError, UpdateItemOutput};
use aws_sdk_dynamodb::types::builders::{ConditionCheckBuilder, DeleteBuilder, PutBuilder, UpdateBuilder};
use aws_sdk_dynamodb::types::{
    ConditionCheck, Delete, Put, ReturnValue, ReturnValuesOnConditionCheckFailure as OnFailure, TransactWriteItem,
    Update,
};

use super::conflict::{WriteError, of_single_write, of_transaction};
use super::{Item, Table};
use crate::AwsFailure;

/// The condition that no item is there yet under the key.
pub const ABSENT: &str = "attribute_not_exists(pk)";

const UPDATE: &str = "dynamodb:UpdateItem";

/// One write of [`Table::write`], to which its store has added expressions.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "each is named as its contents")]
pub enum Write {
    Put(PutBuilder),
    Update(UpdateBuilder),
    Delete(DeleteBuilder),
    Check(ConditionCheckBuilder),
}

/// The result of an update that is sent by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Updated {
    /// The item was updated; this is what it was before, if that was asked for and it was there.
    Yes(Option<Item>),
    /// The condition failed, and nothing was written; this is what the item is, if it is there.
    ConditionFailed(Option<Item>),
}

impl Table {
    /// A put of this item.
    pub fn put(&self, item: Item) -> PutBuilder {
        Put::builder().table_name(&self.name).set_item(Some(item))
    }

    /// A put of this item under the condition that there is none under its key.
    pub fn put_new(&self, item: Item) -> PutBuilder {
        self.put(item).condition_expression(ABSENT)
    }

    /// An update of the item under this key.
    pub fn update(&self, key: Item) -> UpdateBuilder {
        Update::builder().table_name(&self.name).set_key(Some(key))
    }

    /// A deletion of the item under this key, be it there or not.
    pub fn delete(&self, key: Item) -> DeleteBuilder {
        Delete::builder().table_name(&self.name).set_key(Some(key))
    }

    /// A check that there is no item under this key.
    pub fn check_absent(&self, key: Item) -> ConditionCheckBuilder {
        let check = ConditionCheck::builder().table_name(&self.name);
        check.set_key(Some(key)).condition_expression(ABSENT)
    }

    /// Writes all or nothing. One put or update alone needs no transaction, and costs half without. Nor has it a token: if the
    /// SDK sends it again after a lost answer, the condition meets what the first call wrote, which is reported as a conflict.
    pub async fn write(&self, writes: Vec<Write>) -> Result<(), WriteError> {
        let writes = match <[Write; 1]>::try_from(writes) {
            Ok([Write::Put(put)]) => return self.put_alone(put.build()?).await,
            Ok([Write::Update(update)]) => return self.update_alone(update.build()?).await,
            Ok([other]) => vec![other],
            Err(writes) if writes.is_empty() => return Ok(()),
            Err(writes) => writes,
        };
        let items = writes.into_iter().map(transaction_item);
        self.transact(items.collect::<Result<_, _>>()?).await
    }

    /// Updates one item. Returns it as it is, if the condition failed.
    pub async fn send_update(&self, update: UpdateBuilder) -> Result<Updated, AwsFailure> {
        self.send_and_return(update, None).await
    }

    /// Updates one item. Returns it as it was before, or as it is, if the condition failed.
    pub async fn send_update_returning_old(&self, update: UpdateBuilder) -> Result<Updated, AwsFailure> {
        let returned = Some(ReturnValue::AllOld);
        self.send_and_return(update, returned).await
    }

    async fn send_and_return(
        &self,
        update: UpdateBuilder,
        returned: Option<ReturnValue>,
    ) -> Result<Updated, AwsFailure> {
        let update = update.return_values_on_condition_check_failure(OnFailure::AllOld);
        let update = update.build();
        let update = update.map_err(|error| AwsFailure::unbuilt(UPDATE, &error))?;
        let error = match self.call_update(update, returned).await {
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

    /// Writes all or nothing, in a transaction. Its token, which the SDK adds, makes a call that is sent again write once.
    async fn transact(&self, items: Vec<TransactWriteItem>) -> Result<(), WriteError> {
        let request = self.client.transact_write_items();
        let sent = request.set_transact_items(Some(items)).send().await;
        sent.map(drop).map_err(of_transaction)
    }

    async fn put_alone(&self, put: Put) -> Result<(), WriteError> {
        let request = self.client.put_item().table_name(put.table_name);
        let request = request
            .set_item(Some(put.item))
            .set_condition_expression(put.condition_expression)
            .set_expression_attribute_names(put.expression_attribute_names)
            .set_expression_attribute_values(put.expression_attribute_values)
            .set_return_values_on_condition_check_failure(put.return_values_on_condition_check_failure);
        let Err(error) = request.send().await else {
            return Ok(());
        };
        let failure = AwsFailure::new("dynamodb:PutItem", &error);
        let item = match error.into_service_error() {
            PutItemError::ConditionalCheckFailedException(failed) => failed.item,
            _ => None,
        };
        Err(of_single_write(failure, item))
    }

    async fn update_alone(&self, update: Update) -> Result<(), WriteError> {
        let Err(error) = self.call_update(update, None).await else {
            return Ok(());
        };
        let failure = AwsFailure::new(UPDATE, &error);
        let item = match error.into_service_error() {
            UpdateItemError::ConditionalCheckFailedException(failed) => failed.item,
            _ => None,
        };
        Err(of_single_write(failure, item))
    }

    async fn call_update(
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

fn transaction_item(write: Write) -> Result<TransactWriteItem, BuildError> {
    let item = TransactWriteItem::builder();
    let item = match write {
        Write::Put(put) => item.put(put.build()?),
        Write::Update(update) => item.update(update.build()?),
        Write::Delete(delete) => item.delete(delete.build()?),
        Write::Check(check) => item.condition_check(check.build()?),
    };
    Ok(item.build())
}
