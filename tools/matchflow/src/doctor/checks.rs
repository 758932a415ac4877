//! What was checked, and what was found.

use serde::Serialize;

use super::codes::{Code, NOT_CHECKED, Severity};
use super::context::REVERT;
use crate::failure::Failure;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    pub code: &'static str,
    pub severity: Severity,
    /// What is wrong, a sentence.
    pub what: String,
    /// What follows from it.
    pub follows: &'static str,
    /// The command or page that mends it.
    pub mend: String,
}

impl Finding {
    /// A finding of a code.
    pub fn new(code: &Code, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            code: code.name,
            severity: code.severity,
            what: what.into(),
            follows: code.follows,
            mend: mend.into(),
        }
    }

    /// Where its code is explained.
    pub fn page(&self) -> String {
        format!("docs/reference/doctor.md#{}", self.code)
    }
}

/// The checks of one run.
#[derive(Debug, Default)]
pub struct Checks {
    /// How many were made.
    pub count: usize,
    pub findings: Vec<Finding>,
    /// What the local engine does not have.
    pub not_here: Vec<&'static str>,
}

impl Checks {
    /// Checks that something holds; whether it does.
    pub fn that(&mut self, holds: bool, finding: impl FnOnce() -> Finding) -> bool {
        self.count += 1;
        if !holds {
            self.findings.push(finding());
        }
        holds
    }

    /// What was read. What could not be read is a finding of its own.
    pub fn read<T>(&mut self, what: &str, read: Result<T, Failure>) -> Option<T> {
        read.map_err(|failure| {
            let [what_failed, next] = failure.sentences();
            self.findings.push(Finding::new(
                &NOT_CHECKED,
                format!("not checked: {what}: {what_failed}"),
                next,
            ));
        })
        .ok()
    }

    /// What was read, and has to exist.
    pub fn existing<T>(&mut self, code: &Code, what: &str, read: Result<Option<T>, Failure>) -> Option<T> {
        let read = self.read(what, read)?;
        self.that(read.is_some(), || {
            Finding::new(code, format!("{what} does not exist"), REVERT)
        });
        read
    }

    /// Notes that the local engine does not have something; whether it is to be checked.
    pub fn is_here(&mut self, is_local: bool, what: &'static str) -> bool {
        if is_local && !self.not_here.contains(&what) {
            self.not_here.push(what);
        }
        !is_local
    }
}

#[cfg(test)]
impl Checks {
    /// The codes of what was found, and that something was checked.
    pub fn codes(&self) -> Vec<&'static str> {
        assert!(self.count > 0);
        self.findings.iter().map(|finding| finding.code).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::codes;

    #[test]
    fn what_could_not_be_read_is_a_finding_and_no_check() {
        let mut checks = Checks::default();
        let refused = Failure::of_code("sqs:GetQueueAttributes", "AccessDenied");
        assert_eq!(checks.read::<()>("the queue x", Err(refused)), None);
        assert_eq!(checks.read("the queue y", Ok(1)), Some(1));
        let (finding, count) = (&checks.findings[0], checks.count);
        assert_eq!(
            (finding.code, finding.severity, count),
            ("not-checked", Severity::Warning, 0)
        );
        assert_eq!(
            finding.what,
            "not checked: the queue x: sqs:GetQueueAttributes failed: AccessDenied"
        );
        assert!(
            finding.mend.contains("must be allowed sqs:GetQueueAttributes"),
            "{}",
            finding.mend
        );
    }

    #[test]
    fn what_does_not_exist_is_found() {
        for code in [
            codes::FUNCTION_MISSING,
            codes::QUEUE_MISSING,
            codes::TABLE_MISSING,
            codes::TOPIC_MISSING,
        ] {
            let mut checks = Checks::default();
            assert_eq!(checks.existing(&code, "it", Ok(Some(1))), Some(1));
            assert!(checks.codes().is_empty());
            assert_eq!(checks.existing::<u8>(&code, "it", Ok(None)), None);
            assert_eq!(checks.codes(), [code.name]);
        }
    }

    #[test]
    fn what_the_local_engine_does_not_have_is_noted_once() {
        let mut checks = Checks::default();
        assert!(checks.is_here(false, "alarms"));
        assert!(checks.not_here.is_empty());
        assert!(!checks.is_here(true, "alarms") && !checks.is_here(true, "alarms"));
        assert_eq!(checks.not_here, ["alarms"]);
    }
}
