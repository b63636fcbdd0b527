use telefunc::prelude::*;

#[telefunction]
fn on_configured(#[cfg(all())] id: u32) {
    let _ = id;
}

fn main() {}
