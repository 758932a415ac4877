//! What the adapter tests share: events, records, SNS's answers in XML, requests read back.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;

use batch::Record;
use contract::Publication;
use recorded::Request;

/// Event `n` of this message group.
pub fn event(n: usize, group: &str) -> Publication {
    Publication {
        id: format!("event-{n}"),
        event_type: contract::EventType::RequestMatched,
        group: group.to_owned(),
        correlation_id: format!("correlation-{n}"),
        body: format!("body {n}"),
    }
}

/// One entry of a `PublishBatch` request.
#[derive(Debug, PartialEq)]
pub struct Entry {
    pub message: String,
    pub group: String,
    pub deduplication_id: String,
    /// (name, type, value), sorted.
    pub attributes: Vec<(String, String, String)>,
}

/// The entries of a `PublishBatch` request, in their order.
pub fn entries(request: &Request) -> Vec<Entry> {
    let field = |name: &str| request.body[name].as_str().map(str::to_owned);
    let entry = |n: usize| {
        let prefix = format!("PublishBatchRequestEntries.member.{n}");
        let message = field(&format!("{prefix}.Message"))?;
        let attribute = |a: usize| {
            let prefix = format!("{prefix}.MessageAttributes.entry.{a}");
            let name = field(&format!("{prefix}.Name"))?;
            let data_type = field(&format!("{prefix}.Value.DataType")).unwrap();
            let value = field(&format!("{prefix}.Value.StringValue")).unwrap();
            Some((name, data_type, value))
        };
        let mut attributes: Vec<_> = (1..).map_while(attribute).collect();
        attributes.sort();
        Some(Entry {
            message,
            group: field(&format!("{prefix}.MessageGroupId")).unwrap(),
            deduplication_id: field(&format!("{prefix}.MessageDeduplicationId")).unwrap(),
            attributes,
        })
    };
    (1..).map_while(entry).collect()
}

/// SNS's answer to a `PublishBatch` that took all entries.
pub fn success(entries: usize) -> String {
    answer(&(0..entries).collect::<Vec<_>>(), &[])
}

/// SNS's answer to a `PublishBatch`: successful entries, and failed ones with their code.
pub fn answer(successful: &[usize], failed: &[(usize, &str)]) -> String {
    let mut members = "<Failed>".to_owned();
    for (id, code) in failed {
        write!(
            members,
            "<member><Id>{id}</Id><Code>{code}</Code><Message>the reason, with values</Message>\
             <SenderFault>false</SenderFault></member>"
        )
        .unwrap();
    }
    members.push_str("</Failed><Successful>");
    for id in successful {
        write!(members, "<member><Id>{id}</Id><MessageId>m</MessageId></member>").unwrap();
    }
    format!(
        "<PublishBatchResponse><PublishBatchResult>{members}</Successful></PublishBatchResult>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishBatchResponse>"
    )
}

/// An error with its sources and its `Debug`: all that could come into a log.
pub fn failing(error: &batch::BoxError) -> String {
    let mut line = format!("{error:?} {error}");
    let mut source: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = source {
        write!(line, ": {error}").unwrap();
        source = error.source();
    }
    line
}

/// Record `n`, of the intake queue.
pub fn record(n: usize) -> Record {
    Record {
        message_id: format!("message-{n}"),
        receipt_handle: format!("receipt-{n}"),
        body: format!("body {n}"),
        attributes: BTreeMap::new(),
        group: Some(format!("group-{n}")),
        receive_count: 3,
        sent_at: None,
        queue_arn: "arn:aws:sqs:ap-northeast-2:000000000000:intake.fifo".to_owned(),
    }
}
