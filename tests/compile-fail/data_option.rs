#[telefunc::data(rename_all = "kebab-case")]
struct Todo {
    id: u32,
}

#[telefunc::data(crate)]
struct Other {
    id: u32,
}

fn main() {}
