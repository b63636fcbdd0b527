//! A crate that knows `telefunc` by another name, and whose own names are those that expansions
//! like to trip over.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types)]

mod api {
    pub mod rpc {
        pub use ::telefunc::*;
    }
}

use api::rpc;
use types::{Line, Refused};

mod telefunc {}
mod core {}
mod std {}
mod alloc {}

type Result = ();
type Option = ();
type Vec = ();
type Box = ();
struct String;
struct Some;
struct Ok;
trait Send {}
trait From {}
struct OfBug;
struct FetchContext;

/// Apart, since the derives that the expansions call are not all as careful.
mod types {
    use super::api::rpc;

    #[rpc::data(crate = rpc)]
    pub(crate) struct Line {
        pub(crate) text_of_it: String,
    }

    #[rpc::error(crate = super::api::rpc)]
    pub(crate) enum Refused {
        #[status(404)]
        NoSuchLine,
    }
}

#[rpc::telefunction(crate = crate::api::rpc, timeout = "3s", max_body = 9)]
async fn returned(
    #[schemars(length(min = 1))] call: ::std::string::String,
    #[context] cx: rpc::Context,
) -> ::core::result::Result<Line, Refused> {
    drop(cx);
    match call.len() {
        0 => ::core::result::Result::Err(Refused::NoSuchLine),
        _ => ::core::result::Result::Ok(Line { text_of_it: call }),
    }
}

/// Functions called as the expansion's own words are.
mod words {
    use super::api::rpc;

    #[rpc::telefunction(crate = super::api::rpc)]
    fn describe(call: u32) -> u32 {
        call
    }

    #[rpc::telefunction(crate = super::api::rpc)]
    async fn invoke(types: u32, shape: u32) -> u32 {
        types + shape
    }

    #[rpc::telefunction(crate = super::api::rpc)]
    fn call(returned: u32) -> u32 {
        returned
    }

    #[rpc::telefunction(crate = super::api::rpc)]
    fn pin(argument_0: u32) -> u32 {
        argument_0
    }
}

fn main() {
    let entries = rpc::__private::schema::entries();
    let keys = entries.iter().map(|entry| entry.key()).collect::<::std::vec::Vec<_>>();
    assert_eq!(keys, ["returned", "words.call", "words.describe", "words.invoke", "words.pin"]);
}
