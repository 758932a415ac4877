//! Reads the topic and its subscriptions.

use wiring::{DEPLOYED, Subscription};

use super::Inspection;
use crate::doctor::codes;
use crate::doctor::read::topic;
use crate::doctor::rules;
use crate::subscriptions;

impl Inspection<'_> {
    pub(super) async fn topic(&mut self) {
        let read = topic::read(&self.sns, &self.cx.topic).await;
        let read = self.checks.existing(&codes::TOPIC_MISSING, "the topic", read);
        if let Some(read) = &read {
            rules::topic::is_as_deployed(&mut self.checks, &self.cx, read);
        }
        let listed = subscriptions::read(&self.sns, &self.cx.topic).await;
        let Some(listed) = self.checks.read("the topic's subscriptions", listed) else {
            return;
        };
        if let Some(read) = &read {
            rules::subscribers::may_be_subscribed(&mut self.checks, &self.cx, read, &listed);
        }
        for spec in &DEPLOYED.subscriptions {
            let arn = subscriptions::of_queue(&listed, &self.cx.queue(&spec.queue));
            rules::subscriptions::is_subscribed(&mut self.checks, &self.cx, spec, arn);
            if let Some(arn) = arn {
                self.subscription(spec, arn).await;
            }
        }
    }

    async fn subscription(&mut self, spec: &Subscription, arn: &str) {
        let read = topic::subscription(&self.sns, arn).await;
        let read = self
            .checks
            .read(&format!("the subscription of {}", spec.queue), read)
            .flatten();
        if let Some(read) = read {
            rules::subscriptions::delivers(&mut self.checks, &self.cx, spec, arn, &read);
        }
    }
}
