//! The pipeline as a picture: which queue each function reads, how much waits there, how fast it goes and where it fails.

use maud::{Markup, html};
use wiring::{DEPLOYED, Function};

use super::Status;
use super::findings::Verdict;
use super::page::class;
use super::queues::QueueStatus;
use crate::html::arrowhead;
use crate::measured::Measured;
use crate::screen::counted;

const QUEUE: (f64, f64) = (226.0, 64.0);
/// Of a queue that no function reads.
const KEPT: f64 = 46.0;
const FUNCTION: (f64, f64) = (160.0, 72.0);
/// From one queue to the next, and from one function to the next.
const ROW: f64 = 74.0;
const FUNCTION_ROW: f64 = 98.0;
/// Below the functions, for what was taken out of the flow.
const FOOT: f64 = 66.0;

/// Around it, for the lines to and from the topic.
const MARGIN: f64 = 16.0;
/// The topic, between the columns: its left side, its width, and how far it is from top and foot.
const TOPIC: (f64, f64, f64) = (480.0, 34.0, 12.0);

/// A column of the picture: functions, each behind its queues.
struct Column {
    x: f64,
    functions: Vec<Function>,
}

/// The picture.
pub fn picture(status: &Status, measured: &Measured) -> Markup {
    let is_first = |function: &Function| {
        let mut mappings = DEPLOYED.mappings.iter();
        mappings.any(|mapping| mapping.function == *function && mapping.queue == "intake.fifo")
    };
    let (first, others) = Function::ALL.into_iter().partition(is_first);
    let columns = [(2.0, first), (546.0, others)].map(|(x, functions)| Column { x, functions });
    let heights = columns.iter().map(|column| height_of(&column.functions));
    let height = heights.fold(0.0, f64::max) + FOOT;
    html! {
        div.scrolls tabindex="0" role="region" aria-label="Pipeline" {
            svg.picture viewBox={ (-MARGIN) " " (-MARGIN) " " (1000.0 + 2.0 * MARGIN) " " (height + MARGIN) } role="group" aria-label="Queues, functions and the topic" {
                (arrowhead("head"))
                (topic(height))
                @for column in &columns { (self::column(column, height, status, measured)) }
                (kept(height, status))
            }
        }
    }
}

fn height_of(functions: &[Function]) -> f64 {
    let heights = functions
        .iter()
        .map(|function| FUNCTION_ROW.max(queues_read_by(*function) * ROW));
    heights.sum()
}

fn queues_read_by(function: Function) -> f64 {
    let mappings = DEPLOYED.mappings.iter();
    mappings.filter(|mapping| mapping.function == function).count() as f64
}

fn column(column: &Column, height_of_all: f64, status: &Status, measured: &Measured) -> Markup {
    let mut top = (height_of_all - FOOT - height_of(&column.functions)) / 2.0;
    let mut drawn = Vec::new();
    for function in &column.functions {
        let height = height_of(&[*function]);
        let middle = top + height / 2.0;
        drawn.push(queues_before(column.x, middle, *function, status, measured));
        let x = column.x + QUEUE.0 + 58.0;
        drawn.push(function_box(x, middle, *function, status, measured));
        drawn.push(to_topic(x + FUNCTION.0, middle, height_of_all, *function));
        top += height;
    }
    html! { @for part in &drawn { (part) } }
}

/// A function's queues, one below the other, each with an arrow to the function.
fn queues_before(x: f64, middle: f64, function: Function, status: &Status, measured: &Measured) -> Markup {
    let top = middle - queues_read_by(function) * ROW / 2.0 + (ROW - QUEUE.1) / 2.0;
    html! {
        @for (n, queue) in queues_of(function, status).enumerate() {
            @let y = top + n as f64 * ROW;
            (queue_box(x, y, QUEUE.1, queue, status))
            (flow(x, y, queue.name, measured))
            (from_topic(x, y + QUEUE.1 / 2.0, queue.name))
            path class={ "flow " (mark(status, queue.name)) } marker-end="url(#head)"
                d={ "M" (x + QUEUE.0) " " (y + QUEUE.1 / 2.0) "L" (x + QUEUE.0 + 56.0) " " (middle) } {}
        }
    }
}

fn queues_of(function: Function, status: &Status) -> impl Iterator<Item = &QueueStatus> {
    let mappings = DEPLOYED
        .mappings
        .iter()
        .filter(move |mapping| mapping.function == function);
    mappings.filter_map(|mapping| status.queue(&mapping.queue))
}

/// The mark of what is about this queue: none where all is well.
fn mark(status: &Status, queue: &str) -> &'static str {
    let findings = status.findings.iter().filter(|finding| finding.queue == Some(queue));
    let worst = findings.map(|finding| finding.verdict).max();
    worst.filter(|worst| *worst != Verdict::Well).map_or("", class)
}

fn queue_box(x: f64, y: f64, height: f64, queue: &QueueStatus, status: &Status) -> Markup {
    let waiting = match (queue.depth, queue.in_flight + queue.delayed) {
        (depth, 0) => format!("{depth} waiting"),
        (depth, others) => format!("{depth} waiting, {others} hidden"),
    };
    html! {
        rect class={ "box " (mark(status, queue.name)) } x=(x) y=(y) width=(QUEUE.0) height=(height) rx="6" {}
        text.name x=(x + 10.0) y=(y + 19.0) { (queue.name.trim_end_matches(".fifo")) }
        text.small x=(x + 10.0) y=(y + 36.0) { (waiting) }
    }
}

