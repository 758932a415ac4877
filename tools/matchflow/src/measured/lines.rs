//! The batches' summary lines in the local engine's log, read as `CloudWatch` reads them.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use wiring::{DEPLOYED, Mapping};

use super::{Age, MINUTES, Measured, QUARTERS, period};

/// The most of the log that is read, from its end: about 10,000 batches.
const LONGEST: u64 = 8 * 1024 * 1024;
/// Ages count for so many seconds.
const LATELY: i64 = 300;

/// A batch's line.
struct Batch {
    /// The queue that it is of, and the function.
    mapping: &'static Mapping,
    second: i64,
    handled: f64,
    age: Option<f64>,
}

pub(super) fn read(log: &Path, stack: &str, now: Timestamp) -> Measured {
    match lines(log) {
        Ok(lines) => of(lines.filter_map(|line| batch(&line, stack)), now),
        Err(error) => Measured {
            missing: Some(format!("the engine's log cannot be read: {error}")),
            ..Measured::default()
        },
    }
}

fn lines(log: &Path) -> std::io::Result<impl Iterator<Item = String> + use<>> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST)))?;
    let lines = BufReader::new(file).split(b'\n').map_while(Result::ok);
    Ok(lines.filter_map(|line| String::from_utf8(line).ok()))
}

fn batch(line: &str, stack: &str) -> Option<Batch> {
    if !line.contains("\"_aws\"") {
        return None;
    }
    let line: Value = serde_json::from_str(line).ok()?;
    let queue = line["queue"].as_str()?.strip_prefix(stack)?.strip_prefix('-')?;
    Some(Batch {
        mapping: DEPLOYED.mappings.iter().find(|mapping| mapping.queue == queue)?,
        second: line["_aws"]["Timestamp"].as_i64()? / 1000,
        handled: line["handled"].as_f64()?,
        age: line["oldest_age_ms"].as_f64(),
    })
}

fn of(batches: impl Iterator<Item = Batch>, now: Timestamp) -> Measured {
    let mut measured = Measured::default();
    let mut ages = std::collections::BTreeMap::<&str, Vec<f64>>::new();
    let now = now.as_second();
    for batch in batches {
        let pace = measured.functions.entry(batch.mapping.function).or_default();
        let flow = measured.queues.entry(&batch.mapping.queue).or_default();
        if let Some(minute) = period(batch.second, now, 60, MINUTES) {
            pace.hour[minute] += batch.handled;
        }
        if let Some(quarter) = period(batch.second, now, 900, QUARTERS) {
            pace.day[quarter] += batch.handled;
        }
        if now - batch.second < 60 {
            pace.per_second += batch.handled / 60.0;
            flow.per_second += batch.handled / 60.0;
        }
        if now - batch.second < LATELY {
            ages.entry(&batch.mapping.queue).or_default().extend(batch.age);
        }
    }
    for (queue, flow) in &mut measured.queues {
        flow.age = ages.remove(queue).and_then(age);
    }
    measured
}

fn age(mut ages: Vec<f64>) -> Option<Age> {
    ages.sort_by(f64::total_cmp);
    let at = |hundredths: usize| {
        let rank = (ages.len() * hundredths).div_ceil(100);
        ages.get(rank.saturating_sub(1)).copied()
    };
    at(50).zip(at(99)).map(|(median, p99)| Age { median, p99 })
}

#[cfg(test)]
mod tests {
    use wiring::Function;

    use super::*;

    fn line(queue: &str, second: i64, handled: u32, age: u32) -> String {
        serde_json::json!({ "queue": queue, "_aws": { "Timestamp": second * 1000 + 999 }, "handled": handled, "oldest_age_ms": age })
            .to_string()
    }

    fn of_lines(lines: &[String]) -> Measured {
        let now = Timestamp::from_second(900_119).unwrap();
        of(lines.iter().filter_map(|line| batch(line, "s")), now)
    }

    #[test]
    fn lines_are_added_up_by_function_and_minute() {
        let measured = of_lines(&[
            line("s-points.fifo", 900_100, 1, 10),
            line("s-points.fifo", 900_050, 3, 30),
            line("s-points.fifo", 900_041, 4, 20),
            line("s-points.fifo", 890_000, 5, 9999),
            line("other-points.fifo", 900_050, 100, 1),
            line("s-2-points.fifo", 900_050, 100, 1),
            "engine: \"_aws\" {".to_owned(),
        ]);
        let points = measured.pace(Function::Points);
        assert_eq!((points.hour[MINUTES - 1], points.hour[MINUTES - 2]), (1.0, 7.0));
        assert_eq!(format!("{:.3}", points.per_second), "0.017");
        assert_eq!(format!("{:.0}", points.day.iter().sum::<f64>()), "13");
        assert_eq!(measured.functions.len(), 1);
    }

    #[test]
    fn a_functions_queues_have_paces_and_ages_of_their_own() {
        let measured = of_lines(&[
            line("s-intake.fifo", 900_100, 6, 10),
            line("s-intake.fifo", 900_050, 3, 30),
            line("s-intake.fifo", 900_041, 4, 20),
            line("s-deferred.fifo", 900_100, 3, 30_000),
            line("s-outcomes.fifo", 890_000, 5, 9999),
        ]);
        let shown = |queue: &str| {
            let flow = measured.flow(queue);
            (
                format!("{:.2}", flow.per_second),
                flow.age.map(|age| (age.median, age.p99)),
            )
        };
        assert_eq!(shown("intake.fifo"), ("0.10".to_owned(), Some((20.0, 30.0))));
        assert_eq!(shown("deferred.fifo"), ("0.05".to_owned(), Some((30_000.0, 30_000.0))));
        assert_eq!(shown("outcomes.fifo"), ("0.00".to_owned(), None));
        assert_eq!(format!("{:.2}", measured.pace(Function::Matching).per_second), "0.15");
    }
}
