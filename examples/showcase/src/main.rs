//! The showcase: `cargo run -p showcase` writes the client of the functions in `demo.rs` beside the
//! page in `web/`, which imports it as plain modules, and serves both.

mod demo;

use std::path::Path;

use telefunc::codegen::{Builder, Emit};
use telefunc::prelude::*;
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::WARN).init();
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");
    Builder::new(web.join("telefunc")).emit(Emit::Js).generate()?;

    let address = std::env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let server = Telefunc::new()
        .state(demo::Todos::default())
        .state(demo::Watchers::default())
        .fallback(ServeDir::new(web))
        .bind(address)
        .await?;
    println!("Open http://{}/", server.local_addr());
    server.run().await?;
    Ok(())
}
