use std::time::Duration;

use anyhow::{Result, ensure};
use cpu_time::ThreadTime;

/// Does its work once; whether it succeeded.
pub(crate) type Contestant<'a> = Box<dyn FnMut() -> bool + 'a>;

/// Three that do the same, each in turn: what disturbs the machine disturbs all of them.
pub(crate) struct Contest<'a> {
    pub(crate) name: String,
    pub(crate) bare: Contestant<'a>,
    pub(crate) ours: Contestant<'a>,
    pub(crate) peer: Contestant<'a>,
}

/// How many rounds; the median counts.
const ROUNDS: usize = 101;

/// How long a contestant works in a round, about: short, so that few are interrupted.
const ROUND: Duration = Duration::from_micros(1500);

impl Contest<'_> {
    /// Prints a line of the table.
    pub(crate) fn run(mut self) -> Result<()> {
        let contestants = [&mut self.bare, &mut self.ours, &mut self.peer];
        let [bare, ours, peer] = medians(contestants)?;
        println!(
            "| {} | {bare:.0} | {ours:.0} | {:.3} | {peer:.0} | 1/{:.2} |",
            self.name,
            ours / bare,
            peer / ours
        );
        Ok(())
    }
}

/// The nanoseconds that each takes, the median of its rounds.
pub(crate) fn medians<const N: usize>(
    mut contestants: [&mut Contestant<'_>; N],
) -> Result<[f64; N]> {
    let mut times = [const { Vec::new() }; N];
    let mut counts = [1; N];
    for (contestant, count) in contestants.iter_mut().zip(&mut counts) {
        ensure!(contestant(), "what is measured does not succeed");
        while time(contestant, *count) < ROUND {
            *count *= 2;
        }
    }
    for _ in 0..ROUNDS {
        for ((contestant, count), times) in contestants.iter_mut().zip(counts).zip(&mut times) {
            times.push(time(contestant, count).as_secs_f64() * 1e9 / f64::from(count));
        }
    }
    Ok(times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    }))
}

fn time(contestant: &mut Contestant<'_>, count: u32) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..count {
        contestant();
    }
    start.elapsed()
}
