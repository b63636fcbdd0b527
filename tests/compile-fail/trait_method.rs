use telefunc::prelude::*;

trait Api {
    #[telefunction]
    fn on_declared(n: u32) -> u32;
}

fn main() {}
