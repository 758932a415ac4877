//! A resource's policy beside the template's, and the command that mends it.

use serde_json::{Value, json};
use wiring::{AllowStatement, Exempt, Principals, RefuseStatement};

use super::policy::Policy;
use super::statement::Statement;
use super::{foreign, refusals};
use crate::doctor::context::Context;

/// The policy of a resource, and what the template says of it.
pub struct DeployedPolicy<'a> {
    pub cx: &'a Context,
    /// The resource, in a sentence.
    pub name: &'a str,
    /// The resource, in the policy's statements.
    pub resource: &'a str,
    pub allowing: &'a [AllowStatement],
    pub refusing: &'a [RefuseStatement],
    /// As it was read.
    pub policy: Policy,
    /// The command that sets a policy.
    pub set: &'a dyn Fn(&str) -> String,
}

impl DeployedPolicy<'_> {
    /// Whether the policy lets in whom a statement of the template lets in. Whom a parameter names is not known.
    pub fn lets(&self, ours: &AllowStatement) -> bool {
        self.is_let(&self.policy, ours)
    }

    /// The command that sets the policy as it was read, without the statements that let in others, and with those of the
    /// template that are missing and name nobody by a parameter. It mends several findings at once: else the command for one
    /// would set again what that for another has mended.
    pub fn mend(&self) -> String {
        let mut policy = self.policy.clone().keeping(|statement| !self.is_foreign(statement));
        for ours in self.allowing {
            if let (false, Some(statement)) = (self.is_let(&policy, ours), self.allow(ours)) {
                policy = policy.with(statement);
            }
        }
        for ours in self.refusing {
            let fault = refusals::fault(self.cx, self.resource, ours, &policy);
            if let (Some(_), Some(statement)) = (fault, self.refuse(ours)) {
                policy = policy.with(statement);
            }
        }
        (self.set)(&policy.text())
    }

    /// Whether `mend` can set a statement that refuses something: not one for which a parameter names somebody.
    pub fn can_set(&self, ours: &RefuseStatement) -> bool {
        self.refuse(ours).is_some()
    }

    fn is_let(&self, policy: &Policy, ours: &AllowStatement) -> bool {
        match ours.principals {
            Principals::Account => policy.lets_account(self.cx.account(), &ours.actions, self.resource),
            Principals::Topic => policy.lets_topic(&self.cx.topic, &ours.actions, self.resource),
            Principals::Accounts | Principals::Roles => true,
        }
    }

    fn is_foreign(&self, statement: &Statement) -> bool {
        let mut named = self.allowing.iter().filter(|ours| ours.principals.are_named());
        statement.is("Allow")
            && !named.any(|ours| ours.sid == statement.sid())
            && foreign::foreign(self.cx, self.allowing, statement).is_some()
    }

    /// A statement of the template that names nobody by a parameter.
    fn allow(&self, ours: &AllowStatement) -> Option<Statement> {
        let (principal, value) = match ours.principals {
            Principals::Account => (json!({ "AWS": self.cx.root() }), ""),
            Principals::Topic => (json!({ "Service": "sns.amazonaws.com" }), self.cx.topic.as_str()),
            Principals::Accounts | Principals::Roles => return None,
        };
        let conditions = ours.conditions.iter();
        let conditions = conditions.flat_map(|(operator, keys)| keys.iter().map(move |key| (operator, key, value)));
        Some(self.statement("Allow", &ours.sid, &principal, &ours.actions, conditions))
    }

    fn refuse(&self, ours: &RefuseStatement) -> Option<Statement> {
        let conditions = ours.conditions.iter().map(|one| match &one.exempt {
            Exempt::Topic => Some((&one.operator, &one.key, self.cx.topic.as_str())),
            Exempt::Text(text) => Some((&one.operator, &one.key, text.as_str())),
            Exempt::Roles | Exempt::Queues => None,
        });
        let conditions = conditions.collect::<Option<Vec<_>>>()?;
        Some(self.statement("Deny", &ours.sid, &json!("*"), &ours.actions, conditions.into_iter()))
    }

    fn statement<'a>(
        &self,
        effect: &str,
        sid: &str,
        principal: &Value,
        actions: &[String],
        conditions: impl Iterator<Item = (&'a String, &'a String, &'a str)>,
    ) -> Statement {
        let mut statement = json!({
            "Sid": sid, "Effect": effect, "Principal": principal, "Action": actions, "Resource": self.resource,
        });
        for (operator, key, value) in conditions {
            statement["Condition"][operator][key] = value.into();
        }
        Statement::new(statement)
    }
}

#[cfg(test)]
mod tests {
    use wiring::DEPLOYED;

    use super::*;
    use crate::doctor::context::on_aws;

    const TOPIC: &str = "arn:aws:sns:r:1:s-events.fifo";

    /// The statements that `mend` sets.
    fn mended(allowing: &[AllowStatement], refusing: &[RefuseStatement], statements: &[&Value]) -> Vec<Value> {
        let cx = on_aws();
        let of = DeployedPolicy {
            cx: &cx,
            name: "it",
            resource: "r",
            allowing,
            refusing,
            policy: Policy::new(&json!({ "Statement": statements })),
            set: &|text| text.to_owned(),
        };
        let set: Value = serde_json::from_str(&of.mend()).unwrap();
        set["Statement"].as_array().unwrap().clone()
    }

    #[test]
    fn a_policy_is_mended_as_a_whole() {
        let key = &DEPLOYED.required.allowing.key;
        let account = json!({
            "Sid": "TheAccountGovernsItsKeyThroughIam", "Effect": "Allow", "Principal": { "AWS": "arn:aws:iam::1:root" },
            "Action": ["kms:*"], "Resource": "r",
        });
        let topic = json!({
            "Sid": "TheTopicDeliversToEncryptedQueues", "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" },
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "r", "Condition": { "ArnEquals": { "aws:SourceArn": TOPIC } },
        });
        assert_eq!(mended(key, &[], &[]), [account.clone(), topic.clone()]);
        let others = json!({ "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt" });
        let mut own = others.clone();
        own["Principal"] = json!({ "AWS": "arn:aws:iam::1:role/r" });
        assert_eq!(
            mended(key, &[], &[&others, &own]),
            [own, account.clone(), topic.clone()]
        );
        let mut opened = account.clone();
        opened["Principal"] = json!("*");
        assert_eq!(mended(key, &[], &[&opened, &topic]), [topic.clone(), account.clone()]);
        let mut named = others;
        named["Sid"] = json!("ProducersSendToTheIntakeQueue");
        assert_eq!(mended(key, &[], &[&account, &topic, &named]), [account, topic, named]);
    }

    #[test]
    fn a_refusal_is_set_where_no_parameter_names_whom_it_exempts() {
        let queues = &DEPLOYED.required.refusing.queues;
        let refusing = &queues["undelivered.fifo"].statements;
        let deny = json!({
            "Sid": "NobodyElseSends", "Effect": "Deny", "Principal": "*", "Action": ["sqs:SendMessage"], "Resource": "r",
            "Condition": { "ArnNotEquals": { "aws:SourceArn": TOPIC } },
        });
        let mut other = deny.clone();
        other["Condition"]["ArnNotEquals"]["aws:SourceArn"] = json!("*");
        assert_eq!(mended(&[], refusing, &[&other]), [deny]);
        assert_eq!(mended(&[], &queues["statistics"].statements, &[&other]), [other]);
    }
}
