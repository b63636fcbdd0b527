//! Measures telefunc beside bare hyper: `cargo run --release -p benches`.
//!
//! Both servers are processes of their own, on one core, and take turns on each workload; the load
//! comes from the other core. Printed are medians: throughput, CPU seconds of the server per unit
//! (which the load generator disturbs least), and the ratio to bare hyper of the same run.

mod load;
mod process;
mod servers;

use load::Workload;
use process::Server;

const ROUNDS: usize = 5;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("serve"), Some(name)) => servers::run(&name),
        (None, _) => compare(),
        (Some(only), _) => compare_only(only),
    }
}

fn compare() -> std::io::Result<()> {
    compare_only("")
}

/// Runs the workloads whose name starts with `only`.
fn compare_only(only: &str) -> std::io::Result<()> {
    let (hyper, telefunc) = (Server::start("hyper")?, Server::start("telefunc")?);
    println!(
        "{:<24}{:>14}{:>14}{:>8}{:>14}{:>14}{:>8}",
        "", "hyper /s", "telefunc /s", "ratio", "hyper CPU", "telefunc CPU", "ratio"
    );
    for workload in Workload::ALL.iter().filter(|workload| workload.name.starts_with(only)) {
        let (mut bare, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            bare.push(hyper.measure(workload, workload.bare)?);
            ours.push(telefunc.measure(workload, workload.path)?);
        }
        let (bare, ours) = (median(bare), median(ours));
        println!(
            "{:<24}{:>14.0}{:>14.0}{:>8.2}{:>11.2} µs{:>11.2} µs{:>8.2}",
            workload.name,
            bare.rate,
            ours.rate,
            ours.rate / bare.rate,
            bare.cpu * 1e6,
            ours.cpu * 1e6,
            ours.cpu / bare.cpu,
        );
    }
    Ok(())
}

/// What one run of a workload gave.
#[derive(Clone, Copy)]
struct Figures {
    /// Units a second.
    rate: f64,
    /// CPU seconds of the server for one unit.
    cpu: f64,
}

/// The median of each figure.
fn median(runs: Vec<Figures>) -> Figures {
    let middle = |figure: fn(&Figures) -> f64| {
        let mut figures: Vec<f64> = runs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    Figures { rate: middle(|run| run.rate), cpu: middle(|run| run.cpu) }
}
