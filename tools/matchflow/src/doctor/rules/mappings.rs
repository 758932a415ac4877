//! An event source mapping.

use serde_json::json;
use wiring::{DEPLOYED, Mapping};

use crate::consumers::Consumer;
use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::{Context, REVERT};
use crate::doctor::read::mappings::EventSource;
use crate::shell;

const UPDATE: &str = "lambda update-event-source-mapping";

/// A mapping exists, and is on or paused by an operator.
pub fn is_read(checks: &mut Checks, consumer: &Consumer) {
    let Consumer { function, queue, .. } = consumer;
    let exists = checks.that(consumer.mapping.is_some(), || {
        let what = format!("{function} has no event source mapping on {queue}");
        Finding::new(&codes::MAPPING_MISSING, what, REVERT)
    });
    if exists {
        checks.that(consumer.is_reading() || consumer.paused.is_some(), || {
            let state = consumer.state.as_deref().unwrap_or("off");
            let what =
                format!("{function}'s event source mapping on {queue} is {state}, and no operator has paused it");
            let resume = shell::line(&format!("resume {}", queue.trim_end_matches(".fifo")));
            Finding::new(&codes::MAPPING_DISABLED, what, resume)
        });
    }
}

/// A mapping hands over what the template says, and deletes no record that failed.
pub fn hands_over(checks: &mut Checks, cx: &Context, spec: &Mapping, read: &EventSource) {
    let (queue, function) = (&spec.queue, spec.function.name());
    checks.that(read.reports_partial_batches, || {
        let mend = json!({ "UUID": read.id, "FunctionResponseTypes": ["ReportBatchItemFailures"] });
        let what = format!("{function}'s mapping on {queue} does not report partial batches (ReportBatchItemFailures)");
        Finding::new(&codes::MAPPING_WITHOUT_PARTIAL_BATCHES, what, cx.aws(UPDATE, &mend))
    });
    checks.that(!read.has_filters, || {
        // An empty object takes them away (Lambda Developer Guide, "Event filtering", "Attaching filter criteria to an event source mapping").
        let mend = json!({ "UUID": read.id, "FilterCriteria": {} });
        let what = format!("{function}'s mapping on {queue} has a filter");
        Finding::new(&codes::MAPPING_FILTERS, what, cx.aws(UPDATE, &mend))
    });
    if checks.is_here(cx.is_local, "whether mappings read for the alias") {
        checks.that(read.function_arn.ends_with(":live"), || {
            let what = format!("the mapping on {queue} reads for {function} itself, not for its alias live");
            let mend = json!({ "UUID": read.id, "FunctionName": format!("{}:live", read.function_arn) });
            Finding::new(&codes::MAPPING_PAST_THE_ALIAS, what, cx.aws(UPDATE, &mend))
        });
    }
    has_the_size(checks, cx, spec, read);
}

