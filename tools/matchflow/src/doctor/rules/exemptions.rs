//! What refusals may exempt: the values of the template, and the forms that its parameters give to values.

use wiring::Exempt;

use crate::doctor::context::Context;

/// Whether a condition may exempt this value.
pub fn may_be_exempt(cx: &Context, exempt: &Exempt, value: &str) -> bool {
    match exempt {
        Exempt::Topic => value == cx.topic,
        Exempt::Roles => is_role_or_user(value) || cx.is_local && is_local_sender(cx, value),
        Exempt::Queues => account_of_queues(value).is_some(),
        Exempt::Text(wanted) => value == wanted,
    }
}

/// Whether it is the ARN of one role or user, as the template's parameters take it.
fn is_role_or_user(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", _, "iam", "", account, name] = parts[..] else {
        return false;
    };
    let name = name.strip_prefix("role/").or_else(|| name.strip_prefix("user/"));
    let is_plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=.@/-".contains(c));
    is_account(account) && name.is_some_and(|name| !name.is_empty() && is_plain(name))
}

/// Whether it is the account's root or a session of a role, which the local stack exempts besides (docs/reference/local-engine.md).
fn is_local_sender(cx: &Context, arn: &str) -> bool {
    let session = format!("arn:aws:sts::{}:assumed-role/", cx.account());
    let role = arn.strip_prefix(&session).and_then(|rest| rest.strip_suffix("/*"));
    arn == cx.root() || role.is_some_and(|role| !role.contains(['*', '?', '/']))
}

/// The account of a queue's ARN, or of a pattern for the queues of one account. Where a parameter is empty so is the account.
pub fn account_of_queues(pattern: &str) -> Option<&str> {
    let parts: Vec<&str> = pattern.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, "sqs", _, account, _] if account.is_empty() || is_account(account) => Some(account),
        _ => None,
    }
}

fn is_account(account: &str) -> bool {
    !account.is_empty() && account.chars().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::context::on_aws;

    const SESSIONS: &str = "arn:aws:sts::1:assumed-role/r/*";

    fn may(exempt: &Exempt, value: &str) -> bool {
        may_be_exempt(&on_aws(), exempt, value)
    }

    #[test]
    fn the_topic_and_a_text_are_exempt_by_their_value_alone() {
        assert!(may(&Exempt::Topic, &on_aws().topic) && !may(&Exempt::Topic, "arn:aws:sns:r:1:*"));
        let sqs = Exempt::Text("sqs".to_owned());
        assert!(may(&sqs, "sqs") && !may(&sqs, "https"));
    }

    #[test]
    fn roles_and_users_are_exempt_one_by_one() {
        for one in [
            "arn:aws:iam::1:role/path/r",
            "arn:aws-cn:iam::222233334444:user/u@example.com",
        ] {
            assert!(may(&Exempt::Roles, one), "{one}");
        }
        for more in [
            "*",
            "arn:*",
            "arn:aws:iam::*:role/r",
            "arn:aws:iam::1:role/*",
            "arn:aws:iam::1:role/r?",
            "arn:aws:iam::1:role/${aws:username}",
            "arn:aws:iam::1:*/r",
            "arn:aws:iam::1:role/",
            "arn:aws:iam::1:root",
            "arn:aws:iam:::role/r",
            SESSIONS,
        ] {
            assert!(!may(&Exempt::Roles, more), "{more}");
        }
    }

    #[test]
    fn queues_are_exempt_by_account() {
        for of_one in ["arn:*:sqs:*:1:*", "arn:*:sqs:*::*", "arn:aws:sqs:r:222233334444:q"] {
            assert!(may(&Exempt::Queues, of_one), "{of_one}");
        }
        for more in [
            "*",
            "arn:*:sqs:*:*",
            "arn:*:sqs:*:*:*",
            "arn:*:sqs:*:1*:*",
            "arn:*:*:*:1:*",
            "arn:aws:sqs:r:?:q",
        ] {
            assert!(!may(&Exempt::Queues, more), "{more}");
        }
    }

    #[test]
    fn the_local_stacks_root_and_the_sessions_of_one_role_are_exempt_there() {
        let mut local = on_aws();
        local.is_local = true;
        for sender in [local.root().as_str(), SESSIONS] {
            assert!(may_be_exempt(&local, &Exempt::Roles, sender), "{sender}");
        }
        for other in [
            "*",
            "arn:aws:iam::2:root",
            "arn:aws:sts::1:assumed-role/*",
            "arn:aws:sts::1:assumed-role/*/*",
        ] {
            assert!(!may_be_exempt(&local, &Exempt::Roles, other), "{other}");
        }
    }
}
