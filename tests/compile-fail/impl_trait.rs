use telefunc::prelude::*;

#[telefunction]
fn on_any(text: impl Into<String>) -> String {
    text.into()
}

fn main() {}