/// Batch size, window and concurrency, but for those that a parameter sets.
fn has_the_size(checks: &mut Checks, cx: &Context, spec: &Mapping, read: &EventSource) {
    let queue = &spec.queue;
    let is_fixed = |member| !DEPLOYED.required.is_settable(queue, member);
    let window = spec.window.as_secs();
    let concurrency = read
        .concurrency
        .map_or("without limit".to_owned(), |most| most.to_string());
    let members = [
        (
            is_fixed("batchSize"),
            "batch size",
            spec.batch_size.to_string(),
            read.batch_size.to_string(),
        ),
        (
            is_fixed("window"),
            "window in seconds",
            window.to_string(),
            read.window.to_string(),
        ),
        (
            !read.has_pollers,
            "maximum concurrency",
            spec.concurrency.to_string(),
            concurrency,
        ),
    ];
    for (_, member, wanted, found) in members.into_iter().filter(|(is_fixed, ..)| *is_fixed) {
        checks.that(wanted == found, || {
            let what = format!("the mapping on {queue} has the {member} {found}, the template {wanted}");
            let mut mend = json!({ "UUID": read.id, "ScalingConfig": { "MaximumConcurrency": spec.concurrency } });
            if is_fixed("batchSize") {
                mend["BatchSize"] = spec.batch_size.into();
                mend["MaximumBatchingWindowInSeconds"] = window.into();
            }
            Finding::new(&codes::MAPPING_DIFFERS, what, cx.aws(UPDATE, &mend))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::context::on_aws;

    fn good(spec: &Mapping) -> EventSource {
        EventSource {
            id: "id".to_owned(),
            function_arn: "arn:aws:lambda:r:1:function:s-x:live".to_owned(),
            batch_size: spec.batch_size,
            window: spec.window.as_secs(),
            concurrency: Some(spec.concurrency),
            has_pollers: false,
            reports_partial_batches: true,
            has_filters: false,
        }
    }

    fn codes_of(queue: &str, change: impl FnOnce(&mut EventSource)) -> Vec<&'static str> {
        let spec = DEPLOYED.mapping(queue);
        let (mut read, mut checks) = (good(spec), Checks::default());
        change(&mut read);
        hands_over(&mut checks, &on_aws(), spec, &read);
        checks.codes()
    }

    #[test]
    fn a_mapping_as_the_template_makes_it_is_well() {
        for mapping in &DEPLOYED.mappings {
            assert!(codes_of(&mapping.queue, |_| ()).is_empty(), "{}", mapping.queue);
        }
    }

    #[test]
    fn each_difference_of_a_mapping_is_found() {
        let queue = "points.fifo";
        assert_eq!(
            codes_of(queue, |read| read.reports_partial_batches = false),
            ["mapping-without-partial-batches"]
        );
        assert_eq!(codes_of(queue, |read| read.has_filters = true), ["mapping-filters"]);
        assert_eq!(
            codes_of(queue, |read| read.function_arn =
                "arn:aws:lambda:r:1:function:s-x".to_owned()),
            ["mapping-past-the-alias"]
        );
        assert_eq!(codes_of(queue, |read| read.batch_size = 1), ["mapping-differs"]);
        assert_eq!(codes_of(queue, |read| read.window = 5), ["mapping-differs"]);
        assert_eq!(codes_of(queue, |read| read.concurrency = None), ["mapping-differs"]);
    }

    #[test]
    fn filters_are_taken_away_by_an_empty_object() {
        let (spec, mut checks) = (DEPLOYED.mapping("points.fifo"), Checks::default());
        let read = EventSource {
            has_filters: true,
            ..good(spec)
        };
        hands_over(&mut checks, &on_aws(), spec, &read);
        let mend =
            r#"aws lambda update-event-source-mapping --region r --cli-input-json '{"FilterCriteria":{},"UUID":"id"}'"#;
        assert_eq!(checks.findings[0].mend, mend);
    }

    #[test]
    fn what_a_parameter_sets_is_no_difference() {
        assert!(codes_of("statistics", |read| (read.batch_size, read.window) = (10_000, 300)).is_empty());
        assert!(
            codes_of("intake.fifo", |read| (read.concurrency, read.has_pollers) =
                (None, true))
            .is_empty()
        );
    }

    #[test]
    fn a_mapping_is_on_or_paused_by_an_operator() {
        let of = |mapping: Option<&str>, state: &str, paused: Option<&str>| {
            let mut checks = Checks::default();
            let consumer = Consumer {
                function: "points",
                queue: "points.fifo",
                state: Some(state.to_owned()),
                paused: paused.map(str::to_owned),
                mapping: mapping.map(str::to_owned),
            };
            is_read(&mut checks, &consumer);
            checks.codes()
        };
        assert!(of(Some("id"), "Enabled", None).is_empty());
        assert!(of(Some("id"), "Disabled", Some("2026-03-02T00:17:04Z mending")).is_empty());
        assert_eq!(of(Some("id"), "Disabled", None), ["mapping-disabled"]);
        assert_eq!(of(None, "", None), ["mapping-missing"]);
    }
}
