//! Functions, their server and their client in one package. In its folder, `cargo run -- --write-client`
//! writes the client beside the page, and `cargo run` serves both.

use telefunc::codegen::{Builder, Emit};
use telefunc::prelude::*;
use tower_http::services::ServeDir;

/// Greets somebody.
#[telefunction]
async fn on_hello(#[schemars(length(min = 1, max = 40))] name: String) -> String {
    format!("Hello, {name}!")
}

/// Counts down, one number a second.
#[telefunction]
fn on_countdown(from: u32) -> impl Stream<Item = u32> {
    stream! {
        for n in (0..=from).rev() {
            yield n;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().any(|argument| argument == "--write-client") {
        println!("{}", Builder::new("web/telefunc").emit(Emit::Js).generate()?);
        return Ok(());
    }
    tracing_subscriber::fmt().init();
    let server = Telefunc::new().fallback(ServeDir::new("web")).bind("127.0.0.1:3000").await?;
    println!("Open http://{}/", server.local_addr());
    Ok(server.run().await?)
}
