use telefunc::prelude::*;

#[telefunction]
fn on_borrowed(page: &mut Vec<Option<u32>>) {
    page.clear();
}

fn main() {}
