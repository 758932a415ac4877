//! The stack's key.

use aws_sdk_kms::Client;

use super::existing;
use crate::failure::Failure;

/// A key.
#[derive(Clone, Debug)]
pub struct Key {
    pub arn: String,
    /// KMS's word: `Enabled`.
    pub state: String,
}

/// Reads the key that an alias leads to.
pub async fn read(client: &Client, alias: &str) -> Result<Option<Key>, Failure> {
    let answer = existing("kms:DescribeKey", client.describe_key().key_id(alias).send().await)?;
    let read = answer.and_then(|answer| answer.key_metadata);
    Ok(read.map(|read| Key {
        state: read
            .key_state()
            .map(|state| state.as_str().to_owned())
            .unwrap_or_default(),
        arn: read.arn.unwrap_or_default(),
    }))
}

/// Whether KMS makes new material for a key.
pub async fn rotates(client: &Client, arn: &str) -> Result<bool, Failure> {
    let answer = client.get_key_rotation_status().key_id(arn).send().await;
    let answer = answer.map_err(|error| Failure::of_call("kms:GetKeyRotationStatus", &error))?;
    Ok(answer.key_rotation_enabled)
}

/// A key's policy, a document of JSON.
pub async fn policy(client: &Client, arn: &str) -> Result<String, Failure> {
    let answer = client.get_key_policy().key_id(arn).send().await;
    let answer = answer.map_err(|error| Failure::of_call("kms:GetKeyPolicy", &error))?;
    Ok(answer.policy.unwrap_or_default())
}
