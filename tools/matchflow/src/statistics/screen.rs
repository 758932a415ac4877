//! The screen of `matchflow statistics`.

use super::counted::Columns;
use super::{By, Statistics};
use crate::screen::{Look, Screen};

pub const MEASURES: [&str; 7] = [
    "matched",
    "unmatched",
    "charged",
    "refused",
    "told",
    "pointsCharged",
    "pointsBought",
];

pub fn write(statistics: &Statistics, screen: &mut Screen) {
    let head: String = MEASURES
        .iter()
        .fold(format!("{:<20}", statistics.day.to_string()), |line, measure| {
            line + &format!("{measure:>14}")
        });
    screen.line(&[(Look::Strong, &head)]);
    for (name, columns) in in_order(statistics) {
        let line = MEASURES.iter().fold(format!("{name:<20}"), |line, measure| {
            line + &format!("{:>14}", number(statistics.by, columns, measure))
        });
        screen.plain(&line);
    }
    if statistics.rows.is_empty() {
        screen.plain("nothing was counted: counters are written once a minute, and days are in UTC");
    }
    screen.gap();
    for (name, delay) in &statistics.delays {
        let text = format!(
            "from the submission to the {name}: half within {} ms, 99 % within {} ms, of {}",
            delay.median, delay.p99, delay.count
        );
        screen.line(&[(Look::Faint, &text)]);
    }
}

/// A row's count. Purchases have no region and no category: there is none of what was bought by these.
pub fn number(by: By, columns: &Columns, measure: &str) -> String {
    if measure == "pointsBought" && matches!(by, By::Region | By::Category) {
        return "–".to_owned();
    }
    columns.get(measure).copied().unwrap_or_default().to_string()
}

/// The rows, the largest first; hours as they follow each other.
pub fn in_order(statistics: &Statistics) -> Vec<(&String, &Columns)> {
    let mut rows: Vec<(&String, &Columns)> = statistics.rows.iter().collect();
    if statistics.by != By::Hour {
        rows.sort_by_key(|(name, columns)| {
            (
                std::cmp::Reverse(columns.get("matched").copied().unwrap_or_default()),
                *name,
            )
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_bought_has_no_number_by_region_and_category() {
        let columns = Columns::from([("pointsCharged".to_owned(), 300)]);
        for (by, bought) in [
            (By::Total, "0"),
            (By::Hour, "0"),
            (By::Partner, "0"),
            (By::Region, "–"),
            (By::Category, "–"),
        ] {
            let shown = ["pointsCharged", "pointsBought"].map(|measure| number(by, &columns, measure));
            assert_eq!(shown, ["300", bought], "{by:?}");
        }
    }
}
