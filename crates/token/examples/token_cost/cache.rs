use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

use anyhow::{Result, ensure};
use betroth_token::{Signer, Timestamp, VerifiedCache, Verifier};

use crate::contest::{Contestant, medians};
use crate::{Person, now, verifier};

const TOKENS: usize = 1024;

/// How often each thread asks for all of its tokens.
const PASSES: usize = 400;

/// How many times two threads are set against each other; the median counts.
const ROUNDS: usize = 21;

/// Prints what a hit costs.
pub(crate) fn run(signer: &Signer) -> Result<()> {
    let verifier = verifier(signer)?;
    let cache = VerifiedCache::new(16 << 20);
    let mut tokens = Vec::new();
    for number in 0..TOKENS {
        let person = Person::new(&format!("person-{number:09}"));
        tokens.push(signer.sign(&serde_json::to_string(&person)?)?);
    }
    let hit = Hit {
        cache: &cache,
        verifier: &verifier,
        now: Timestamp::from_unix(now()),
    };
    ensure!(tokens.iter().all(|token| hit.is_hit(token)));
    ensure!(cache.len() == TOKENS, "not all tokens are kept");
    println!(
        "| hit in the cache, {TOKENS} tokens of {} bytes | |",
        tokens[0].len()
    );
    println!("|---|---|");
    let mut next = tokens.iter().cycle();
    let mut each: Contestant = Box::new(|| next.next().is_some_and(|token| hit.is_hit(token)));
    let mut one: Contestant = Box::new(|| hit.is_hit(&tokens[0]));
    let [each, one] = medians([&mut each, &mut one])?;
    println!("| one thread, each token in turn | {each:.1} ns |");
    println!("| one thread, one token | {one:.1} ns |");
    let (first, second) = tokens.split_at(TOKENS / 2);
    println!(
        "| two threads, each with its own tokens | {:.1} M/s |",
        hit.together([first, second])
    );
    let same = vec![tokens[0].clone(); TOKENS / 2];
    println!(
        "| two threads, both with one token | {:.1} M/s |",
        hit.together([&same, &same])
    );
    Ok(())
}

#[derive(Clone, Copy)]
struct Hit<'a> {
    cache: &'a VerifiedCache,
    verifier: &'a Verifier,
    now: Timestamp,
}

impl Hit<'_> {
    fn is_hit(&self, token: &str) -> bool {
        black_box(self.cache.verify(self.verifier, black_box(token), self.now)).is_ok()
    }

    /// How many millions a second two threads have together, by the clock on the wall.
    #[expect(clippy::cast_precision_loss, reason = "a figure to be read by people")]
    fn together(self, tokens: [&[String]; 2]) -> f64 {
        let mut rates: Vec<_> = (0..ROUNDS)
            .map(|_| {
                let barrier = Barrier::new(3);
                let work = |tokens: &[String]| {
                    barrier.wait();
                    for _ in 0..PASSES {
                        for token in tokens {
                            self.is_hit(token);
                        }
                    }
                };
                std::thread::scope(|scope| {
                    let threads = tokens.map(|tokens| scope.spawn(move || work(tokens)));
                    barrier.wait();
                    let start = Instant::now();
                    for thread in threads {
                        // A thread that panics ends the scope.
                        drop(thread.join());
                    }
                    (tokens[0].len() * 2 * PASSES) as f64 / start.elapsed().as_secs_f64() / 1e6
                })
            })
            .collect();
        rates.sort_by(f64::total_cmp);
        rates[ROUNDS / 2]
    }
}
