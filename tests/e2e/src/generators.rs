//! Streams: in order, empty, failing, endless, quiet, waiting.

use telefunc::prelude::*;
use telefunc::{Bytes, Date};

use crate::errors::JoinError;
use crate::guard::Guards;

/// Counts.
#[telefunction]
fn on_count(to: u32) -> impl Stream<Item = u32> {
    stream! {
        for n in 0..to {
            yield n;
        }
    }
}

/// What may look like nothing on the wire.
#[telefunction]
fn on_empty_texts(count: u32) -> impl Stream<Item = String> {
    stream! {
        for _ in 0..count {
            yield String::new();
        }
    }
}

#[telefunction]
fn on_units(count: u32) -> impl Stream<Item = ()> {
    stream! {
        for _ in 0..count {
            yield;
        }
    }
}

#[telefunction]
fn on_nothings() -> impl Stream<Item = Option<Vec<u8>>> {
    stream! {
        yield None;
        yield Some(Vec::new());
        yield None;
    }
}

#[telefunction]
fn on_no_items() -> impl Stream<Item = u8> {
    telefunc::futures_util::stream::empty()
}

/// Items with raw parts, some without a byte.
#[telefunction]
fn on_chunks(count: u8) -> impl Stream<Item = (Bytes, Date)> {
    stream! {
        for n in 0..count {
            let bytes = vec![n; usize::from(n) * 1000];
            yield (bytes.into(), Date::UNIX_EPOCH);
        }
    }
}

/// Gives three items, then fails as it is told.
#[telefunction]
fn on_fails_after(how: String) -> impl Stream<Item = Result<u32, telefunc::Error>> {
    try_stream! {
        for n in 0..3 {
            yield n;
        }
        match how.as_str() {
            "abort" => Err(JoinError::Full { max_seats: 3 })?,
            "bug" => Err(std::io::Error::other(crate::errors::SECRET))?,
            _ => panic!("{}", crate::errors::SECRET),
        }
    }
}

/// Its refusal has a type.
#[telefunction]
fn on_refuses_after(count: u32) -> impl Stream<Item = Result<u32, JoinError>> {
    try_stream! {
        for n in 0..count {
            yield n;
        }
        Err(JoinError::Full { max_seats: count })?;
    }
}

/// Refused before it begins.
#[telefunction]
async fn on_refused(allowed: bool) -> Result<impl Stream<Item = u32>, JoinError> {
    if allowed {
        Ok(telefunc::futures_util::stream::iter([1, 2]))
    } else {
        Err(JoinError::NoSuchRoom)
    }
}

#[telefunction]
fn on_bad_item() -> impl Stream<Item = f64> {
    telefunc::futures_util::stream::iter([1.5, f64::NAN, 2.5])
}

/// Gives one item and then waits for ever.
#[telefunction]
fn on_wait(id: u32, #[context] guards: State<Guards>) -> impl Stream<Item = u32> {
    stream! {
        let guard = guards.guard(id);
        guard.made();
        yield 1;
        std::future::pending::<()>().await;
        yield 2;
    }
}

/// A plain call that waits for ever.
#[telefunction]
async fn on_wait_plain(id: u32, #[context] guards: State<Guards>) -> u32 {
    let guard = guards.guard(id);
    guard.made();
    std::future::pending().await
}

/// Gives items of 1 kB as fast as they are taken.
#[telefunction]
fn on_flood(id: u32, #[context] guards: State<Guards>) -> impl Stream<Item = String> {
    stream! {
        let guard = guards.guard(id);
        loop {
            guard.made();
            yield "x".repeat(1000);
        }
    }
}

/// Is silent for a while between two items.
#[telefunction]
fn on_quiet(millis: u64) -> impl Stream<Item = u32> {
    stream! {
        yield 1;
        tokio::time::sleep(Duration::from_millis(millis)).await;
        yield 2;
    }
}

/// Gives the time of the server, an item every few milliseconds.
#[telefunction]
fn on_ticks(count: u32, every: u64) -> impl Stream<Item = Date> {
    stream! {
        for _ in 0..count {
            yield Date::now();
            tokio::time::sleep(Duration::from_millis(every)).await;
        }
    }
}
