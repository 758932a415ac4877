//! The screen of `matchflow follow`.

use jiff::Timestamp;

use super::event::words;
use super::subject::Subject;
use super::{Looked, Story};
use crate::screen::{Look, Screen};

pub fn write(story: &Story, screen: &mut Screen) {
    head(story, screen);
    let began = story.submitted_at.or(story.events.first().map(|event| event.time));
    let mut last = began;
    if let Some(submitted_at) = story.submitted_at {
        step(screen, submitted_at, None, "submitted", "");
    }
    for event in &story.events {
        let gap = last.map(|last| seconds(last, event.time));
        step(screen, event.time, gap, &event.kind, &words(event));
        last = Some(event.time);
    }
    for expectation in &story.expected {
        let since = seconds(expectation.since, story.now);
        let text = format!(
            "  waits for {since:.1} s: {}; its {} comes by {}, or lies in {}",
            expectation.what, expectation.record, expectation.queue, expectation.dead_letters
        );
        screen.line(&[(Look::Late, &text)]);
    }
    for kept in &story.failed {
        let event_type = kept.event_type.as_deref().unwrap_or("record");
        let text = format!(
            "  its {event_type} is in {} since {:.0}: {}",
            kept.queue, kept.at, kept.cause
        );
        let advice = kept.advice.map_or(String::new(), |advice| format!("  {advice}"));
        let next = format!("{advice}  → {}", kept.command);
        screen.line(&[(Look::Bad, &text), (Look::Faint, &next)]);
    }
    screen.gap();
    let looked: Vec<_> = story.looked.iter().map(found_in).collect();
    screen.line(&[(Look::Faint, &format!("Found in {}", looked.join(", ")))]);
}

/// Where it was looked, and how completely.
pub fn found_in(looked: &Looked) -> String {
    let Looked { place, found, messages } = looked;
    match messages {
        Some((at, of)) => format!("{place} {found} ({at} of {of} messages looked at)"),
        None => format!("{place} {found}"),
    }
}

/// The request's state, or why there is none.
pub fn state_of(story: &Story) -> &str {
    story.state.as_deref().unwrap_or(match story.subject {
        Subject::Request(_) => "not known to matching",
        Subject::Purchase(_) => "purchase",
        Subject::Partner(_) => "partner",
        Subject::Failed(_) => "failed before anything was decided",
    })
}

fn head(story: &Story, screen: &mut Screen) {
    let id = story.subject.id();
    let state = state_of(story);
    screen.line(&[(Look::Strong, id), (Look::Plain, &format!("   {state}"))]);
    let Some(request) = &story.request else {
        return;
    };
    let text = |path: &str| {
        request
            .pointer(path)
            .and_then(|value| value.as_str())
            .unwrap_or("–")
            .to_owned()
    };
    let mut line = format!(
        "  {} in {}, customer {}",
        text("/category"),
        text("/region"),
        text("/customer/id")
    );
    for member in ["phone", "push", "locale"] {
        if let Some(value) = request["customer"].get(member) {
            line.extend([", ", member, " ", &value.to_string()]);
        }
    }
    screen.line(&[(Look::Plain, &line)]);
}

fn step(screen: &mut Screen, time: Timestamp, gap: Option<f64>, what: &str, words: &str) {
    let gap = gap.map_or(String::new(), |gap| format!("{gap:+.3} s"));
    let words = if words.is_empty() {
        String::new()
    } else {
        format!("  {words}")
    };
    screen.line(&[
        (Look::Faint, &format!("  {time:.3} {gap:>11}  ")),
        (
            Look::Strong,
            &if words.is_empty() {
                what.to_owned()
            } else {
                format!("{what:<18}")
            },
        ),
        (Look::Plain, &words),
    ]);
}

/// The seconds from one time to another.
pub fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}
