//! A table's settings.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PointInTimeRecoveryStatus, SseDescription, SseStatus, TimeToLiveStatus};

use super::existing;
use crate::failure::Failure;

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The ARN of the key that it is encrypted with, if it has one of the account's.
    pub key: String,
    pub is_protected: bool,
    pub indexes: Vec<String>,
}

/// Reads a table, by its full name.
pub async fn read(client: &Client, name: &str) -> Result<Option<Table>, Failure> {
    let answer = existing(
        "dynamodb:DescribeTable",
        client.describe_table().table_name(name).send().await,
    )?;
    Ok(answer.and_then(|answer| answer.table).map(|table| Table {
        key: table.sse_description().map_or("", key).to_owned(),
        is_protected: table.deletion_protection_enabled() == Some(true),
        indexes: table
            .global_secondary_indexes()
            .iter()
            .filter_map(|index| index.index_name.clone())
            .collect(),
    }))
}

/// The key of a table; also one that is being set.
fn key(sse: &SseDescription) -> &str {
    let on = [SseStatus::Enabled, SseStatus::Updating];
    let is_on = sse.status().is_some_and(|status| on.contains(status));
    sse.kms_master_key_arn().filter(|_| is_on).unwrap_or_default()
}

/// Whether a table can be restored to each second of the last weeks.
pub async fn has_recovery(client: &Client, name: &str) -> Result<bool, Failure> {
    let request = client.describe_continuous_backups().table_name(name);
    let answer = request.send().await;
    let answer = answer.map_err(|error| Failure::of_call("dynamodb:DescribeContinuousBackups", &error))?;
    let backups = answer.continuous_backups_description;
    let recovery = backups.and_then(|backups| backups.point_in_time_recovery_description);
    let status = recovery.and_then(|recovery| recovery.point_in_time_recovery_status);
    Ok(status == Some(PointInTimeRecoveryStatus::Enabled))
}

/// The attribute by which items expire.
pub async fn expiry(client: &Client, name: &str) -> Result<Option<String>, Failure> {
    let answer = client.describe_time_to_live().table_name(name).send().await;
    let answer = answer.map_err(|error| Failure::of_call("dynamodb:DescribeTimeToLive", &error))?;
    let described = answer.time_to_live_description;
    let on = [TimeToLiveStatus::Enabled, TimeToLiveStatus::Enabling];
    let described = described.filter(|described| {
        described
            .time_to_live_status()
            .is_some_and(|status| on.contains(status))
    });
    Ok(described.and_then(|described| described.attribute_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_key_that_is_set_or_is_being_set() {
        let of = |status| {
            let described = SseDescription::builder().kms_master_key_arn("k");
            key(&described.status(status).build()).to_owned()
        };
        assert_eq!([SseStatus::Enabled, SseStatus::Updating].map(of), ["k", "k"]);
        assert_eq!(of(SseStatus::Disabled), "");
    }
}
