#[telefunc::error]
enum JoinError<T> {
    Refused(T),
}

fn main() {}
