#![allow(non_snake_case)]

use telefunc::prelude::*;

#[telefunction]
fn on_both(user_id: u32, userId: u32) -> u32 {
    user_id + userId
}

fn main() {}
