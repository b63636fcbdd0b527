#[telefunc::data]
struct Borrowed<'a> {
    text: &'a str,
}

fn main() {}
