//! `matchflow doctor`: the deployed stack against what it must be.

mod checks;
mod codes;
mod context;
mod inspection;
mod read;
mod rules;

use serde::Serialize;

use crate::failure::Failure;
use crate::report::Report;
use crate::screen::{Look, Screen};
use crate::stack::Stack;
use checks::Finding;
use codes::Severity;
use inspection::Inspection;

/// What was checked of a stack, and what was found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Doctor {
    /// The stack's name.
    stack: String,
    /// How many settings were held against what they must be.
    checks: usize,
    /// What is not as it must be, the worst first; what could not be read is among it.
    findings: Vec<Finding>,
    /// What the local engine does not have, and what therefore was not checked.
    not_checked_locally: Vec<&'static str>,
}

impl Doctor {
    /// Checks a stack.
    pub async fn of(stack: &Stack) -> Result<Self, Failure> {
        let mut checks = Inspection::new(stack).run().await;
        checks
            .findings
            .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Ok(Self {
            stack: stack.name.clone(),
            checks: checks.count,
            findings: checks.findings,
            not_checked_locally: checks.not_here,
        })
    }

    fn head(&self) -> (Look, String) {
        let checks = format!("{} checks", self.checks);
        let serious = self
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Serious)
            .count();
        let all = match self.findings.len() {
            0 => return (Look::Good, format!("well: {checks}")),
            1 => "1 finding".to_owned(),
            several => format!("{several} findings"),
        };
        match serious {
            0 => (Look::Late, format!("{all} in {checks}")),
            _ => (
                Look::Bad,
                format!("{all} in {checks}: {serious} by which events can be lost, blocked or forged"),
            ),
        }
    }
}

impl Report for Doctor {
    fn write(&self, screen: &mut Screen) {
        let (look, head) = self.head();
        screen.line(&[(look, &head), (Look::Faint, &format!("   ({})", self.stack))]);
        for finding in &self.findings {
            let look = match finding.severity {
                Severity::Serious => Look::Bad,
                Severity::Warning => Look::Late,
            };
            screen.line(&[
                (look, "  ● "),
                (Look::Strong, finding.code),
                (Look::Plain, &format!("  {}", finding.what)),
            ]);
            screen.line(&[
                (Look::Plain, &format!("      {}", finding.follows)),
                (Look::Faint, &format!("  {}", finding.page())),
            ]);
            screen.line(&[(Look::Faint, "      → "), (Look::Plain, &finding.mend)]);
        }
        if !self.not_checked_locally.is_empty() {
            let left_out = &self.not_checked_locally;
            let text = format!(
                "  {} groups of settings not checked, which the local engine does not have: {}",
                left_out.len(),
                left_out.join("; ")
            );
            screen.line(&[(Look::Faint, &text), (Look::Faint, "  docs/reference/local-engine.md")]);
        }
    }

    fn exit_code(&self) -> u8 {
        self.findings
            .iter()
            .map(|finding| finding.severity as u8)
            .max()
            .unwrap_or_default()
    }
}
