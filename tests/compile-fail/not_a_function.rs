use telefunc::prelude::*;

#[telefunction]
pub struct Todo {
    pub id: u32,
}

#[telefunction]
impl Todo {}

#[telefunction]
trait Api {}

#[telefunction]
const LIMIT: u32 = 3;

#[telefunction]
mod todos {}

fn main() {}
