//! How events are divided into `PublishBatch` calls.

use contract::Publication;

/// The most entries that SNS and SQS take in one batch call.
pub(crate) const ENTRIES: usize = 10;

/// The most bytes that one call may carry, all entries together: the topic's `MaximumMessageSize`, 256 KiB
/// unless raised.
pub(crate) const BYTES: usize = 256 * 1024;

/// The message attributes of an event, all of type String.
pub(crate) fn attributes(event: &Publication) -> [(&'static str, &str); 2] {
    [
        ("eventType", event.event_type.as_str()),
        ("correlationId", &event.correlation_id),
    ]
}

/// An entry's size as SNS counts it: the body, and the name, type and value of each attribute.
pub(crate) fn size(event: &Publication) -> usize {
    let attribute = |(name, value): (&str, &str)| name.len() + "String".len() + value.len();
    event.body.len() + attributes(event).map(attribute).iter().sum::<usize>()
}

/// Runs of events in their order, each within one call's limits. An event that is too large for any call makes
/// a run of its own.
pub(crate) fn runs<'e>(events: &[&'e Publication]) -> Vec<Vec<&'e Publication>> {
    let mut runs: Vec<Vec<&Publication>> = Vec::new();
    let mut bytes = 0;
    for &event in events {
        bytes += size(event);
        match runs.last_mut() {
            Some(run) if run.len() < ENTRIES && bytes <= BYTES => run.push(event),
            _ => {
                bytes = size(event);
                runs.push(vec![event]);
            }
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use contract::EventType;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn event(body: usize) -> Publication {
        Publication {
            id: "id".to_owned(),
            event_type: EventType::MatchClosed,
            group: "a group does not count".to_owned(),
            correlation_id: "☃".to_owned(),
            body: "x".repeat(body),
        }
    }

    #[test]
    fn attributes_count_with_name_type_and_value() {
        let attributes = "eventTypeStringmatch.closedcorrelationIdString☃";
        assert_eq!(size(&event(5)), 5 + attributes.len());
    }

    #[test]
    fn a_call_is_filled_to_the_last_byte() {
        let half = BYTES / 2;
        let overhead = size(&event(0));
        let [first, second] = [event(half - overhead), event(half - overhead)];
        assert_eq!(runs(&[&first, &second]).len(), 1);
        let second = event(half - overhead + 1);
        assert_eq!(runs(&[&first, &second]).len(), 2);
    }

    /// Small, large, and too large for any call.
    fn body() -> impl Strategy<Value = usize> {
        prop_oneof![8 => 0..2000_usize, 4 => 20_000..120_000_usize, 1 => BYTES - 100..BYTES + 100]
    }

    proptest! {
        #[test]
        fn runs_keep_the_order_and_the_limits_and_are_full(bodies in vec(body(), 0..40)) {
            let events: Vec<Publication> = bodies.into_iter().map(event).collect();
            let events: Vec<&Publication> = events.iter().collect();
            let runs = runs(&events);
            let bytes = |run: &[&Publication]| run.iter().map(|event| size(event)).sum::<usize>();
            for run in &runs {
                prop_assert!((1..=ENTRIES).contains(&run.len()));
                prop_assert!(bytes(run) <= BYTES || run.len() == 1);
            }
            for pair in runs.windows(2) {
                let fits = bytes(&pair[0]) + size(pair[1][0]) <= BYTES;
                prop_assert!(pair[0].len() == ENTRIES || !fits);
            }
            let sent: Vec<*const Publication> = runs.concat().into_iter().map(std::ptr::from_ref).collect();
            let given: Vec<*const Publication> = events.into_iter().map(std::ptr::from_ref).collect();
            prop_assert_eq!(sent, given);
        }
    }
}
