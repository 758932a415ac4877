//! Whom policies let in besides those whom the template lets in.

use wiring::{AllowStatement, Principals};

use super::deployed_policy::DeployedPolicy;
use super::statement::{Principal, Statement};
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::{Context, REVERT};

/// Holds each statement that allows something against the template's. A finding is mended by `remove`, the command that removes
/// the statement of an id, or by the policy without it. Whom a parameter names is not known, so that the template has to be
/// reverted to there.
pub fn lets_in_no_others(checks: &mut Checks, of: &DeployedPolicy<'_>, remove: Option<&dyn Fn(&str) -> String>) {
    for statement in of.policy.allowing() {
        let foreign = foreign(of.cx, of.allowing, statement);
        checks.that(foreign.is_none(), || {
            let sid = statement.sid();
            let mend = match (of.allowing.iter().find(|ours| ours.sid == sid), remove) {
                (Some(ours), _) if ours.principals.are_named() => REVERT.to_owned(),
                (None, Some(remove)) if is_label(sid) => remove(sid),
                _ => of.mend(),
            };
            let by = if sid.is_empty() { "without an id" } else { sid };
            let what = format!(
                "the policy of {} allows {} (statement {by})",
                of.name,
                foreign.unwrap_or_default()
            );
            Finding::new(&codes::POLICY_FOREIGN, what, mend)
        });
    }
}

/// Whether `remove-permission` takes it.
fn is_label(sid: &str) -> bool {
    let is_of_label = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    (1..=80).contains(&sid.len()) && sid.chars().all(is_of_label)
}

/// Whom a statement allows what, if the template does not.
pub fn foreign(cx: &Context, template: &[AllowStatement], statement: &Statement) -> Option<String> {
    let mut others = statement.principals();
    others.retain(|principal| !is_own(cx, principal, statement));
    if others.is_empty() {
        return None;
    }
    let all = |others: &[Principal]| others.iter().map(|one| one.name()).collect::<Vec<_>>().join(", ");
    let actions = statement.actions().join(", ");
    let named = template
        .iter()
        .find(|ours| ours.sid == statement.sid() && ours.principals.are_named());
    let Some(named) = named else {
        return Some(format!("{} {actions}", all(&others)));
    };
    let whom = all(&others);
    others.retain(|principal| !may_be_named(named.principals, principal));
    if !others.is_empty() {
        Some(format!("{} {actions}", all(&others)))
    } else if !is_covered(&named.actions, statement) {
        Some(format!(
            "{whom} {actions}, which is more than {}",
            named.actions.join(", ")
        ))
    } else {
        let missing = missing_condition(named, statement)?;
        Some(format!("{whom} {actions} without the condition {missing}"))
    }
}

/// Whether a principal belongs to the account, or is SNS, bound to the topic.
fn is_own(cx: &Context, principal: &Principal, statement: &Statement) -> bool {
    let sources = statement.sources();
    let is_of_topic = || !sources.is_empty() && sources.iter().all(|source| *source == cx.topic);
    principal.account() == Some(cx.account()) || principal.is_sns() && is_of_topic()
}

/// Whether a parameter of the template can name a principal. Which ones it names is not known here.
fn may_be_named(kind: Principals, principal: &Principal) -> bool {
    match principal {
        Principal::Aws(_) => kind == Principals::Accounts || !principal.is_whole_account(),
        _ => false,
    }
}

fn is_covered(template: &[String], statement: &Statement) -> bool {
    let is_ours = |action: &&str| template.iter().any(|ours| ours.eq_ignore_ascii_case(action));
    statement.actions().iter().all(is_ours)
}

