//! The batches' summary lines in the local engine's log, read as `CloudWatch` reads them.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;
use wiring::Function;

use super::{Age, MINUTES, Measured, Pace, QUARTERS, period};

/// The most of the log that is read, from its end: about 10,000 batches.
const LONGEST: u64 = 8 * 1024 * 1024;
/// Ages count for so many seconds.
const LATELY: i64 = 300;

/// A batch's line.
struct Batch {
    function: Function,
    queue: String,
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
    let own = |name: &str| Some(line[name].as_str()?.strip_prefix(stack)?.strip_prefix('-')?.to_owned());
    let name = own("FunctionName")?;
    Some(Batch {
        function: *Function::ALL.iter().find(|function| function.name() == name)?,
        queue: own("queue").unwrap_or_default(),
        second: line["_aws"]["Timestamp"].as_i64()? / 1000,
        handled: line["handled"].as_f64()?,
        age: line["oldest_age_ms"].as_f64(),
    })
}

fn of(batches: impl Iterator<Item = Batch>, now: Timestamp) -> Measured {
    let mut measured = Measured::default();
    let mut ages = std::collections::BTreeMap::<Function, Vec<f64>>::new();
    let now = now.as_second();
    for batch in batches {
        let pace: &mut Pace = measured.functions.entry(batch.function).or_default();
        if let Some(minute) = period(batch.second, now, 60, MINUTES) {
            pace.hour[minute] += batch.handled;
        }
        if let Some(quarter) = period(batch.second, now, 900, QUARTERS) {
            pace.day[quarter] += batch.handled;
        }
        if now - batch.second < 60 {
            pace.per_second += batch.handled / 60.0;
            *measured.queues.entry(batch.queue).or_default() += batch.handled / 60.0;
        }
        if now - batch.second < LATELY {
            ages.entry(batch.function).or_default().extend(batch.age);
        }
    }
    for (function, mut ages) in ages {
        ages.sort_by(f64::total_cmp);
        let at = |hundredths: usize| {
            ages.get((ages.len() * hundredths).div_ceil(100).saturating_sub(1))
                .copied()
        };
        let age = at(50).zip(at(99)).map(|(median, p99)| Age { median, p99 });
        measured.functions.entry(function).or_default().age = age;
    }
    measured
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(function: &str, second: i64, handled: u32, age: u32) -> String {
        serde_json::json!({ "FunctionName": function, "queue": format!("{function}.fifo"), "_aws": { "Timestamp": second * 1000 + 999 }, "handled": handled, "oldest_age_ms": age })
            .to_string()
    }

    #[test]
    fn lines_are_added_up_by_function_and_minute() {
        let now = Timestamp::from_second(900_119).unwrap();
        let lines = [
            line("s-points", 900_100, 1, 10),
            line("s-points", 900_050, 3, 30),
            line("s-points", 900_041, 4, 20),
            line("s-points", 890_000, 5, 9999),
            line("other-points", 900_050, 100, 1),
            line("s-points-2", 900_050, 100, 1),
            "engine: \"_aws\" {".to_owned(),
        ];
        let measured = of(lines.iter().filter_map(|line| batch(line, "s")), now);
        let points = measured.pace(Function::Points);
        assert_eq!((points.hour[MINUTES - 1], points.hour[MINUTES - 2]), (1.0, 7.0));
        assert_eq!(format!("{:.3}", points.per_second), "0.017");
        assert_eq!(format!("{:.0}", points.day.iter().sum::<f64>()), "13");
        assert_eq!(
            points.age,
            Some(Age {
                median: 20.0,
                p99: 30.0
            })
        );
        assert_eq!(measured.functions.len(), 1);
        assert_eq!(format!("{:.3}", measured.of_queue("points.fifo")), "0.017");
    }
}
