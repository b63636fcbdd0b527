//! Every type that may travel: for each row a function that gives a random value, and one that
//! takes it back and tells whether it is the same.

pub mod compounds;
pub mod enums;
pub mod flattened;
pub mod foreign;
pub mod generics;
pub mod scalars;
pub mod structs;
pub mod wide;
pub mod wire;

use std::fmt::Debug;

use crate::random::{Random, Rng};

/// `rows! { give_bool, take_bool: bool; … }`
macro_rules! rows {
    ($($give:ident, $take:ident: $ty:ty;)+) => { $(
        #[telefunc::telefunction]
        fn $give(seed: u32) -> $ty {
            $crate::random::Rng::value(seed)
        }

        /// `null`, or what differs.
        #[telefunc::telefunction]
        fn $take(seed: u32, value: $ty) -> Option<String> {
            $crate::types::difference(seed, &value)
        }
    )+ };
}
pub(crate) use rows;

fn difference<T: Random + PartialEq + Debug>(seed: u32, value: &T) -> Option<String> {
    let given = Rng::value::<T>(seed);
    (given != *value).then(|| format!("gave {given:?}, got back {value:?}"))
}
