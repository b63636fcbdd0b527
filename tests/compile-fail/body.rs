use telefunc::prelude::*;

#[telefunction]
async fn on_body(n: u32) -> u32 {
    let text: String = n;
    text.len()
}

fn main() {}
