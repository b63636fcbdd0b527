//! What JSON can not say: dates, raw bytes, large integers, alone and anywhere in a value.

use std::collections::BTreeMap;

use telefunc::{BigInt, Bytes, Date};

use super::rows;
use crate::random::random;

/// Everything at once.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Mixed {
    pub at: Date,
    pub until: Option<Date>,
    pub payload: Bytes,
    pub payloads: Vec<Bytes>,
    pub balance: i128,
    pub id: BigInt<u64>,
    pub ids: Option<Vec<BigInt<i64>>>,
    pub by_day: BTreeMap<String, (Date, Option<Bytes>)>,
    /// Its digits must survive beside integers that are read as `bigint`.
    pub ratio: f64,
    pub small: u64,
    pub text: String,
}
random! { Mixed: r => Self {
    at: r.any(),
    until: r.any(),
    payload: r.any(),
    payloads: r.any(),
    balance: r.any(),
    id: r.any(),
    ids: r.any(),
    by_day: r.any(),
    ratio: r.any(),
    small: r.any(),
    text: r.any(),
} }

/// A date among its likes, and bytes at every level.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Thread {
    pub at: Date,
    pub picture: Bytes,
    pub replies: Vec<Thread>,
}
random! { Thread: r => Self { at: r.any(), picture: r.any(), replies: r.any() } }

/// Told apart by a tag.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(tag = "kind")]
pub enum Change {
    Deleted,
    Moved { to: Date },
    Grown { by: BigInt<u64> },
    Replaced(Thread),
}
random! { Change: r =>
    Self::Deleted,
    Self::Moved { to: r.any() },
    Self::Grown { by: r.any() },
    Self::Replaced(r.any()),
}

/// Told apart by a tag, with the content beside it.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(tag = "t", content = "c")]
pub enum Adjacent {
    Nothing,
    Date(Date),
    Both(Date, Bytes),
    Many { ids: Vec<BigInt<u64>> },
}
random! { Adjacent: r =>
    Self::Nothing,
    Self::Date(r.any()),
    Self::Both(r.any(), r.any()),
    Self::Many { ids: r.any() },
}

/// Told apart by its only key.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub enum External {
    Never,
    At(Date),
    Between(Date, Date),
    Of { payload: Bytes },
}
random! { External: r =>
    Self::Never,
    Self::At(r.any()),
    Self::Between(r.any(), r.any()),
    Self::Of { payload: r.any() },
}

/// Told apart by what it is in JSON.
#[telefunc::data]
#[derive(Debug, PartialEq)]
#[serde(untagged)]
pub enum Loose {
    Flag(bool),
    When(Date),
    Many(Vec<Date>),
    Thread(Thread),
}
random! { Loose: r =>
    Self::Flag(r.any()),
    Self::When(r.any()),
    Self::Many(r.any()),
    Self::Thread(r.any()),
}

/// Its date stands among the fields of another.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Stamped {
    pub name: String,
    #[serde(flatten)]
    pub stamp: Stamp,
}
random! { Stamped: r => Self { name: r.any(), stamp: r.any() } }

/// When, and by whom.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Stamp {
    pub created_at: Date,
    pub signature: Option<Bytes>,
}
random! { Stamp: r => Self { created_at: r.any(), signature: r.any() } }

rows! {
    give_date, take_date: Date;
    give_dates, take_dates: Vec<Option<Date>>;
    give_bytes, take_bytes: Bytes;
    give_all_bytes, take_all_bytes: Vec<Option<Bytes>>;
    give_i128, take_i128: i128;
    give_u128, take_u128: u128;
    give_big_u64, take_big_u64: BigInt<u64>;
    give_big_i64, take_big_i64: BigInt<i64>;
    give_big_ints, take_big_ints: (u128, Vec<i128>, Option<BigInt<u64>>, f64);
    give_mixed, take_mixed: Mixed;
    give_thread, take_thread: Thread;
    give_change, take_change: Vec<Change>;
    give_adjacent, take_adjacent: Vec<Adjacent>;
    give_external, take_external: Vec<External>;
    give_loose, take_loose: Vec<Loose>;
    give_stamped, take_stamped: Stamped;
}
