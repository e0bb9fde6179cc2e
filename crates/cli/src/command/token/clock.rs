//! Instants, as people write and read them.

use std::time::SystemTime;

use betroth_token::Timestamp;

/// The instant that is taken for now.
#[derive(clap::Args)]
pub(super) struct Clock {
    /// Take this instant for now: seconds since 1970, or as in `2026-01-02T03:04:05Z`.
    #[arg(long, value_name = "UNIX|RFC3339", value_parser = instant)]
    at: Option<Timestamp>,
}

impl Clock {
    pub(super) fn now(&self) -> Timestamp {
        self.at.unwrap_or_else(now)
    }
}

/// The clock of this machine, as a verifier takes it.
#[expect(
    clippy::disallowed_methods,
    reason = "the libraries get the time from here"
)]
pub(super) fn now() -> Timestamp {
    Timestamp::from_clock(SystemTime::now())
}

fn instant(text: &str) -> Result<Timestamp, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Timestamp::from_unix(seconds));
    }
    let seconds = text.parse().ok().map(jiff::Timestamp::as_second);
    seconds
        .and_then(|seconds| u64::try_from(seconds).ok())
        .map(Timestamp::from_unix)
        .ok_or_else(|| {
            "write seconds since 1970 as in `1767323045`, or a date with its time zone as in `2026-01-02T03:04:05Z`"
                .to_owned()
        })
}

/// The instant in UTC (RFC 3339).
pub(super) fn date(instant: Timestamp) -> String {
    let seconds = i64::try_from(instant.unix()).ok();
    match seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()) {
        Some(date) => date.to_string(),
        None => "after the year 9999".to_owned(),
    }
}

/// How far off the instant is: `3 minutes ago`, `in 12 minutes`.
pub(super) fn distance(instant: Timestamp, now: Timestamp) -> String {
    let (instant, now) = (instant.unix(), now.unix());
    match instant.abs_diff(now) {
        0 => "now".to_owned(),
        seconds if instant > now => format!("in {}", stretch(seconds)),
        seconds => format!("{} ago", stretch(seconds)),
    }
}

/// A stretch of time in the unit that people would say it in, rounded down.
pub(super) fn stretch(seconds: u64) -> String {
    const UNITS: &[(u64, u64, &str)] = &[
        // From two of a unit on, except for the last.
        (2 * 365 * 86_400, 365 * 86_400, "year"),
        (60 * 86_400, 30 * 86_400, "month"),
        (2 * 86_400, 86_400, "day"),
        (2 * 3_600, 3_600, "hour"),
        (2 * 60, 60, "minute"),
        (0, 1, "second"),
    ];
    let unit = UNITS.iter().find(|(least, ..)| seconds >= *least);
    let (_, length, name) = unit.copied().unwrap_or((0, 1, "second"));
    match seconds / length {
        1 => format!("1 {name}"),
        count => format!("{count} {name}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_said_in_the_unit_that_fits() {
        let now = Timestamp::from_unix(1_800_000_000);
        let said = |instant| distance(Timestamp::from_unix(instant), now);
        assert_eq!(said(1_800_000_000), "now");
        assert_eq!(said(1_800_000_001), "in 1 second");
        assert_eq!(said(1_799_999_881), "119 seconds ago");
        assert_eq!(said(1_800_000_720), "in 12 minutes");
        assert_eq!(said(1_799_992_800), "2 hours ago");
        assert_eq!(said(1_800_000_000 + 86_400), "in 24 hours");
        assert_eq!(said(1_800_000_000 - 40 * 86_400), "40 days ago");
        assert_eq!(said(1_800_000_000 + 300 * 86_400), "in 10 months");
        assert_eq!(said(0), "57 years ago");
    }

    #[test]
    fn an_instant_is_read_in_either_form() {
        let read = |text| instant(text).ok().map(Timestamp::unix);
        assert_eq!(read("1800000000"), Some(1_800_000_000));
        assert_eq!(read("2027-01-15T08:00:00Z"), Some(1_800_000_000));
        assert_eq!(read("2027-01-15T09:00:00+01:00"), Some(1_800_000_000));
        for text in [
            "",
            "-1",
            "1.5",
            "2027-01-15",
            "1969-12-31T23:59:59Z",
            "soon",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_that_of_utc() {
        assert_eq!(
            date(Timestamp::from_unix(1_800_000_000)),
            "2027-01-15T08:00:00Z"
        );
        assert_eq!(date(Timestamp::from_unix(1 << 53)), "after the year 9999");
    }
}
