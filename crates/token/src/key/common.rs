//! Secrets that everybody knows.

/// Secrets of examples that are long enough to pass for one.
const KNOWN: &[&str] = &[
    // FastAPI's tutorial.
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    // Better Auth's, where none is set.
    "better-auth-secret-12345678901234567890",
    // jwt.io.
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    "qwertyuiopasdfghjklzxcvbnm123456",
    // RFC 7515, appendix A.1.
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
];

/// Words of a placeholder, without what stands between them. A random text has none of them.
const PLACEHOLDERS: &[&str] = &[
    "atleast32",
    "changeit",
    "changeme",
    "changethis",
    "examplesecret",
    "inproduction",
    "insecure",
    "jwtsecret",
    "mysecret",
    "placeholder",
    "replaceme",
    "replacethis",
    "replacewith",
    "secretkey",
    "supersecret",
    "yoursecret",
];

/// Whether a secret is one that is written in examples, or says that it is to be replaced.
pub(super) fn is_common(secret: &[u8]) -> bool {
    let letters = secret.iter().filter(|byte| byte.is_ascii_alphanumeric());
    let letters: String = letters
        .map(|byte| char::from(byte.to_ascii_lowercase()))
        .collect();
    KNOWN.iter().any(|known| known.as_bytes() == secret)
        || PLACEHOLDERS.iter().any(|words| letters.contains(words))
}

/// Whether a secret that somebody wrote is of few letters, or of a few again and again.
pub(super) fn is_monotonous(secret: &[u8]) -> bool {
    distinct(secret) < 8 || repeats(secret)
}

fn distinct(secret: &[u8]) -> usize {
    let mut seen = [false; 256];
    for byte in secret {
        seen[usize::from(*byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}

/// Whether it is a shorter text again and again.
fn repeats(secret: &[u8]) -> bool {
    (1..=secret.len() / 2).any(|period| secret[period..] == secret[..secret.len() - period])
}
