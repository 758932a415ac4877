//! A function, and the concurrency that functions share.

use serde_json::json;
use wiring::DEPLOYED;

use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::{Context, REVERT};
use crate::doctor::read::functions::Function;

/// A function runs, with its last change, and knows this stack's places.
pub fn runs(checks: &mut Checks, cx: &Context, timeout: u64, read: &Function) {
    let name = &read.name;
    // One that was not invoked for weeks is `Inactive` until the next invocation, one that is being changed goes on.
    let is_ready = read.state != "Failed" && read.last_update != "Failed";
    checks.that(is_ready, || {
        let what = format!("{name} is {}, its last change {}", read.state, read.last_update);
        Finding::new(&codes::FUNCTION_INACTIVE, what, REVERT)
    });
    checks.that(read.timeout == timeout, || {
        let what = format!("{name} has a time-out of {} s, the template {timeout} s", read.timeout);
        let mend = json!({ "FunctionName": name, "Timeout": timeout });
        Finding::new(
            &codes::TIMEOUT_DIFFERS,
            what,
            cx.aws("lambda update-function-configuration", &mend),
        )
    });
    let table = read.variable("TABLE_NAME");
    checks.that(table.starts_with(&format!("{}-", cx.name)), || {
        let what = format!("TABLE_NAME of {name} is {table}, which is no table of this stack");
        Finding::new(&codes::SETTING_ELSEWHERE, what, REVERT)
    });
    for (variable, wanted) in places(cx, read) {
        let found = read.variable(variable);
        checks.that(found == wanted || found.ends_with(&format!("/{wanted}")), || {
            let what = format!("{variable} of {name} is {found}, and should name {wanted}");
            Finding::new(&codes::SETTING_ELSEWHERE, what, REVERT)
        });
    }
}

/// The variables of a function that name a place, each with the name or ARN of what it should be.
fn places<'a>(cx: &Context, read: &'a Function) -> Vec<(&'a str, String)> {
    let queue_name = |queue: &str| cx.queue(queue).rsplit(':').next().unwrap_or_default().to_owned();
    let of_variable = |variable: &'a String| {
        let queue = DEPLOYED.variables.get(variable).map(|queue| queue_name(queue));
        let topic = || (variable == "TOPIC_ARN").then(|| cx.topic.clone());
        Some((variable.as_str(), queue.or_else(topic)?))
    };
    let mut places: Vec<_> = read.environment.keys().filter_map(of_variable).collect();
    places.sort();
    places
}

/// A function may run as often at once as its mappings let it; `wanted` is their sum.
pub fn has_concurrency(checks: &mut Checks, cx: &Context, name: &str, reserved: Option<usize>, wanted: usize) {
    let Some(reserved) = reserved else { return };
    // The template reserves none.
    let mend = || cx.aws("lambda delete-function-concurrency", &json!({ "FunctionName": name }));
    let may_run = checks.that(reserved > 0, || {
        Finding::new(
            &codes::FUNCTION_STOPPED,
            format!("{name} has a reserved concurrency of 0"),
            mend(),
        )
    });
    if may_run {
        checks.that(reserved >= wanted, || {
            let what = format!("{name} has a reserved concurrency of {reserved}, its mappings ask for {wanted}");
            Finding::new(&codes::CONCURRENCY_TOO_LOW, what, mend())
        });
    }
}

/// The account has as much concurrency left as the mappings of functions ask for that have none reserved.
pub fn account_has_concurrency(checks: &mut Checks, left: usize, wanted: usize) {
    checks.that(left >= wanted, || {
        let what =
            format!("the account's functions may run {left} times at once, this stack's mappings ask for {wanted}");
        let mend = "ask AWS for more: Service Quotas, AWS Lambda, Concurrent executions; docs/do/deploy.md";
        Finding::new(&codes::ACCOUNT_CONCURRENCY_TOO_LOW, what, mend)
    });
}

/// Lambda does not end chains of deferrals and rematches.
pub fn lets_chains_go_on(checks: &mut Checks, cx: &Context, name: &str, goes_on: bool) {
    checks.that(goes_on, || {
        let input = json!({ "FunctionName": name, "RecursiveLoop": "Allow" });
        let what = format!("Lambda ends recursive loops of {name}");
        Finding::new(
            &codes::CHAINS_ARE_STOPPED,
            what,
            cx.aws("lambda put-function-recursion-config", &input),
        )
    });
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::doctor::context::on_aws;

    fn codes_of(change: impl FnOnce(&mut Function)) -> Vec<&'static str> {
        let environment = [
            ("TOPIC_ARN", "arn:aws:sns:r:1:s-events.fifo"),
            (
                "QUARANTINE_QUEUE_URL",
                "https://sqs.r.amazonaws.com/1/s-quarantine.fifo",
            ),
            ("TABLE_NAME", "s-LedgerTable-1"),
            ("NOTIFY_WITHIN", "60"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut read = Function {
            name: "s-points".to_owned(),
            state: "Active".to_owned(),
            last_update: "Successful".to_owned(),
            timeout: 30,
            environment: HashMap::from(environment),
        };
        change(&mut read);
        let mut checks = Checks::default();
        runs(&mut checks, &on_aws(), 30, &read);
        checks.codes()
    }

    #[test]
    fn each_difference_of_a_function_is_found() {
        assert!(codes_of(|_| ()).is_empty());
        assert!(
            codes_of(|read| read.state = "Inactive".to_owned()).is_empty(),
            "until the next invocation"
        );
        assert_eq!(codes_of(|read| read.state = "Failed".to_owned()), ["function-inactive"]);
        assert_eq!(
            codes_of(|read| read.last_update = "Failed".to_owned()),
            ["function-inactive"]
        );
        assert_eq!(codes_of(|read| read.timeout = 900), ["timeout-differs"]);
        let elsewhere = |name: &'static str, value: &'static str| {
            codes_of(move |read| drop(read.environment.insert(name.to_owned(), value.to_owned())))
        };
        assert_eq!(elsewhere("TABLE_NAME", "t-LedgerTable-1"), ["setting-elsewhere"]);
        assert_eq!(
            elsewhere("TOPIC_ARN", "arn:aws:sns:r:1:t-events.fifo"),
            ["setting-elsewhere"]
        );
        assert_eq!(
            elsewhere(
                "QUARANTINE_QUEUE_URL",
                "https://sqs.r.amazonaws.com/1/other-s-quarantine.fifo"
            ),
            ["setting-elsewhere"]
        );
    }

    #[test]
    fn a_reserved_concurrency_is_that_of_all_mappings_or_more() {
        let of = |reserved| {
            let mut checks = Checks::default();
            has_concurrency(&mut checks, &on_aws(), "s-points", reserved, 50);
            checks.findings.first().map(|finding| finding.code)
        };
        assert_eq!([of(None), of(Some(50))], [None, None]);
        assert_eq!(
            [of(Some(49)), of(Some(0))],
            [Some("concurrency-too-low"), Some("function-stopped")]
        );
    }

    #[test]
    fn the_account_and_recursive_loops_are_checked() {
        let mut checks = Checks::default();
        account_has_concurrency(&mut checks, 265, 265);
        lets_chains_go_on(&mut checks, &on_aws(), "s-points", true);
        assert!(checks.codes().is_empty());
        account_has_concurrency(&mut checks, 264, 265);
        lets_chains_go_on(&mut checks, &on_aws(), "s-points", false);
        assert_eq!(checks.codes(), ["account-concurrency-too-low", "chains-are-stopped"]);
    }
}
