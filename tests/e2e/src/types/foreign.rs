//! Types of other crates, which are text in TypeScript.

use std::collections::BTreeMap;

use telefunc::{Decimal, OffsetDateTime};
use url::Url;
use uuid::Uuid;

use super::rows;
use crate::random::{Random, Rng, random};

/// One of each.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Foreign {
    pub id: Uuid,
    pub home_page: Option<Url>,
    pub price: Decimal,
    pub created_at: chrono::DateTime<chrono::Utc>,
    pub day: chrono::NaiveDate,
    pub at: jiff::Timestamp,
    pub until: OffsetDateTime,
    pub by_id: BTreeMap<Uuid, Vec<Decimal>>,
}
random! { Foreign: r => Self {
    id: r.any(),
    home_page: r.any(),
    price: r.any(),
    created_at: r.any(),
    day: r.any(),
    at: r.any(),
    until: r.any(),
    by_id: r.any(),
} }

random! { Uuid: r => Self::from_u64_pair(r.bits(), r.bits()), Self::nil(), Self::max() }

impl Random for Url {
    fn random(rng: &mut Rng) -> Self {
        let mut url: Self = "https://example.com/a".parse().expect("this is a URL");
        url.set_query(Some(&rng.any::<String>()));
        url
    }
}

impl Random for Decimal {
    fn random(rng: &mut Rng) -> Self {
        let digits = rng.bits() as i64;
        Self(rust_decimal::Decimal::new(digits, rng.below(29) as u32))
    }
}

/// A moment of the years 1 to 9999, to the nanosecond.
fn nanos(rng: &mut Rng) -> (i64, u32) {
    (rng.bits() as i64 % 60_000_000_000, rng.bits() as u32 % 1_000_000_000)
}

impl Random for chrono::DateTime<chrono::Utc> {
    fn random(rng: &mut Rng) -> Self {
        let (seconds, nanos) = nanos(rng);
        Self::from_timestamp(seconds, nanos).unwrap_or_default()
    }
}

impl Random for chrono::NaiveDate {
    fn random(rng: &mut Rng) -> Self {
        rng.any::<chrono::DateTime<chrono::Utc>>().date_naive()
    }
}

impl Random for chrono::NaiveDateTime {
    fn random(rng: &mut Rng) -> Self {
        rng.any::<chrono::DateTime<chrono::Utc>>().naive_utc()
    }
}

impl Random for jiff::Timestamp {
    fn random(rng: &mut Rng) -> Self {
        let (seconds, nanos) = nanos(rng);
        Self::new(seconds.abs(), nanos as i32).unwrap_or(Self::UNIX_EPOCH)
    }
}

impl Random for jiff::civil::Date {
    fn random(rng: &mut Rng) -> Self {
        let month = rng.below(12) as i8 + 1;
        Self::new(rng.below(9999) as i16, month, rng.below(28) as i8 + 1).unwrap_or(Self::ZERO)
    }
}

impl Random for OffsetDateTime {
    fn random(rng: &mut Rng) -> Self {
        let (seconds, nanos) = nanos(rng);
        let moment = time::OffsetDateTime::from_unix_timestamp(seconds).expect("years 1 to 9999");
        Self(moment.replace_nanosecond(nanos).expect("less than a second"))
    }
}

rows! {
    give_uuid, take_uuid: Uuid;
    give_url, take_url: Url;
    give_decimal, take_decimal: Decimal;
    give_offset_date_time, take_offset_date_time: OffsetDateTime;
    give_chrono, take_chrono: chrono::DateTime<chrono::Utc>;
    give_chrono_day, take_chrono_day: chrono::NaiveDate;
    give_chrono_naive, take_chrono_naive: chrono::NaiveDateTime;
    give_jiff, take_jiff: jiff::Timestamp;
    give_jiff_day, take_jiff_day: jiff::civil::Date;
    give_foreign, take_foreign: Foreign;
}
