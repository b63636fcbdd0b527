use telefunc::prelude::*;

#[telefunction]
fn on_renamed(#[serde(rename = "theId")] id: u32) -> u32 {
    id
}

fn main() {}
