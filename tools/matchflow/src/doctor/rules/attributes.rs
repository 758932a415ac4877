//! A queue's attributes.

use serde_json::{Value, json};

use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes::Code;
use crate::doctor::context::Context;
use crate::doctor::read::queues::Queue;

/// A number is at least so much.
pub fn at_least(checks: &mut Checks, cx: &Context, code: &Code, name: &str, read: &Queue, attribute: &str, least: u64) {
    let found = read.number(attribute);
    checks.that(found >= least, || {
        let what = format!("{attribute} of {name} is {found}, and must be at least {least}");
        Finding::new(code, what, set(cx, read, &json!({ attribute: least.to_string() })))
    });
}

/// An attribute has this value.
pub fn is(checks: &mut Checks, cx: &Context, code: &Code, name: &str, read: &Queue, attribute: &str, wanted: &str) {
    let found = read.attributes.get(attribute).map_or("false", String::as_str);
    checks.that(found == wanted, || {
        let what = format!("{attribute} of {name} is {found}, and must be {wanted}");
        Finding::new(code, what, set(cx, read, &json!({ attribute: wanted })))
    });
}

/// The command that sets attributes.
pub fn set(cx: &Context, read: &Queue, attributes: &Value) -> String {
    let input = json!({ "QueueUrl": read.url, "Attributes": attributes });
    cx.aws("sqs set-queue-attributes", &input)
}
