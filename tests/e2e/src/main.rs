//! A server of test functions. `e2e generate FOLDER` writes their clients; without arguments it
//! serves, on `ADDRESS`, and prints where.

mod errors;
mod generators;
mod guard;
mod random;
mod types;

use std::error::Error;
use std::path::{Path, PathBuf};

use telefunc::codegen::{Builder, Emit, LargeInts};
use telefunc::prelude::*;
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("generate") {
        return generate(&arguments.next().map_or_else(|| "generated".into(), PathBuf::from));
    }
    let address = std::env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:0".into());
    let bugs = errors::Bugs::default();
    let server = Telefunc::new()
        // Short, so that a test sees several keep-alives within a second.
        .config(Config { keep_alive: Duration::from_millis(50), ..Config::default() })
        .state(bugs.clone())
        .state(guard::Guards::default())
        .on_bug(move |bug| bugs.add(bug))
        .fallback(ServeDir::new(Path::new(env!("CARGO_MANIFEST_DIR"))))
        .bind(address)
        .await?;
    println!("http://{}", server.local_addr());
    server.run().await?;
    Ok(())
}

/// One client for each setting that changes what a page gets.
fn generate(folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    for (name, emit, large_ints) in [
        ("ts", Emit::Ts, LargeInts::Number),
        ("js", Emit::Js, LargeInts::Number),
        ("bigint", Emit::Js, LargeInts::BigInt),
    ] {
        let report =
            Builder::new(folder.join(name)).emit(emit).large_ints(large_ints).generate()?;
        println!("{name}: {report}");
    }
    Ok(())
}
