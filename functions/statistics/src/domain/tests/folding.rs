//! The steps of a fold.

use crate::domain::{Columns, FoldState, MAX_ROWS, Place, Positions, Row, RowName, Series};

fn rows(number: usize) -> Vec<Row> {
    let row = |n| Row {
        name: RowName {
            period: "day#2026-03-01".to_owned(),
            dimension: format!("partner#{n:04}"),
        },
        columns: Columns::from([("told".to_owned(), 1)]),
    };
    (0..number).map(row).collect()
}

fn positions(number: u64) -> Positions {
    Positions::from([(first_series(), number)])
}

fn first_series() -> Series {
    Series::all().next().unwrap()
}

#[test]
fn rows_that_fit_are_added_in_one_step_that_ends_the_fold() {
    let rows = rows(MAX_ROWS);
    let steps = FoldState::default().steps(&positions(3), &rows);
    let after = FoldState {
        version: 1,
        folded: positions(3),
        under_way: None,
    };
    assert_eq!(steps, [(&rows[..], after)]);
}

#[test]
fn nothing_new_takes_no_step() {
    assert_eq!(FoldState::default().steps(&Positions::new(), &[]), []);
}

#[test]
fn a_fold_that_ends_halfway_is_carried_on_with_the_rest_of_its_rows() {
    let rows = rows(2 * MAX_ROWS + 1);
    let begin = FoldState {
        version: 7,
        folded: positions(1),
        under_way: None,
    };
    let steps = begin.steps(&positions(4), &rows);
    let sizes: Vec<_> = steps.iter().map(|(rows, _)| rows.len()).collect();
    assert_eq!(sizes, [MAX_ROWS, MAX_ROWS, 1]);
    for (done, (_, state)) in steps.iter().enumerate() {
        let is_last = done == 2;
        assert_eq!(state.version, 8 + done as u64);
        assert_eq!(state.folded, positions(if is_last { 4 } else { 1 }));
        let up_to = state.under_way.as_ref().map(|fold| fold.up_to.clone());
        assert_eq!(up_to, (!is_last).then(|| positions(4)));
        if !is_last {
            assert_eq!(state.steps(&positions(4), &rows), steps[done + 1..]);
        }
    }
}

#[test]
fn a_fold_reads_what_was_not_folded_and_one_that_is_carried_on_just_its_own() {
    let rows = rows(MAX_ROWS + 1);
    let begin = FoldState {
        version: 1,
        folded: positions(5),
        under_way: None,
    };
    let numbers = begin.next_numbers();
    assert_eq!(numbers.len(), 16);
    assert_eq!(numbers[0], (first_series(), 6..=55));
    assert!(numbers[1..].iter().all(|(_, numbers)| *numbers == (1..=50)));

    let halfway = begin.steps(&positions(9), &rows).remove(0).1;
    assert_eq!(halfway.next_numbers(), [(first_series(), 6..=9)]);
}

#[test]
fn a_key_chooses_one_series_and_keys_choose_all() {
    let chosen: std::collections::BTreeSet<_> = (0..300).map(Series::chosen_by).collect();
    assert_eq!(chosen, Series::all().collect());
    assert_eq!(Series::chosen_by("a"), Series::chosen_by("a"));
    let names: Vec<_> = Series::all().map(|series| series.to_string()).collect();
    assert_eq!((&*names[0], &*names[15]), ("00", "15"));
}

#[test]
fn places_follow_each_other_in_a_series() {
    let series = first_series();
    let place = Place { series, number: 1 };
    assert_eq!(place.clone().next(), Place { number: 2, ..place });
}
