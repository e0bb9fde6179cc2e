use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// An instant, in whole seconds since 1970-01-01T00:00:00Z without leap seconds (`NumericDate`, RFC 7519 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The instant `seconds` after the beginning of 1970.
    pub const fn from_unix(seconds: u64) -> Self {
        Self(seconds)
    }

    /// What a host's clock shows, for verifying. One before 1970 was never set and knows no time, so it counts as the end
    /// of all time, at which every token is over.
    pub fn from_clock(clock: SystemTime) -> Self {
        let elapsed = clock.duration_since(UNIX_EPOCH);
        Self(elapsed.map_or(u64::MAX, |elapsed| elapsed.as_secs()))
    }

    /// Its seconds since the beginning of 1970.
    pub const fn unix(self) -> u64 {
        self.0
    }

    pub(crate) const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Which whole second a time with a fraction counts as: always the one that accepts less.
#[derive(Clone, Copy)]
pub(crate) enum Rounding {
    /// For `exp`: the token ends up to a second earlier.
    Down,
    /// For `nbf` and `iat`: it begins up to a second later.
    Up,
}

/// A number of at most 15 digits and nothing else, as nearly every time is.
fn whole_seconds(digits: &[u8]) -> Option<u64> {
    if !(1..=15).contains(&digits.len()) {
        return None;
    }
    let mut seconds = 0;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        seconds = seconds * 10 + u64::from(byte - b'0');
    }
    Some(seconds)
}

/// A `NumericDate` as it is written: a JSON number from 0 to 2^53, beyond which a double has no seconds.
pub(crate) fn numeric_date(number: &str, rounding: Rounding) -> Option<Timestamp> {
    const GREATEST: f64 = 9_007_199_254_740_992.0;
    if let Some(seconds) = whole_seconds(number.as_bytes()) {
        return Some(Timestamp(seconds));
    }
    let seconds: f64 = number.parse().ok()?;
    if !(0.0..=GREATEST).contains(&seconds) || seconds == 0.0 && number.starts_with('-') {
        return None;
    }
    let whole = match rounding {
        Rounding::Down => seconds.floor(),
        Rounding::Up => seconds.ceil(),
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and from 0 to 2^53"
    )]
    Some(Timestamp(whole as u64))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_before_1970_is_after_every_token() {
        let second = Duration::from_secs(1);
        let at = |clock: SystemTime| Timestamp::from_clock(clock).unix();
        assert_eq!(at(UNIX_EPOCH), 0);
        assert_eq!(at(UNIX_EPOCH + second * 3 / 2), 1);
        assert_eq!(at(UNIX_EPOCH - second), u64::MAX);
        let last = numeric_date("9007199254740992", Rounding::Down).unwrap();
        assert!(Timestamp::from_clock(UNIX_EPOCH - second) > last);
    }

    #[test]
    fn a_fraction_counts_as_what_accepts_less() {
        let both = |number| {
            [Rounding::Down, Rounding::Up]
                .map(|rounding| numeric_date(number, rounding).map(Timestamp::unix))
        };
        assert_eq!(both("1300819380"), [Some(1_300_819_380); 2]);
        assert_eq!(
            both("1300819380.5"),
            [Some(1_300_819_380), Some(1_300_819_381)]
        );
        assert_eq!(both("1.3e9"), [Some(1_300_000_000); 2]);
        assert_eq!(both("0"), [Some(0); 2]);
        assert_eq!(both("9007199254740992"), [Some(1 << 53); 2]);
    }

    #[test]
    fn what_is_no_time_is_none() {
        for number in [
            "-1",
            "-0",
            "-0.0",
            "-1e-400",
            "9007199254740994",
            "1e300",
            "18446744073709551616",
        ] {
            assert!(numeric_date(number, Rounding::Down).is_none(), "{number}");
        }
    }
}
