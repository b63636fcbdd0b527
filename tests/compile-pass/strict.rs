//! The expansions pass the strictest lints, and a telefunction may stand at the root of a crate.
#![deny(warnings, missing_docs, missing_debug_implementations, unreachable_pub, unused)]
#![deny(unused_qualifications, unused_results, single_use_lifetimes, let_underscore_drop)]
#![deny(trivial_casts, trivial_numeric_casts, elided_lifetimes_in_paths)]
#![forbid(unsafe_code)]

use telefunc::prelude::*;

/// A line.
#[telefunc::data]
#[derive(Debug)]
pub struct Line {
    /// What it says.
    pub text: String,
}

/// Why not.
#[telefunc::error]
#[derive(Debug)]
pub enum Refused {
    /// Not found.
    #[status(404)]
    NoSuchLine,
    /// Too many.
    Full {
        /// At most so many.
        max_count: u32,
    },
}

/// Gives it back.
#[telefunction]
pub async fn on_echo(
    line: Line,
    #[schemars(range(min = 1))] times: u32,
    #[context] cx: Context,
) -> Result<Line, Refused> {
    drop(cx);
    match times {
        1 => Ok(line),
        0 => Err(Refused::NoSuchLine),
        _ => Err(Refused::Full { max_count: 1 }),
    }
}

#[telefunction]
fn on_private() -> impl Stream<Item = u32> {
    stream! { yield 1; }
}

#[deprecated(note = "use on_echo")]
#[telefunction]
fn on_old() {}

fn main() {
    let entries = telefunc::__private::schema::entries();
    let keys: Vec<String> = entries.iter().map(|entry| entry.key()).collect();
    assert_eq!(keys, ["onEcho", "onOld", "onPrivate"]);
}
