//! `simulate FIRST_SEED COUNT` runs the simulations of that many seeds, from the first on, on every core. If one fails, it
//! prints the failure and the smallest failing plan that it finds. `simulate sweep` runs the crash sweep.
#![allow(clippy::unwrap_used, reason = "a lock is poisoned only by an earlier failure")]

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use simulator::coverage::{Coverage, FailingPlan};
use simulator::plan::SimulationPlan;
use simulator::result::Failure;
use simulator::scenarios;
use simulator::shrink::shrink;
use simulator::sweep::sweep_all;

/// The time between two lines of progress.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(10);

/// From this number of simulations on, a gap in their coverage is a failure.
const FULL_COVERAGE: u64 = 2000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<u64> = arguments.iter().filter_map(|a| a.parse().ok()).collect();
    match (&arguments[..], &numbers[..]) {
        ([command], _) if command == "sweep" => sweep(),
        (_, [first, count]) => simulate(*first, *count),
        _ => {
            eprintln!("usage: simulate FIRST_SEED COUNT | simulate sweep");
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
    for scenario in &swept {
        println!("{:>6} cases: {}", scenario.cases, scenario.scenario);
    }
    let cases: usize = swept.iter().map(|scenario| scenario.cases).sum();
    println!("{cases:>6} cases in all: every guarantee held in each");
    ExitCode::SUCCESS
}

/// The state of a search for a failing seed, which its threads share.
struct Search {
    next_seed: AtomicU64,
    stop: AtomicBool,
    coverage: Mutex<Coverage>,
    failing: Mutex<Option<FailingPlan>>,
}

fn simulate(first: u64, count: u64) -> ExitCode {
    let began = Instant::now();
    let search = Search {
        next_seed: AtomicU64::new(first),
        stop: AtomicBool::new(false),
        coverage: Mutex::default(),
        failing: Mutex::new(None),
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..cores)
            .map(|_| scope.spawn(|| search.run(first.saturating_add(count))))
            .collect();
        let mut printed = began;
        while !threads.iter().all(thread::ScopedJoinHandle::is_finished) {
            thread::sleep(Duration::from_millis(20));
            if printed.elapsed() >= PROGRESS_INTERVAL {
                printed = Instant::now();
                print_progress(&search.coverage.lock().unwrap(), began);
            }
        }
    });
    let coverage = search.coverage.into_inner().unwrap();
    print_progress(&coverage, began);
    match search.failing.into_inner().unwrap() {
        Some(failing) => print_failure(*failing),
        None => print_coverage(&coverage),
    }
}

impl Search {
    fn run(&self, end: u64) {
        while !self.stop.load(Ordering::Relaxed) {
            let seed = self.next_seed.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return;
            }
            let mut coverage = Coverage::default();
            if let Err(failing) = coverage.run(seed) {
                self.stop.store(true, Ordering::Relaxed);
                self.failing.lock().unwrap().get_or_insert(failing);
            }
            self.coverage.lock().unwrap().add(coverage);
        }
    }
}

fn print_progress(coverage: &Coverage, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    let simulations = coverage.simulations;
    let calls: usize = coverage.calls.values().sum();
    #[expect(clippy::cast_precision_loss, reason = "it is a rate")]
    let rate = simulations as f64 / seconds;
    println!("{simulations} simulations, {calls} calls, {seconds:.0} s, {rate:.0} simulations/s");
}

fn print_failure((plan, failure): (SimulationPlan, Failure)) -> ExitCode {
    let seed = plan.seed;
    println!("Seed {seed} fails: {}", failure.violation);
    let (steps, faults) = (plan.steps.len(), plan.faults.len());
    println!("Its plan has {steps} steps and {faults} faults; looking for a smaller one that fails ...");
    let (plan, failure) = shrink(&plan, failure);
    print!("The smallest one found:\n{plan}It fails: {failure}");
    println!("To run the whole seed again: make simulate SEED={seed}");
    ExitCode::FAILURE
}

fn print_coverage(coverage: &Coverage) -> ExitCode {
    println!("How often each fault struck:");
    for (kind, times) in coverage.by_fault() {
        println!("  {times:>9}  {kind}");
    }
    println!("How often each call was made (and how often it met its rarest fault):");
    for (call, times) in &coverage.calls {
        let rarest = coverage.rarest_fault(call);
        let rarest = rarest.map_or_else(String::new, |times| format!(" ({times})"));
        println!("  {times:>9}  {call}{rarest}");
    }
    println!("How often each transition, kind of event, quarantine and redrive was observed:");
    for (name, times) in &coverage.observations {
        println!("  {times:>9}  {name}");
    }
    let simulations = coverage.simulations;
    println!("All guarantees held in {simulations} simulations; all requests were settled.");
    let gaps = coverage.gaps();
    if gaps.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("Never met: {}", gaps.join(", "));
    if simulations < FULL_COVERAGE {
        println!("(From {FULL_COVERAGE} simulations on, that is a failure.)");
        return ExitCode::SUCCESS;
    }
    ExitCode::FAILURE
}
