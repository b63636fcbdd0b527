#[telefunc::data]
fn on_it() {}

#[telefunc::error]
const LIMIT: u32 = 1;

fn main() {}
