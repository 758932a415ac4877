//! The screen of `matchflow follow`.

use jiff::{Timestamp, Unit};

use super::Story;
use super::event::words;
use super::subject::Subject;
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
        step(screen, event.time, gap, &event.event_type, &words(event));
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
    screen.gap();
    let looked: Vec<_> = story
        .looked
        .iter()
        .map(|looked| format!("{} {}", looked.table, looked.found))
        .collect();
    screen.line(&[(
        Look::Faint,
        &format!(
            "Looked at all that the tables have of it, items found: {}",
            looked.join(", ")
        ),
    )]);
}

fn head(story: &Story, screen: &mut Screen) {
    let id = match &story.subject {
        Subject::Request(id) | Subject::Purchase(id) => id,
    };
    let state = story.state.as_deref().unwrap_or(match story.subject {
        Subject::Request(_) => "not known to matching",
        Subject::Purchase(_) => "purchase",
    });
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
            line += &format!(", {member} {value}");
        }
    }
    screen.line(&[(Look::Plain, &line)]);
}

fn step(screen: &mut Screen, time: Timestamp, gap: Option<f64>, what: &str, words: &str) {
    let time = time.round(Unit::Millisecond).unwrap_or(time);
    let gap = gap.map_or(String::new(), |gap| format!("{gap:+.3} s"));
    screen.line(&[
        (Look::Faint, &format!("  {time:<24} {gap:>11}  ")),
        (Look::Strong, &format!("{what:<20}")),
        (Look::Plain, words),
    ]);
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.duration_since(from).as_secs_f64()
}
