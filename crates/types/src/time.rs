//! Times of blocks (seconds since 1970, UTC) and dates of lists.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Seconds since 1970-01-01T00:00:00Z. Chains count in seconds; so do we.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(i64);

/// A day in UTC, as lists are dated.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(jiff::civil::Date);

/// Why a text is not a time or a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// Not a time with seconds and a zone.
    #[error("`{0}` is not a time: write RFC 3339 in UTC with whole seconds, for example `2025-02-21T14:29:47Z`")]
    Time(String),
    /// Not a day.
    #[error("`{0}` is not a date: write `YYYY-MM-DD`, for example `2025-02-26`")]
    Date(String),
}

impl Time {
    /// From seconds since 1970. None if outside the years that a calendar can print.
    pub fn from_unix(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(|_| Self(seconds))
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// So many seconds later, or the same time if no calendar can print that.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        self.0.checked_add(seconds).and_then(Self::from_unix).unwrap_or(self)
    }

    /// The day in UTC.
    pub fn date(self) -> Date {
        Date(jiff::tz::TimeZone::UTC.to_datetime(self.timestamp()).date())
    }

    fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

impl Date {
    /// Its first second in UTC.
    pub fn start(self) -> Time {
        let start = self.0.to_zoned(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp());
        Time(start.unwrap_or(jiff::Timestamp::UNIX_EPOCH).as_second())
    }

    /// Its last second in UTC.
    pub fn end(self) -> Time {
        const SECONDS_OF_A_DAY: i64 = 86_400;
        Time(self.start().0.saturating_add(SECONDS_OF_A_DAY - 1))
    }
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let fail = || TimeError::Time(text.chars().take(60).collect());
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| fail())?;
        if timestamp.subsec_nanosecond() == 0 { Ok(Self(timestamp.as_second())) } else { Err(fail()) }
    }
}

impl FromStr for Date {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        match text.parse() {
            Ok(date) if plain => Ok(Self(date)),
            _ => Err(TimeError::Date(text.chars().take(60).collect())),
        }
    }
}

impl TryFrom<String> for Time {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl TryFrom<String> for Date {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        time.to_string()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_come_back_and_know_their_day() {
        let time: Time = "2025-02-21T14:29:47Z".parse().unwrap();
        assert_eq!((time.unix(), time.to_string().as_str()), (1_740_148_187, "2025-02-21T14:29:47Z"));
        assert_eq!(time.date().to_string(), "2025-02-21");
        assert_eq!(Time::from_unix(i64::MAX), None);
        for text in ["", "2025-02-21", "2025-02-21T14:29:47", "2025-02-21T14:29:47.5Z", "yesterday"] {
            assert!(text.parse::<Time>().is_err(), "{text}");
        }
        for text in ["", "2025-2-21", "20250221", "2025-02-30", "2025-02-21T00:00:00Z"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