/// What is measured of a queue, in its box: records a second, and the ages at which their batches started.
fn flow(x: f64, y: f64, queue: &str, measured: &Measured) -> Markup {
    let flow = measured.flow(queue);
    let age = match flow.age {
        Some(age) => format!("age: half ≤ {}, 99 % ≤ {}", seconds(age.median), seconds(age.p99)),
        None if measured.missing.is_some() => "age: not measured".to_owned(),
        None => "no batch lately".to_owned(),
    };
    html! {
        text.small text-anchor="end" x=(x + QUEUE.0 - 10.0) y=(y + 19.0) { (format!("{:.1} a second", flow.per_second)) }
        text.small x=(x + 10.0) y=(y + 53.0) { (age) }
    }
}

fn function_box(x: f64, middle: f64, function: Function, status: &Status, measured: &Measured) -> Markup {
    let y = middle - FUNCTION.1 / 2.0;
    let pace = match measured.missing {
        Some(_) => "not measured".to_owned(),
        None => format!("{:.1} records a second", measured.pace(function).per_second),
    };
    let (class, dead) = match dead_letters(function, status) {
        0 => ("", "no dead letters".to_owned()),
        dead => ("bad", counted(dead, "dead letter")),
    };
    html! {
        rect class={ "box " (class) } x=(x) y=(y) width=(FUNCTION.0) height=(FUNCTION.1) rx="14" {}
        text.name x=(x + 14.0) y=(y + 22.0) { (function.name()) }
        text.small x=(x + 14.0) y=(y + 41.0) { (pace) }
        text class={ "small " (class) } x=(x + 14.0) y=(y + 59.0) { (dead) }
    }
}

fn seconds(millis: f64) -> String {
    match millis / 1000.0 {
        ..1.0 => format!("{millis:.0} ms"),
        seconds @ ..100.0 => format!("{seconds:.1} s"),
        seconds => format!("{seconds:.0} s"),
    }
}

fn dead_letters(function: Function, status: &Status) -> u64 {
    let is_of = |queue: &QueueStatus| {
        let mut sources = DEPLOYED.sources_of(queue.name);
        sources.any(|source| queues_of(function, status).any(|queue| queue.name == source))
    };
    let kept = status.queues.iter().filter(|queue| is_of(queue));
    kept.map(|queue| queue.depth + queue.in_flight).sum()
}

/// The topic, between the columns.
fn topic(height: f64) -> Markup {
    let (x, width, gap) = TOPIC;
    let (top, bottom) = (gap, height - FOOT - gap);
    html! {
        rect.box x=(x) y=(top) width=(width) height=(bottom - top) rx="8" {}
        text.name.middle transform={ "translate(" (x + 22.0) " " (f64::midpoint(top, bottom)) ") rotate(-90)" } { "topic" }
    }
}

/// The arrow from the topic to a queue that is subscribed: straight on to one behind it, above the others to one before it.
fn from_topic(x: f64, middle: f64, queue: &str) -> Markup {
    let is_subscribed = DEPLOYED
        .subscriptions
        .iter()
        .any(|subscription| subscription.queue == queue);
    let (left, width, top) = TOPIC;
    let (right, above, beside) = (left + width, top - MARGIN - 6.0, x - MARGIN / 2.0 - 2.0);
    let line = if x > left {
        format!("M{right} {middle}H{}", x - 2.0)
    } else {
        format!("M{} {top}V{above}H{beside}V{middle}H{}", left + width / 2.0, x - 2.0)
    };
    html! { @if is_subscribed { path.flow marker-end="url(#head)" d=(line) {} } }
}

/// The arrow to the topic from a function that publishes, whose right side is at `x`: straight on from one before it, below the others
/// from one behind it.
fn to_topic(x: f64, middle: f64, height: f64, function: Function) -> Markup {
    let (left, width, gap) = TOPIC;
    let (bottom, below, beside) = (height - FOOT - gap, height - FOOT + 10.0, x + MARGIN / 2.0);
    let line = if x < left {
        format!("M{x} {middle}H{}", left - 2.0)
    } else {
        format!("M{x} {middle}H{beside}V{below}H{}V{}", left + width / 2.0, bottom + 2.0)
    };
    let publishes = DEPLOYED.required.publishing.contains(&function);
    html! { @if publishes { path.flow marker-end="url(#head)" d=(line) {} } }
}

/// What was taken out of the flow besides dead letters.
fn kept(height: f64, status: &Status) -> Markup {
    let kept = ["quarantine.fifo", "undelivered.fifo"]
        .into_iter()
        .filter_map(|name| status.queue(name));
    html! {
        @for (n, queue) in kept.enumerate() {
            (queue_box(2.0 + n as f64 * (QUEUE.0 + 16.0), height - KEPT - 2.0, KEPT, queue, status))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_lead_from_who_publishes_and_to_who_is_subscribed() {
        let is_drawn = |arrow: Markup| !arrow.into_string().is_empty();
        let fed = |queue: &&str| is_drawn(from_topic(2.0, 100.0, queue));
        let queues = DEPLOYED.mappings.iter().map(|mapping| &*mapping.queue);
        let without: Vec<_> = queues.filter(|queue| !fed(queue)).collect();
        assert_eq!(without, ["intake.fifo", "partners.fifo"]);
        let publishes = |function: &Function| is_drawn(to_topic(990.0, 100.0, 400.0, *function));
        let without: Vec<_> = Function::ALL
            .into_iter()
            .filter(|function| !publishes(function))
            .collect();
        assert_eq!(without, [Function::Statistics]);
    }
}
