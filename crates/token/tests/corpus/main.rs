//! Our own corpus of tokens and keys, `vectors/token`: run here, and by other libraries beside us.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod vectors;
mod verdicts;
