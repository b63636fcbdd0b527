use telefunc::prelude::*;

use std::rc::Rc;

#[telefunction]
async fn on_wait(n: u32) -> u32 {
    let n = Rc::new(n);
    std::future::ready(()).await;
    *n
}

#[telefunction]
fn on_items(n: u32) -> impl Stream<Item = u32> {
    let n = Rc::new(n);
    stream! { yield *n; }
}

fn main() {}
