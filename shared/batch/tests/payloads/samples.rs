//! Sample events as AWS's own libraries, tools and documentation have them: the files in `samples` have their members and
//! oddities, with values of our own, and are named after their source.

use std::cell::RefCell;
use std::fs::{read_dir, read_to_string};
use std::path::Path;
use std::time::{Duration, SystemTime};

use batch::{BoxError, Consumer, NoTopic, Queue, Record, Rejection, each, parse_event, process};
use serde_json::Value;

/// A queue on which no record fails and none is quarantined.
struct Untouched;

impl Queue for Untouched {
    async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> {
        unreachable!("no record failed")
    }

    async fn quarantine(&self, _: &Record, _: &Rejection, _: SystemTime) -> Result<(), BoxError> {
        unreachable!("every record can be decoded")
    }
}

/// The payload of each sample, by its source.
pub fn payloads() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads/samples");
    let paths = read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths
        .map(|path| {
            (
                path.file_stem().unwrap().to_str().unwrap().to_owned(),
                read_to_string(&path).unwrap(),
            )
        })
        .collect()
}

/// The bodies as the payload has them.
fn bodies(payload: &str) -> Vec<String> {
    let payload: Value = serde_json::from_str(payload).unwrap();
    let records = payload["Records"].as_array().unwrap();
    records
        .iter()
        .map(|record| record["body"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn every_record_of_every_public_sample_is_handled() {
    let payloads = payloads();
    assert_eq!(payloads.len(), 13);
    for (source, payload) in payloads {
        let handled = RefCell::new(Vec::new());
        let decode = |record: &Record| Ok(Some(record.body.clone()));
        let collect = each(async |body: &String, _| {
            handled.borrow_mut().push(body.clone());
            Ok(vec![])
        });
        let consumer = Consumer::new(decode, collect, NoTopic, Untouched);
        let deadline = SystemTime::now() + Duration::from_mins(1);
        let records = parse_event(&payload).unwrap_or_else(|error| panic!("{source}: {error}"));
        let answer = process(records, deadline, &consumer).await;
        assert!(answer.batch_item_failures.is_empty(), "{source}");
        assert_eq!(handled.take(), bodies(&payload), "{source}");
    }
}

#[test]
fn the_samples_differ_in_what_a_record_holds() {
    let payloads = payloads();
    let sample = |source: &str| {
        let (_, payload) = payloads.iter().find(|(name, _)| name == source).unwrap();
        parse_event(payload).unwrap()
    };
    let go = &sample("aws-lambda-go")[0];
    assert_eq!(go.receive_count, 2);
    assert_eq!(go.attributes["Picture"].binary_value.as_deref(), Some(&[0, 1, 2][..]));
    assert_eq!(go.attributes["Weight"].string_value.as_deref(), Some("250"));
    let shelf = &sample("powertools-python")[0].attributes["shelf"];
    assert_eq!(
        (&*shelf.data_type, shelf.string_value.as_deref()),
        ("Number", Some("17"))
    );
    let fifo = sample("powertools-java-fifo");
    assert!(
        fifo.iter()
            .all(|record| record.is_fifo() && record.group.as_deref() == Some("1"))
    );
    assert_eq!(sample("aws-lambda-java-tests")[0].body, "");
}
