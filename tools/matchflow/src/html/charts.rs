//! Charts as SVG, coloured by the page's style, so that they are light or dark as it is.

use std::fmt::Write as _;

use maud::{Markup, html};

/// A bar of a histogram.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What is below it.
    pub label: String,
    pub value: f64,
    /// Whether it is beyond what was promised.
    pub is_late: bool,
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 200.0;
/// Below a chart, for its labels.
const FOOT: f64 = 34.0;

/// A histogram.
pub fn bars(title: &str, bars: &[Bar]) -> Markup {
    let highest = bars.iter().map(|bar| bar.value).fold(1.0, f64::max);
    let width = WIDTH / bars.len().max(1) as f64;
    let drawn = bars.iter().enumerate().map(|(n, bar)| {
        let height = bar.value / highest * (HEIGHT - 24.0);
        (n as f64 * width, height, bar)
    });
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT + FOOT) } role="img" aria-label=(title) {
            title { (title) }
            @for (x, height, bar) in drawn {
                rect.bar.late[bar.is_late] x=(rounded(x + 2.0)) y=(rounded(HEIGHT - height)) width=(rounded(width - 4.0)) height=(rounded(height)) {}
                @if bar.value > 0.0 { text.value x=(rounded(x + width / 2.0)) y=(rounded(HEIGHT - height - 5.0)) { (bar.value) } }
                text.label x=(rounded(x + width / 2.0)) y=(HEIGHT + 18.0) { (bar.label) }
            }
            line.axis x1="0" x2=(WIDTH) y1=(HEIGHT) y2=(HEIGHT) {}
        }
    }
}

/// A small line of values, the newest at the right.
pub fn sparkline(title: &str, values: &[f64]) -> Markup {
    let (width, height) = (160.0, 28.0);
    let highest = values.iter().copied().fold(1.0, f64::max);
    let step = width / values.len().saturating_sub(1).max(1) as f64;
    let mut points = String::new();
    for (n, value) in values.iter().enumerate() {
        let _ = write!(
            points,
            "{:.1},{:.1} ",
            n as f64 * step,
            height - 2.0 - value / highest * (height - 4.0)
        );
    }
    html! {
        svg.sparkline viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(title) {
            title { (title) }
            polyline points=(points.trim_end()) {}
        }
    }
}

/// A point of a line of steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    pub at: f64,
    pub value: f64,
}

/// A line of steps, as of a balance: it stays where it is until the next point. `from` and `to` are said at its ends.
pub fn steps(title: &str, points: &[Step], from: &str, to: &str) -> Markup {
    let highest = points.iter().map(|point| point.value).fold(1.0, f64::max);
    let first = points.first().map_or(0.0, |point| point.at);
    let span = points.last().map_or(1.0, |point| point.at - first).max(f64::EPSILON);
    let (left, right, top) = (70.0, WIDTH - 8.0, 16.0);
    let x = |at: f64| left + (at - first) / span * (right - left);
    let y = |value: f64| HEIGHT - value / highest * (HEIGHT - top);
    let mut path = String::new();
    for (n, point) in points.iter().enumerate() {
        let _ = match n {
            0 => write!(path, "M{:.1} {:.1}", x(point.at), y(point.value)),
            _ => write!(path, "H{:.1}V{:.1}", x(point.at), y(point.value)),
        };
    }
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT + FOOT) } role="img" aria-label=(title) {
            title { (title) }
            text.tick x=(left - 6.0) y=(top + 4.0) { (highest) }
            text.tick x=(left - 6.0) y=(HEIGHT) { "0" }
            line.axis x1=(left) x2=(right) y1=(HEIGHT) y2=(HEIGHT) {}
            line.grid x1=(left) x2=(right) y1=(top) y2=(top) {}
            path.steps d=(path) {}
            text.from x=(left) y=(HEIGHT + 18.0) { (from) }
            text.to x=(right) y=(HEIGHT + 18.0) { (to) }
        }
    }
}

/// The head of arrows that name it by its id.
pub fn arrowhead(id: &str) -> Markup {
    html! {
        defs {
            marker id=(id) viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="9" markerHeight="9" orient="auto" markerUnits="userSpaceOnUse" {
                path d="M0 0L8 4L0 8z" {}
            }
        }
    }
}

fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_high_as_its_share_of_the_highest() {
        let bar = |value, is_late| Bar {
            label: "<1 s".to_owned(),
            value,
            is_late,
        };
        let svg = bars("told", &[bar(4.0, false), bar(2.0, true)]).into_string();
        assert!(svg.contains("y=\"24\" width=\"316\" height=\"176\""), "{svg}");
        assert!(svg.contains("<rect class=\"bar late\" x=\"322\" y=\"112\""), "{svg}");
        assert!(svg.contains("&lt;1 s"));
    }

    #[test]
    fn a_balance_stays_until_the_next_decision() {
        let point = |at, value| Step { at, value };
        let svg = steps(
            "balance",
            &[point(0.0, 10.0), point(1.0, 5.0), point(2.0, 10.0)],
            "a",
            "b",
        )
        .into_string();
        assert!(svg.contains("d=\"M70.0 16.0H351.0V108.0H632.0V16.0\""), "{svg}");
    }

    #[test]
    fn charts_of_nothing_are_drawn() {
        assert!(!bars("none", &[]).into_string().contains("NaN"));
        assert!(!sparkline("none", &[]).into_string().contains("NaN"));
        assert!(!steps("none", &[], "", "").into_string().contains("NaN"));
        assert!(
            !steps("one", &[Step { at: 1.0, value: 0.0 }], "", "")
                .into_string()
                .contains("NaN")
        );
    }
}
