//! The two servers, with the same work behind them.

mod bare;
mod ours;

use std::io;

/// Serves until the process is ended, and prints where.
pub(crate) fn run(name: &str) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match name {
        "hyper" => runtime.block_on(bare::serve()),
        _ => runtime.block_on(ours::serve()),
    }
}
