//! The page of `matchflow statistics`.

use clap::ValueEnum as _;
use maud::{Markup, html};

use super::counted::Delay;
use super::screen::{MEASURES, in_order, number};
use super::{By, Statistics};
use crate::html::{AsPage, Bar, Links, View, bars, table};

/// The upper ends of the histogram's bars, in milliseconds.
const ENDS: [u64; 12] = [
    100,
    200,
    300,
    400,
    500,
    750,
    1_000,
    2_000,
    5_000,
    15_000,
    60_000,
    u64::MAX,
];

/// A customer is told within a second. A delay counts with the next bound above it, an eighth too long at most: so it is at least so many.
const PROMISED: u64 = 1_000;

impl AsPage for Statistics {
    fn contents(&self, links: &Links) -> Markup {
        html! {
            @if matches!(links, Links::Served { .. }) { (choice(self)) }
            h2 { "From the submission to the message" }
            (self.delays())
            h2 { "Counts of " (self.day) " (UTC)" }
            @if self.rows.is_empty() {
                p { "Nothing was counted. Counters are written once a minute, and days are in UTC." }
            } @else {
                (self.table(links))
            }
        }
    }
}

impl Statistics {
    /// How long customers waited: the chart, and what it says in numbers.
    pub fn delays(&self) -> Markup {
        html! {
            (self.chart())
            @for (name, delay) in &self.delays {
                p.faint { "To the " (name) ": half within " (delay.median) " ms, 99 % within " (delay.p99) " ms, of " (delay.count) "." }
            }
        }
    }

    /// How long customers waited, as a histogram against the second.
    pub fn chart(&self) -> Markup {
        let told = self.delays.get("message").cloned().unwrap_or_default();
        bars(&title(&told), &histogram(&told))
    }

    fn table(&self, links: &Links) -> Markup {
        let head: Vec<&str> = std::iter::once(self.by.name()).chain(MEASURES).collect();
        let rows = html! {
            @for (name, columns) in in_order(self) {
                tr {
                    th scope="row" {
                        @if self.by == By::Partner { (links.around(&View::Partner(name.clone()), name)) } @else { (name) }
                    }
                    @for measure in MEASURES { td { (number(self.by, columns, measure)) } }
                }
            }
        };
        table("Counts", &head, &rows)
    }
}

fn title(told: &Delay) -> String {
    let late: u64 = told
        .histogram
        .iter()
        .filter(|(bound, _)| **bound > PROMISED)
        .map(|(_, count)| count)
        .sum();
    let share = 100.0 * (told.count - late) as f64 / told.count.max(1) as f64;
    format!(
        "Customers told, by seconds since the submission: at least {share:.1} % of {} within a second",
        told.count
    )
}

fn histogram(delay: &Delay) -> Vec<Bar> {
    let mut begin = 0;
    let bars = ENDS.map(|end| {
        let within = delay
            .histogram
            .iter()
            .filter(|(bound, _)| (begin + 1..=end).contains(bound));
        let bar = Bar {
            label: label(begin, end),
            value: within.map(|(_, count)| *count).sum::<u64>() as f64,
            is_late: begin >= PROMISED,
        };
        begin = end;
        bar
    });
    bars.into()
}

fn label(begin: u64, end: u64) -> String {
    let seconds = |millis: u64| millis as f64 / 1000.0;
    if end == u64::MAX {
        format!("> {}", seconds(begin))
    } else {
        format!("≤ {}", seconds(end))
    }
}

fn choice(statistics: &Statistics) -> Markup {
    html! {
        form {
            label { "Day " input type="date" name="day" value=(statistics.day); }
            " "
            label { "by " select name="by" { @for by in By::value_variants() { option value=(by.name()) selected[*by == statistics.by] { (by.name()) } } } }
            " "
            button { "Show" }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_took_longer_than_a_second_is_late() {
        let delay = Delay {
            count: 4,
            median: 96,
            p99: 1_024,
            histogram: BTreeMap::from([(96, 3), (1_024, 1)]),
        };
        let drawn: Vec<_> = histogram(&delay).into_iter().filter(|bar| bar.value > 0.0).collect();
        let bar = |label: &str, value, is_late| Bar {
            label: label.to_owned(),
            value,
            is_late,
        };
        assert_eq!(drawn, [bar("≤ 0.1", 3.0, false), bar("≤ 2", 1.0, true)]);
        assert!(title(&delay).contains("at least 75.0 % of 4 within a second"));
    }
}
