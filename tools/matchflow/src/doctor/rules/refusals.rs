//! The statements by which policies refuse everybody but a few.

use serde_json::Value;
use wiring::{Exempt, Exemption, RefuseStatement};

use super::deployed_policy::DeployedPolicy;
use super::exemptions::may_be_exempt;
use super::policy::Policy;
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes::Code;
use crate::doctor::context::{Context, REVERT};

/// Holds each of them against the template's. Whom a parameter exempts is not known.
pub fn are_as_deployed(checks: &mut Checks, of: &DeployedPolicy<'_>, code: &Code) {
    for ours in of.refusing {
        let fault = fault(of.cx, of.resource, ours, &of.policy);
        checks.that(fault.is_none(), || {
            let what = format!("the refusal {} of {} {}", ours.sid, of.name, fault.unwrap_or_default());
            let mend = if of.can_set(ours) { of.mend() } else { REVERT.to_owned() };
            Finding::new(code, what, mend)
        });
    }
}

/// What is wrong with a statement that refuses something, if anything is. Its conditions are joined by "and": each one more
/// makes it weaker.
pub fn fault(cx: &Context, resource: &str, ours: &RefuseStatement, policy: &Policy) -> Option<String> {
    let mut denying = policy
        .statements()
        .filter(|one| one.is("Deny") && one.sid() == ours.sid);
    let Some(found) = denying.next() else {
        return Some("is missing".to_owned());
    };
    if let Some(action) = ours.actions.iter().find(|action| !found.refuses(action, resource)) {
        return Some(format!("does not refuse everybody {action} on {resource}"));
    }
    let expected = conditions(cx, ours);
    let is_expected = |operator: &str, key: &str| {
        let mut expected = expected.iter();
        expected.any(|one| one.operator == operator && one.key.eq_ignore_ascii_case(key))
    };
    if let Some((operator, key)) = found.conditions().find(|(operator, key)| !is_expected(operator, key)) {
        return Some(format!("has a condition that is not the template's: {operator} {key}"));
    }
    expected.iter().find_map(|one| {
        let mut values = found.values(&one.operator, &one.key).peekable();
        if values.peek().is_none() && !one.optional {
            return Some(format!("lacks its condition {} {}", one.operator, one.key));
        }
        let wrong = values.find(|value| !may_be_exempt(cx, &one.exempt, text(value)))?;
        Some(format!("exempts {} by {} {}", text(wrong), one.operator, one.key))
    })
}

/// The template's conditions. Tests of the local stack send as the account's root, which is exempt there from all refusals.
fn conditions(cx: &Context, ours: &RefuseStatement) -> Vec<Exemption> {
    let root = cx.is_local.then(|| Exemption {
        operator: "ArnNotEquals".to_owned(),
        key: "aws:PrincipalArn".to_owned(),
        exempt: Exempt::Roles,
        optional: true,
    });
    ours.conditions.iter().cloned().chain(root).collect()
}

