//! Our own corpus of tokens and keys, `vectors/token`: run here, and by other libraries beside us.
//!
//! The other libraries need Node with `npm ci --prefix vectors/token/peers`, and Python with `PyJWT`, its cryptography, and
//! joserfc; `BETROTH_TEST_PYTHON` names the interpreter, else `python3` is asked. Without them the tests say what they leave out.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod crate_jsonwebtoken;
mod differences;
mod generator;
mod made;
mod peers;
mod table;
mod vectors;
mod verdicts;
