//! What all rules need of the stack, and the commands that mend it.

use serde_json::Value;

use crate::shell;
use crate::stack::Stack;

/// The stack that is checked.
#[derive(Clone, Debug)]
pub struct Context {
    pub is_local: bool,
    /// The stack's name.
    pub name: String,
    /// Whether it is a stack of `prod`, by its functions' tag.
    pub is_prod: bool,
    /// The topic's ARN.
    pub topic: String,
    /// The ARN of the key that the queues name, once it is known.
    pub key: Option<String>,
    /// How ARNs of its queues begin.
    queues: String,
    /// The options of `aws` that name its place.
    place: String,
}

impl Context {
    pub fn of(stack: &Stack) -> Self {
        let region = stack
            .config
            .region()
            .map(|region| format!(" --region {}", shell::word(region.as_ref())));
        let endpoint = stack.config.endpoint_url().filter(|_| stack.is_local);
        let endpoint = endpoint.map(|url| format!(" --endpoint-url {}", shell::word(url)));
        Self {
            is_local: stack.is_local,
            name: stack.name.clone(),
            is_prod: false,
            topic: stack.topic().to_owned(),
            key: None,
            queues: stack.queue_arn(""),
            place: [region, endpoint].into_iter().flatten().collect(),
        }
    }

    /// The ARN of a queue, by its name without the stack's.
    pub fn queue(&self, name: &str) -> String {
        format!("{}{name}", self.queues)
    }

    /// The account's id.
    pub fn account(&self) -> &str {
        self.topic.split(':').nth(4).unwrap_or_default()
    }

    /// The ARN by which policies name the account as a whole.
    pub fn root(&self) -> String {
        let partition = self.topic.split(':').nth(1).unwrap_or_default();
        format!("arn:{partition}:iam::{}:root", self.account())
    }

    /// A command of the AWS CLI.
    pub fn aws(&self, operation: &str, input: &Value) -> String {
        format!(
            "aws {operation}{} --cli-input-json {}",
            self.place,
            shell::word(&input.to_string())
        )
    }
}

/// How what was changed by hand becomes the template's again.
pub const REVERT: &str = "revert it to the template: docs/reference/doctor.md#revert-to-the-template";

#[cfg(test)]
pub fn on_aws() -> Context {
    Context {
        is_local: false,
        name: "s".to_owned(),
        is_prod: true,
        topic: "arn:aws:sns:r:1:s-events.fifo".to_owned(),
        key: Some("arn:aws:kms:r:1:key/k".to_owned()),
        queues: "arn:aws:sqs:r:1:s-".to_owned(),
        place: " --region r".to_owned(),
    }
}