fn text(value: &Value) -> &str {
    match value {
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        other => other.as_str().unwrap_or_default(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;
    use wiring::DEPLOYED;

    use super::*;
    use crate::doctor::context::on_aws;

    const QUEUE: &str = "arn:aws:sqs:r:1:s-q";
    const ROLE: &str = "arn:aws:iam::1:role/path/r";

    /// A refusal as a stack has it.
    pub fn deny(ours: &RefuseStatement, resource: &str) -> Value {
        let mut deny = json!({
            "Sid": ours.sid, "Effect": "Deny", "Principal": "*", "Action": ours.actions, "Resource": resource,
        });
        for one in &ours.conditions {
            deny["Condition"][&one.operator][&one.key] = match &one.exempt {
                Exempt::Topic => json!(on_aws().topic),
                Exempt::Roles => json!([ROLE, "arn:aws-cn:iam::222233334444:user/u"]),
                Exempt::Queues => json!(["arn:*:sqs:*:1:*", "arn:*:sqs:*::*"]),
                Exempt::Text(text) => json!(text),
            };
        }
        deny
    }

    fn of_queue(name: &str) -> &'static RefuseStatement {
        &DEPLOYED.required.refusing.queues[name].statements[0]
    }

    /// What is wrong with a refusal once one of its conditions has other values.
    fn fault_with(cx: &Context, ours: &RefuseStatement, operator: &str, key: &str, values: Value) -> String {
        let mut deny = deny(ours, QUEUE);
        deny["Condition"][operator][key] = values;
        fault(cx, QUEUE, ours, &Policy::new(&json!({ "Statement": deny }))).unwrap_or_default()
    }

    #[test]
    fn the_refusals_of_the_template_are_well() {
        let queues = DEPLOYED.required.refusing.queues.values();
        let all = queues.flat_map(|queue| &queue.statements);
        for ours in all.chain(&DEPLOYED.required.refusing.topic) {
            let policy = Policy::new(&json!({ "Statement": [deny(ours, QUEUE)] }));
            assert_eq!(fault(&on_aws(), QUEUE, ours, &policy), None, "{ours:?}");
        }
    }

    #[test]
    fn a_refusal_that_is_missing_or_not_for_everybody_is_found() {
        let ours = of_queue("statistics");
        let fault = |statement: Value| fault(&on_aws(), QUEUE, ours, &Policy::new(&json!({ "Statement": statement })));
        assert_eq!(fault(json!([])).as_deref(), Some("is missing"));
        for (member, value) in [("Sid", "Other"), ("Effect", "Allow")] {
            let mut other = deny(ours, QUEUE);
            other[member] = json!(value);
            assert_eq!(fault(other).as_deref(), Some("is missing"), "{member}");
        }
        let mut of_one = deny(ours, QUEUE);
        of_one["Principal"] = json!({ "AWS": "1" });
        let expected = format!("does not refuse everybody sqs:SendMessage on {QUEUE}");
        assert_eq!(fault(of_one), Some(expected));
    }

    #[test]
    fn a_refusal_exempts_no_more_than_the_templates() {
        let (ours, topic) = (of_queue("statistics"), on_aws().topic);
        for (key, good) in [("aws:PrincipalArn", ROLE), ("aws:SourceArn", &topic)] {
            let expected = format!("exempts * by ArnNotEquals {key}");
            assert_eq!(
                fault_with(&on_aws(), ours, "ArnNotEquals", key, json!([good, "*"])),
                expected
            );
        }
    }

    #[test]
    fn a_refusal_has_the_templates_conditions_and_none_besides() {
        let ours = of_queue("statistics");
        for (operator, key) in [
            ("ArnNotLike", "aws:SourceArn"),
            ("ArnNotEquals", "aws:SourceAccount"),
            ("Bool", "aws:SecureTransport"),
        ] {
            let expected = format!("has a condition that is not the template's: {operator} {key}");
            assert_eq!(fault_with(&on_aws(), ours, operator, key, json!("x")), expected);
        }
        let without = |ours, key: &str| fault_with(&on_aws(), ours, "ArnNotEquals", key, json!([]));
        assert_eq!(
            without(ours, "aws:SourceArn"),
            "lacks its condition ArnNotEquals aws:SourceArn"
        );
        assert_eq!(without(ours, "aws:PrincipalArn"), "", "a parameter may name nobody");
        let kept = of_queue("statistics-dead-letters");
        assert_eq!(
            without(kept, "aws:PrincipalArn"),
            "lacks its condition ArnNotEquals aws:PrincipalArn"
        );
        assert_eq!(
            fault_with(&on_aws(), kept, "Null", "aws:PrincipalArn", json!(false)),
            "",
            "the same in JSON"
        );
    }

    #[test]
    fn the_local_stacks_root_is_exempt_from_each_refusal_there_alone() {
        let (mut cx, ours, root) = (on_aws(), of_queue("undelivered.fifo"), on_aws().root());
        let fault = |cx: &Context| fault_with(cx, ours, "ArnNotEquals", "aws:PrincipalArn", json!(root));
        assert!(fault(&cx).starts_with("has a condition"));
        cx.is_local = true;
        assert_eq!(fault(&cx), "");
    }
}
