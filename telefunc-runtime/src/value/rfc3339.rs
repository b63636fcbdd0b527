//! Reads the dates and times of RFC 3339, with ECMAScript's expanded years.

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) year: i64,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// A time of day, leap second (`:60`) included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Time {
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    /// Further digits are cut off, as JavaScript does.
    pub(crate) millis: u16,
}

/// Takes the text apart from the left; `None` at the first byte that does not fit.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self(text.as_bytes())
    }

    /// `2026-01-31`, and with a sign six digits of year: `-000001-01-31`.
    pub(crate) fn day(&mut self) -> Option<Day> {
        let year = match self.0.first()? {
            b'+' => self.skip().digits(6)?,
            // ECMAScript forbids a second way to write the year 0.
            b'-' => -(Some(self.skip().digits(6)?).filter(|year| *year != 0)?),
            _ => self.digits(4)?,
        };
        self.byte(b"-")?;
        let month = self.digits(2)? as u8;
        self.byte(b"-")?;
        let day = self.digits(2)? as u8;
        let valid = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        valid.then_some(Day { year, month, day })
    }

    /// `23:59:59`, with any number of decimals.
    pub(crate) fn time(&mut self) -> Option<Time> {
        let hour = self.digits(2)? as u8;
        self.byte(b":")?;
        let minute = self.digits(2)? as u8;
        self.byte(b":")?;
        let second = self.digits(2)? as u8;
        let millis = self.decimals()?;
        (hour < 24 && minute < 60 && second <= 60).then_some(Time { hour, minute, second, millis })
    }

    /// The `T` between day and time.
    pub(crate) fn separator(&mut self) -> Option<()> {
        self.byte(b"Tt ").map(drop)
    }

    /// `Z`, or `+02:00`: in minutes.
    pub(crate) fn offset(&mut self) -> Option<i64> {
        let sign = match self.byte(b"Zz+-")? {
            b'+' => 1,
            b'-' => -1,
            _ => return Some(0),
        };
        let hours = self.digits(2)?;
        self.byte(b":")?;
        let minutes = self.digits(2)?;
        (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
    }

    /// Nothing is left.
    pub(crate) fn end(&self) -> Option<()> {
        self.0.is_empty().then_some(())
    }

    fn decimals(&mut self) -> Option<u16> {
        if self.0.first() != Some(&b'.') {
            return Some(0);
        }
        self.skip();
        let length = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, rest) = self.0.split_at(length);
        self.0 = rest;
        let milli = |place: usize| digits.get(place).map_or(0, |digit| u16::from(digit - b'0'));
        (length > 0).then(|| milli(0) * 100 + milli(1) * 10 + milli(2))
    }

    fn digits(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        digits.iter().try_fold(0, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
        })
    }

    fn byte(&mut self, any_of: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        any_of.contains(first).then_some(*first)
    }

    fn skip(&mut self) -> &mut Self {
        self.0 = self.0.get(1..).unwrap_or_default();
        self
    }
}

impl Day {
    /// Days since 1970-01-01. (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".)
    pub(crate) fn since_epoch(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH
    }

    /// The inverse of [`since_epoch`](Self::since_epoch).
    pub(crate) fn from_epoch(days: i64) -> Self {
        let days = days + DAYS_TO_EPOCH;
        let era = days.div_euclid(DAYS_PER_ERA);
        let day_of_era = days.rem_euclid(DAYS_PER_ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month: month as u8,
            day: (day_of_year - (153 * shifted + 2) / 5 + 1) as u8,
        }
    }
}

fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of the 400 years after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01, where the eras start, to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;
