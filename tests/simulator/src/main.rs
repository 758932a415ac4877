//! `simulate FIRST_SEED SEEDS` runs the worlds of so many seeds, from the first on, on every core; of one that fails it
//! prints the smallest schedule it finds that fails, too. `simulate sweep` runs the crash sweep.
#![allow(
    clippy::unwrap_used,
    reason = "a lock is poisoned only by what failed already"
)]

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use simulator::outcome::Violation;
use simulator::plan::Plan;
use simulator::scenarios;
use simulator::shrink::shrink;
use simulator::survey::{Failing, Survey};
use simulator::sweep::sweep_all;

/// How often it is told how far it has come.
const PROGRESS: Duration = Duration::from_secs(10);

/// From so many worlds on, a fault or a step that none of them met is a failure of the simulation.
const ENOUGH: u64 = 2000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<u64> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    match (&arguments[..], &numbers[..]) {
        ([word], _) if word == "sweep" => sweep(),
        (_, [first, count]) => simulate(*first, *count),
        _ => {
            eprintln!("simulate FIRST_SEED SEEDS, or simulate sweep");
            ExitCode::FAILURE
        }
    }
}

fn sweep() -> ExitCode {
    let swept = match sweep_all(&scenarios::all()) {
        Ok(swept) => swept,
        Err(failure) => {
            println!("{failure}");
            return ExitCode::FAILURE;
        }
    };
    for of_one in &swept {
        println!("{:>6} cases: {}", of_one.cases, of_one.scenario);
    }
    let cases: usize = swept.iter().map(|of_one| of_one.cases).sum();
    println!("{cases:>6} cases in all: every invariant held in each");
    ExitCode::SUCCESS
}

/// What the threads share.
struct Search {
    next: AtomicU64,
    stop: AtomicBool,
    survey: Mutex<Survey>,
    failed: Mutex<Option<Failing>>,
}

fn simulate(first: u64, count: u64) -> ExitCode {
    let began = Instant::now();
    let search = Search {
        next: AtomicU64::new(first),
        stop: AtomicBool::new(false),
        survey: Mutex::default(),
        failed: Mutex::new(None),
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let searchers: Vec<_> = (0..cores)
            .map(|_| scope.spawn(|| search.run(first.saturating_add(count))))
            .collect();
        let mut told = began;
        while !searchers.iter().all(thread::ScopedJoinHandle::is_finished) {
            thread::sleep(Duration::from_millis(20));
            if told.elapsed() >= PROGRESS {
                told = Instant::now();
                progress(&search.survey.lock().unwrap(), began);
            }
        }
    });
    let survey = search.survey.into_inner().unwrap();
    progress(&survey, began);
    match search.failed.into_inner().unwrap() {
        Some(failed) => fail(*failed),
        None => report(&survey),
    }
}

impl Search {
    fn run(&self, end: u64) {
        while !self.stop.load(Ordering::Relaxed) {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return;
            }
            let mut survey = Survey::default();
            if let Err(failed) = survey.run(seed) {
                self.stop.store(true, Ordering::Relaxed);
                self.failed.lock().unwrap().get_or_insert(failed);
            }
            self.survey.lock().unwrap().add(survey);
        }
    }
}

fn progress(survey: &Survey, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    let (worlds, calls) = (survey.worlds, survey.calls.values().sum::<usize>());
    #[expect(clippy::cast_precision_loss, reason = "it is a rate")]
    let rate = worlds as f64 / seconds;
    println!("{worlds} worlds, {calls} calls to the outside, {seconds:.0} s, {rate:.0} worlds/s");
}

fn fail((plan, violation): (Plan, Violation)) -> ExitCode {
    let seed = plan.seed;
    println!("Seed {seed} fails: {violation}");
    let (plan, violation) = shrink(&plan, violation);
    println!("The smallest schedule found:\n{plan}{violation}");
    println!("Once more: make simulate SEED={seed}");
    ExitCode::FAILURE
}

fn report(survey: &Survey) -> ExitCode {
    println!("What went wrong:");
    for (trouble, times) in survey.troubles() {
        println!("  {times:>9}  {trouble:?}");
    }
    println!("What was called (and how often it met what it met least of all that may befall it):");
    for (call, times) in &survey.calls {
        let least = survey.least(call).map(|least| format!(" ({least})"));
        println!("  {times:>9}  {call}{}", least.unwrap_or_default());
    }
    println!("Steps of requests' lives, what was published, quarantined and redriven:");
    for (what, times) in &survey.seen {
        println!("  {times:>9}  {what}");
    }
    let worlds = survey.worlds;
    println!("Every invariant held in each of {worlds} worlds, and all came to rest.");
    let missed = survey.missed();
    if missed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("Never met: {}", missed.join(", "));
    if worlds < ENOUGH {
        println!("(From {ENOUGH} worlds on that is a failure.)");
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}
