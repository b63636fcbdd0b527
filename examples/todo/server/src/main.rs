//! The server of the to-do list: axum, with the telefunctions of `api` mounted in it.

use std::error::Error;
use std::path::Path;

use api::Store;
use axum::Router;
use telefunc::prelude::*;
use tower_http::services::ServeDir;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::WARN).init();
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("web");

    let functions = Telefunc::new()
        .state(Store::new())
        .config(Config { max_body: 64 << 10, ..Config::default() })
        .on_bug(|bug| eprintln!("bug {} in {}", bug.id(), bug.function()))
        .into_service();
    let app =
        Router::new().nest_service("/_telefunc", functions).fallback_service(ServeDir::new(web));

    let address = std::env::var("ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("Open http://{}/", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
