//! Reads the alarms, and what belongs to the account and region.

use aws_sdk_cloudwatch::types::MetricAlarm;
use wiring::DEPLOYED;

use super::{Inspection, deployed_functions, invocations};
use crate::doctor::read::account;
use crate::doctor::rules;
use crate::doctor::rules::alarms::{Alarm, Alarms};
use crate::status::own_alarms;

impl Inspection<'_> {
    /// The alarms, and what belongs to the account and region: the local engine has neither.
    pub(super) async fn account(&mut self) {
        if !self.checks.is_here(self.cx.is_local, "alarms") {
            self.checks
                .is_here(self.cx.is_local, "the account's concurrency and its text messages");
            return;
        }
        let alarms = self.alarms().await;
        let (lambda, sns) = (&self.lambda, &self.sns);
        let (left, sandbox, quota) = tokio::join!(
            account::unreserved_concurrency(lambda),
            account::is_in_sandbox(sns),
            account::monthly_quota(sns)
        );
        if let Some(left) = self.checks.read("the account's concurrency", left) {
            let wanted = deployed_functions().into_keys().map(invocations).sum();
            rules::functions::account_has_concurrency(&mut self.checks, left, wanted);
        }
        if let Some(sandbox) = self.checks.read("the sandbox for text messages", sandbox) {
            rules::alarms::texts_leave_the_sandbox(&mut self.checks, sandbox);
        }
        if let Some(quota) = self.checks.read("the quota of text messages", quota) {
            rules::alarms::texts_have_a_quota(&mut self.checks, quota, &alarms);
        }
    }

    async fn alarms(&mut self) -> Alarms {
        let read = own_alarms(self.stack, None).await;
        let Some(read) = self.checks.read("the alarms", read) else {
            return Alarms::new();
        };
        let alarm = |alarm: &MetricAlarm| Alarm {
            has_action: alarm.actions_enabled() == Some(true) && !alarm.alarm_actions().is_empty(),
            threshold: alarm.threshold().unwrap_or_default(),
        };
        let alarms = read.iter().map(|(name, read)| (name.clone(), alarm(read))).collect();
        rules::alarms::ring(&mut self.checks, &DEPLOYED.required.alarms, &alarms);
        alarms
    }
}
