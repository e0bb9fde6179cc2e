//! Whether two inputs take the same time, asked as dudect does (Reparaz, Balasch, Verbauwhede 2017): Welch's t-test over
//! measurements that alternate at random, so that whatever else the machine does befalls both alike.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long a round takes, and how much is measured in it on a busy machine.
const ROUND: (Duration, usize) = (Duration::from_millis(100), 12_000);

/// More are not kept.
const MOST: usize = 200_000;

/// Before each round, not counted.
const WARM_UP: usize = 500;

/// Rounds at most: a few that are disturbed decide nothing.
const ROUNDS: usize = 5;

const MAJORITY: usize = ROUNDS / 2 + 1;

/// From this t on a round says that they differ: dudect says "probably" from 4.5 on, and "definitely" from 10.
const DIFFERENT: f64 = 7.0;

/// How much of the measurements counts, from the fastest on: the slow ones are those that were interrupted.
const CROPS: [f64; 3] = [0.5, 0.75, 0.9];

/// Fewer of either kind than this are no sample.
const FEWEST: usize = 100;

/// Two texts of one length.
pub(crate) struct Pair {
    pub(crate) first: Vec<u8>,
    pub(crate) second: Vec<u8>,
}

impl Pair {
    /// Whether `run` takes one time for the first and another for the second, in most of the rounds and always in the
    /// same direction.
    pub(crate) fn differs(&self, run: impl Fn(&[u8])) -> bool {
        let (mut slower, mut faster, mut same) = (0, 0, 0);
        for round in 1.. {
            let t = self.t(round, &run);
            match t {
                _ if t >= DIFFERENT => slower += 1,
                _ if t <= -DIFFERENT => faster += 1,
                _ => same += 1,
            }
            if slower == MAJORITY || faster == MAJORITY {
                return true;
            }
            if same == MAJORITY || round == ROUNDS {
                break;
            }
        }
        false
    }

    /// The t of one round: that of the crop where it is furthest from 0.
    fn t(&self, round: usize, run: impl Fn(&[u8])) -> f64 {
        let times = self.times(round, run);
        let mut sorted: Vec<f64> = times.iter().flatten().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let crops = CROPS.map(|share| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                clippy::cast_sign_loss,
                reason = "a share of some ten thousands"
            )]
            let limit = sorted[(sorted.len() as f64 * share) as usize];
            let kept = times
                .each_ref()
                .map(|all| all.iter().copied().filter(|time| *time <= limit).collect());
            welch(kept)
        });
        let further = |one: f64, other: f64| {
            if other.abs() > one.abs() { other } else { one }
        };
        crops.into_iter().flatten().fold(0.0, further)
    }

    /// How many nanoseconds `run` took each time, for the first and for the second.
    ///
    /// Both are read from the same place in memory, so that no place is nearer than another.
    fn times(&self, round: usize, run: impl Fn(&[u8])) -> [Vec<f64>; 2] {
        let mut buffer = vec![0; self.first.len()];
        let mut times = [Vec::with_capacity(MOST), Vec::with_capacity(MOST)];
        let mut random = round as u64;
        let start = Instant::now();
        for count in 0..MOST {
            if count >= WARM_UP + ROUND.1 && start.elapsed() >= ROUND.0 {
                break;
            }
            // Xorshift (Marsaglia 2003).
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let kind = usize::from(random >> 32 & 1 == 1);
            buffer.copy_from_slice([&self.first, &self.second][kind]);
            let began = Instant::now();
            run(black_box(&buffer));
            let took = began.elapsed();
            if count >= WARM_UP {
                times[kind].push(took.as_secs_f64() * 1e9);
            }
        }
        times
    }
}

/// Welch's t: the difference of the means, in units of its own uncertainty. `None` where one of them has hardly any.
fn welch(samples: [Vec<f64>; 2]) -> Option<f64> {
    if samples.iter().any(|sample| sample.len() < FEWEST) {
        return None;
    }
    let [(first, of_first), (second, of_second)] = samples.map(|sample| {
        #[expect(clippy::cast_precision_loss, reason = "some ten thousands")]
        let count = sample.len() as f64;
        let mean = sample.iter().sum::<f64>() / count;
        let squares: f64 = sample.iter().map(|time| (time - mean).powi(2)).sum();
        (mean, squares / (count - 1.0) / count)
    });
    Some((second - first) / (of_first + of_second).sqrt())
}

#[test]
fn welch_of_known_samples_is_known() {
    let sample = |values: &[f64]| values.iter().copied().cycle().take(FEWEST).collect();
    let t = |first: &[f64], second: &[f64]| welch([sample(first), sample(second)]).unwrap();
    // Variances of 0.25 and 1, each times 100/99: sqrt(1.25 / 99) is the uncertainty.
    let expected = 1.5 / (1.25_f64 / 99.0).sqrt();
    assert!((t(&[1.0, 2.0], &[2.0, 4.0]) - expected).abs() < 1e-9);
    assert!((t(&[2.0, 4.0], &[1.0, 2.0]) + expected).abs() < 1e-9);
    assert!(t(&[1.0, 3.0], &[3.0, 1.0]).abs() < 1e-9);
    assert!(welch([vec![1.0; FEWEST - 1], sample(&[2.0, 3.0])]).is_none());
}
