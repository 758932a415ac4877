//! The lines of a file, each held against the contract.

use contract::{Event, EventType, EventTypeAttribute, Undecoded, decode};
use serde::Serialize;

/// A request to send.
#[derive(Debug)]
pub struct Submission<'a> {
    /// The number of its line, from 1.
    pub line: usize,
    pub body: &'a str,
    pub request_id: String,
    /// The message group: requests of one customer stay in order.
    pub customer_id: String,
}

/// A line that is no request, or that was not taken.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    pub line: usize,
    /// What is wrong, without any value.
    pub why: String,
}

/// The requests in a text, and what is wrong with the lines that are none. Empty lines are left out.
pub fn submissions<'a>(text: &'a str, queue_arn: &str) -> (Vec<Submission<'a>>, Vec<Refused>) {
    let (mut submissions, mut refused) = (Vec::new(), Vec::new());
    let lines = text.lines().enumerate().map(|(index, body)| (index + 1, body.trim()));
    for (line, body) in lines.filter(|(_, body)| !body.is_empty()) {
        match submission(line, body, queue_arn) {
            Ok(submission) => submissions.push(submission),
            Err(why) => refused.push(Refused { line, why }),
        }
    }
    (submissions, refused)
}

fn submission<'a>(line: usize, body: &'a str, queue_arn: &str) -> Result<Submission<'a>, String> {
    let received = decode(
        body,
        EventTypeAttribute::Absent,
        &[EventType::RequestSubmitted],
        queue_arn,
    );
    let received = received.map_err(|undecoded| match undecoded {
        Undecoded::Invalid(invalid) => invalid.to_string(),
        Undecoded::OtherType(_) => "`type` must be request.submitted".to_owned(),
    })?;
    let Event::RequestSubmitted(data) = received.event else {
        return Err("`type` must be request.submitted".to_owned());
    };
    Ok(Submission {
        line,
        body,
        request_id: data.request_id.to_string(),
        customer_id: data.customer.id.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:sqs:ap-northeast-2:000000000000:matchflow-intake.fifo";
    const GOLDEN: &str = include_str!("../../../../shared/contract/golden/request.submitted.json");

    #[test]
    fn each_line_is_a_request_or_is_refused_with_what_is_wrong() {
        let golden = GOLDEN.replace('\n', " ");
        let broken = golden.replace("\"category\"", "\"Category\"");
        let other = golden.replace("request.submitted", "match.closed");
        let text = format!("{golden}\r\n\n{broken}\nno json\n{other}\n{golden}");
        let (submissions, refused) = submissions(&text, ARN);
        let sent: Vec<_> = submissions
            .iter()
            .map(|submission| (submission.line, &*submission.request_id))
            .collect();
        assert_eq!(sent, [(1, "req-20260302-0917"), (6, "req-20260302-0917")]);
        assert_eq!(submissions[0].body, golden.trim());
        assert!(!submissions[0].customer_id.is_empty());
        let lines: Vec<_> = refused.iter().map(|refused| refused.line).collect();
        assert_eq!(lines, [3, 4, 5]);
        assert!(refused[0].why.contains("`data.category`"), "{}", refused[0].why);
        assert_eq!(refused[2].why, "`type` must be request.submitted");
    }
}
