//! telefunc, as a user writes it.

use std::io;

use telefunc::prelude::*;

#[telefunc::data]
struct Sum {
    sum: u32,
    text: String,
}

#[telefunction]
async fn on_sum(a: u32, b: String) -> Sum {
    Sum { sum: a + b.len() as u32, text: format!("{b}-{a}") }
}

#[telefunction]
async fn on_checked_sum(
    #[schemars(range(max = 1000))] a: u32,
    #[schemars(length(min = 1, max = 100))] b: String,
) -> Sum {
    Sum { sum: a + b.len() as u32, text: format!("{b}-{a}") }
}

#[telefunction]
fn on_integers(count: u32) -> impl Stream<Item = u32> {
    stream! {
        for n in 0..count {
            yield n;
        }
    }
}

#[telefunc::data]
struct Object {
    id: u32,
    name: String,
    tags: Vec<String>,
    done: bool,
}

#[telefunction]
fn on_objects(count: u32) -> impl Stream<Item = Object> {
    stream! {
        for id in 0..count {
            yield Object {
                id,
                name: "a name of some length, as names are".into(),
                tags: vec!["first".into(), "second".into()],
                done: id.is_multiple_of(2),
            };
        }
    }
}

pub(super) async fn serve() -> io::Result<()> {
    let bound = Telefunc::new().bind("127.0.0.1:0").await?;
    println!("{}", bound.local_addr());
    bound.run().await
}
