use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use crate::Fault;
use crate::form::text;
use crate::wording::quoted;

const SECONDS: &[(char, u64)] = &[('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];

/// A stretch of time longer than none, in whole seconds: `30s`, `15m`, `12h`, `7d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

impl Duration {
    /// As long as Better Auth lets a token live.
    pub const MINUTES_15: Self = Self(900);

    /// Its seconds; at least 1.
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

impl FromStr for Duration {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        match seconds(text)? {
            0 => Err(Fault::new(
                format!("is {}, which is no time at all", quoted(text)),
                "",
                "write a number above zero, as in `15m`",
            )),
            seconds => Ok(Self(seconds)),
        }
    }
}

/// In the largest unit that holds it whole.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = SECONDS
            .iter()
            .rev()
            .find(|(_, unit)| self.0.is_multiple_of(*unit));
        let (unit, seconds) = whole.copied().unwrap_or(SECONDS[0]);
        write!(f, "{}{unit}", self.0 / seconds)
    }
}

text!(
    Duration,
    "15m",
    "a number with s, m, h or d",
    "^[0-9]*[1-9][0-9]*[smhd]$"
);

/// The accepted difference between two clocks: at most [`Leeway::LONGEST`] seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leeway(u64);

impl Leeway {
    /// The most that is taken, in seconds.
    pub const LONGEST: u64 = 120;

    /// Its seconds; may be 0.
    pub const fn seconds(self) -> u64 {
        self.0
    }
}

impl FromStr for Leeway {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let seconds = seconds(text)?;
        if seconds > Self::LONGEST {
            return Err(Fault::new(
                format!("is {}, more than {} seconds", quoted(text), Self::LONGEST),
                "every token lives that much longer than its issuer said",
                "write at most `120s`, and set the clocks by NTP",
            ));
        }
        Ok(Self(seconds))
    }
}

text!(Leeway, "30s", "at most 120 s", "^[0-9]+[smhd]$");

/// The seconds of `15m`; a hundred years at most, so that sums with a time stay in range.
fn seconds(text: &str) -> Result<u64, Fault> {
    const LONGEST: u64 = 100 * 365 * 86_400;
    let fault = |why: &str| {
        Fault::new(
            format!("is {}, {why}", quoted(text)),
            "",
            "write a whole number with its unit, `30s`, `15m`, `12h` or `7d`",
        )
    };
    let unit = SECONDS
        .iter()
        .find_map(|&(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)));
    let (number, unit) = unit.ok_or_else(|| fault("which has no unit"))?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(fault("which is no whole number with a unit"));
    }
    let number: Option<u64> = number.parse().ok();
    number
        .and_then(|number| number.checked_mul(unit))
        .filter(|&seconds| seconds <= LONGEST)
        .ok_or_else(|| fault("more than a hundred years"))
}

/// The unit of a [`Rate`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// `s`
    Second,
    /// `min`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
}

impl Period {
    /// Its seconds.
    pub const fn seconds(self) -> u64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    const ALL: [Self; 4] = [Self::Second, Self::Minute, Self::Hour, Self::Day];

    fn from_unit(unit: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.unit() == unit)
    }

    const fn unit(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
            Self::Day => "d",
        }
    }
}

/// How often something may happen: `20/min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rate {
    /// How often.
    pub count: NonZeroU32,
    /// In which time.
    pub per: Period,
}

impl FromStr for Rate {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let rate = text.split_once('/').and_then(|(count, unit)| {
            let digits = count.bytes().all(|byte| byte.is_ascii_digit());
            Some(Self {
                count: count.parse().ok().filter(|_| digits)?,
                per: Period::from_unit(unit)?,
            })
        });
        rate.ok_or_else(|| {
            Fault::new(
                format!("is {}, which is no rate", quoted(text)),
                "",
                "write how often in which time, `5/s`, `20/min`, `100/h` or `500/d`",
            )
        })
    }
}

/// As it is written, `20/min`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.per.unit())
    }
}

text!(
    Rate,
    "20/min",
    "how often per s, min, h or d",
    "^[0-9]*[1-9][0-9]*/(s|min|h|d)$"
);
