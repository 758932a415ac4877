//! The screen of `matchflow status`.

use super::Status;
use super::findings::Verdict;
use super::queues::QueueStatus;
use crate::screen::{Look, Screen};

/// The heads of the queues' columns.
pub const HEAD: [&str; 7] = [
    "queue",
    "waiting",
    "in flight",
    "delayed",
    "oldest",
    "trend",
    "drained in",
];

pub fn write(status: &Status, screen: &mut Screen) {
    let look = match status.verdict {
        Verdict::Well => Look::Good,
        Verdict::Behind => Look::Late,
        Verdict::Failing => Look::Bad,
    };
    let because = status
        .findings
        .first()
        .map(|finding| format!(": {}{}", finding.text, more(status.findings.len() - 1)))
        .unwrap_or_default();
    screen.line(&[
        (look, status.verdict.word()),
        (Look::Plain, &because),
        (Look::Faint, &format!("   ({})", status.stack)),
    ]);
    for finding in &status.findings {
        let look = if finding.verdict == Verdict::Failing {
            Look::Bad
        } else {
            Look::Late
        };
        screen.line(&[
            (look, "  ● "),
            (Look::Plain, &finding.text),
            (Look::Faint, &format!("  → {}", finding.next)),
        ]);
    }
    screen.gap();
    screen.line(&[(Look::Strong, &row(HEAD.map(str::to_owned)))]);
    for queue in &status.queues {
        let look = if queue.is_empty() { Look::Faint } else { Look::Plain };
        screen.line(&[(look, &row(cells(queue)))]);
    }
}

/// That there are other findings.
pub fn more(others: usize) -> String {
    match others {
        0 => String::new(),
        others => format!(", and {others} more"),
    }
}

/// What is said of a queue.
pub fn cells(queue: &QueueStatus) -> [String; 7] {
    let unknown = || "–".to_owned();
    [
        queue.name.to_owned(),
        queue.depth.to_string(),
        queue.in_flight.to_string(),
        queue.delayed.to_string(),
        queue.oldest_age.map_or_else(unknown, |age| format!("{age:.0} s")),
        queue.growth.map_or_else(unknown, |growth| format!("{growth:+.1}/s")),
        queue
            .drained_in()
            .map_or_else(unknown, |seconds| format!("{seconds:.0} s")),
    ]
}

fn row(cells: [String; 7]) -> String {
    let [name, waiting, in_flight, delayed, oldest, trend, drained] = cells;
    format!("  {name:<28}{waiting:>11}{in_flight:>11}{delayed:>11}{oldest:>11}{trend:>11}{drained:>12}")
}
