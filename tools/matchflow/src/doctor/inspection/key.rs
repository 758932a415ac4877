//! Reads the key.

use super::Inspection;
use crate::doctor::codes;
use crate::doctor::read::key;
use crate::doctor::rules;

impl Inspection<'_> {
    /// The key, which all that is encrypted is held against.
    pub(super) async fn key(&mut self) {
        let alias = self.cx.key_alias();
        let read = key::read(&self.kms, &alias).await;
        let Some(read) = self
            .checks
            .existing(&codes::KEY_MISSING, &format!("the key {alias}"), read)
        else {
            return;
        };
        // The rotation of a key that is to be deleted is off.
        if rules::key::is_usable(&mut self.checks, &self.cx, &read) {
            let rotates = key::rotates(&self.kms, &read.arn).await;
            if let Some(rotates) = self.checks.read("the key's rotation", rotates) {
                rules::key::rotates(&mut self.checks, &self.cx, &read.arn, rotates);
            }
        }
        let policy = key::policy(&self.kms, &read.arn).await;
        if let Some(policy) = self.checks.read("the key's policy", policy) {
            rules::key::lets_in(&mut self.checks, &self.cx, &policy);
        }
        self.cx.key = Some(read.arn);
    }
}