fn missing_condition<'a>(template: &'a AllowStatement, statement: &Statement) -> Option<&'a str> {
    let conditions = template.conditions.iter();
    let mut asked = conditions.flat_map(|(operator, keys)| keys.iter().map(move |key| (operator, key)));
    let missing = asked.find(|(operator, key)| !statement.asks(operator, key));
    missing.map(|(_, key)| key.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wiring::DEPLOYED;

    use super::super::policy::Policy;
    use super::*;
    use crate::doctor::context::on_aws;

    const OTHER: &str = "arn:aws:iam::222233334444:role/r";

    fn findings(template: &[AllowStatement], statement: &Value) -> Vec<Finding> {
        let (mut checks, cx) = (Checks::default(), on_aws());
        let of = DeployedPolicy {
            cx: &cx,
            name: "it",
            resource: "r",
            allowing: template,
            refusing: &[],
            policy: Policy::new(&json!({ "Statement": [statement] })),
            set: &|text| format!("set {text}"),
        };
        lets_in_no_others(&mut checks, &of, Some(&|sid| format!("remove {sid}")));
        assert_eq!(checks.count, 1);
        checks.findings
    }

    fn what(template: &[AllowStatement], statement: &Value) -> String {
        let found = findings(template, statement);
        let what = found.into_iter().next().map(|finding| finding.what).unwrap_or_default();
        what.trim_start_matches("the policy of it allows ").to_owned()
    }

    fn allow(sid: &str, principal: &Value, action: &str) -> Value {
        json!({ "Sid": sid, "Effect": "Allow", "Principal": principal, "Action": action })
    }

    #[test]
    fn the_account_and_its_topic_are_let_in() {
        for principal in ["arn:aws:iam::1:root", "arn:aws:iam::1:role/r", "1"] {
            assert_eq!(what(&[], &allow("S", &json!({ "AWS": principal }), "sqs:*")), "");
        }
        let sns = json!({ "Service": "sns.amazonaws.com" });
        let bound = |operator: &str, sources: Value| {
            let mut statement = allow("S", &sns, "sqs:SendMessage");
            statement["Condition"] = json!({ operator: { "aws:SourceArn": sources } });
            what(&[], &statement)
        };
        let topic = on_aws().topic;
        assert_eq!(bound("ArnEquals", json!(topic)), "");
        let unbound = "sns.amazonaws.com sqs:SendMessage (statement S)";
        assert_eq!(bound("ArnEquals", json!([topic, "arn:aws:sns:r:2:other"])), unbound);
        assert_eq!(bound("ArnLike", json!("arn:aws:sns:r:*:*")), unbound);
        assert_eq!(bound("ArnNotEquals", json!(topic)), unbound);
        assert_eq!(what(&[], &allow("S", &sns, "sqs:SendMessage")), unbound);
    }

    #[test]
    fn everybody_else_is_a_finding_whatever_the_condition() {
        let mut everybody = allow("S", &json!("*"), "sqs:SendMessage");
        everybody["Condition"] = json!({ "ArnEquals": { "aws:SourceArn": on_aws().topic } });
        for template in [&[][..], DEPLOYED.required.allowing.of_queue("intake.fifo")] {
            everybody["Sid"] = template.first().map_or("S", |ours| &ours.sid).into();
            assert!(what(template, &everybody).starts_with("everybody sqs:SendMessage (statement "));
        }
        let others = json!({ "AWS": ["1", "222233334444"], "Federated": "f", "Service": "s3.amazonaws.com" });
        assert_eq!(
            what(&[], &allow("", &others, "sqs:*")),
            "222233334444, f, s3.amazonaws.com sqs:* (statement without an id)"
        );
    }

    #[test]
    fn whom_a_parameter_names_is_let_in_to_what_the_template_says_and_no_more() {
        let intake = DEPLOYED.required.allowing.of_queue("intake.fifo");
        let produce = |sid: &str, action: &str| what(intake, &allow(sid, &json!({ "AWS": OTHER }), action));
        assert_eq!(produce("ProducersSend", "SQS:SendMessage"), "");
        assert_eq!(
            produce("Others", "sqs:SendMessage"),
            format!("{OTHER} sqs:SendMessage (statement Others)")
        );
        assert_eq!(
            produce("ProducersSend", "sqs:*"),
            format!("{OTHER} sqs:*, which is more than sqs:SendMessage (statement ProducersSend)")
        );
        let account = json!({ "AWS": "222233334444" });
        assert_eq!(what(intake, &allow("ProducersSend", &account, "sqs:SendMessage")), "");
        let points = DEPLOYED.required.allowing.of_queue("points.fifo");
        assert_eq!(
            what(points, &allow("ThePaymentSystemSends", &account, "sqs:SendMessage")),
            "222233334444 sqs:SendMessage (statement ThePaymentSystemSends)"
        );
        let topic = &DEPLOYED.required.allowing.topic;
        let accounts = "TheAccountGovernsItsTopicThroughIam";
        assert_eq!(
            what(topic, &allow(accounts, &json!({ "AWS": OTHER }), "sns:Publish")),
            format!("{OTHER} sns:Publish (statement {accounts})")
        );
    }

    #[test]
    fn the_templates_condition_must_not_be_missing() {
        let mut statement = allow("ProducersSendToTheIntakeQueue", &json!({ "AWS": OTHER }), "kms:Decrypt");
        let key = &DEPLOYED.required.allowing.key;
        assert_eq!(
            what(key, &statement),
            format!(
                "{OTHER} kms:Decrypt without the condition kms:ViaService (statement ProducersSendToTheIntakeQueue)"
            )
        );
        statement["Condition"] = json!({ "StringEquals": { "kms:ViaService": "sqs.r.amazonaws.com" } });
        assert_eq!(what(key, &statement), "");
    }

    #[test]
    fn a_foreign_statement_is_removed_and_one_whose_principals_a_parameter_names_reverted() {
        let intake = DEPLOYED.required.allowing.of_queue("intake.fifo");
        for (sid, expected) in [
            ("Others", "remove Others"),
            ("ProducersSend", REVERT),
            ("", "set "),
            ("of others", "set "),
        ] {
            let found = findings(intake, &allow(sid, &json!("*"), "sqs:SendMessage"));
            assert_eq!(found[0].mend, expected, "{sid}");
        }
    }
}
