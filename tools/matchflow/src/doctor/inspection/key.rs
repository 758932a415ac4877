//! Reads the key.

use super::Inspection;
use crate::doctor::codes;
use crate::doctor::read::key;
use crate::doctor::rules;

impl Inspection<'_> {
    /// The key, by a name that it has; all that is encrypted is held against it.
    pub(super) async fn key(&mut self, name: &str) {
        let read = key::read(&self.kms, name).await;
        if let Some(refused) = read.as_ref().err().filter(|failure| failure.is_denied()) {
            return rules::key::is_refused(&mut self.checks, name, refused);
        }
        let what = format!("the key {name}");
        let Some(read) = self.checks.existing(&codes::KEY_MISSING, &what, read) else {
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
            rules::key::lets_in(&mut self.checks, &self.cx, &read.arn, &policy);
        }
        self.cx.key = Some(read.arn);
    }
}
