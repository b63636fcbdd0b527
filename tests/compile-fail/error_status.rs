#[telefunc::error]
enum JoinError {
    #[status(200)]
    Fine,
    #[status("404")]
    Text,
    #[status]
    Nothing,
    #[status(404)]
    #[status(405)]
    Twice,
}

#[telefunc::error]
#[status(1000)]
struct Refused;

fn main() {}
