//! 64-bit integers and floats beyond what a `number` holds: exact with `LargeInts::BigInt`, refused
//! by name without.

use std::collections::BTreeMap;

use telefunc::BigInt;
use telefunc::prelude::*;

use crate::random::Rng;

/// Integers of 64 bits, and where they stand.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Wide {
    pub first: u64,
    pub deep: Vec<BTreeMap<String, i64>>,
    pub maybe: Option<usize>,
}

fn wide(seed: u32) -> Wide {
    let BigInt(first) = Rng::value(seed);
    let BigInt(deep) = Rng::value(seed);
    let BigInt(maybe) = Rng::value::<BigInt<u64>>(seed + 1);
    Wide {
        first,
        deep: vec![BTreeMap::new(), BTreeMap::from([("a key".into(), deep)])],
        maybe: Some(maybe as usize),
    }
}

#[telefunction]
fn give_wide(seed: u32) -> Wide {
    wide(seed)
}

#[telefunction]
fn take_wide(seed: u32, value: Wide) -> Option<String> {
    (value != wide(seed)).then(|| format!("gave {:?}, got back {value:?}", wide(seed)))
}

#[telefunction]
fn give_beyond(which: u8) -> Wide {
    let first = if which == 0 { 1 << 53 } else { 1 };
    let deep = vec![BTreeMap::from([("k".into(), if which == 1 { -(1 << 53) } else { 1 })])];
    Wide { first, deep, maybe: (which == 2).then_some(usize::MAX) }
}

#[telefunction]
fn give_float(which: u8) -> Vec<Option<f64>> {
    let float = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][usize::from(which) % 3];
    vec![None, Some(float)]
}

#[telefunction]
fn take_floats(floats: BTreeMap<String, Vec<f64>>) -> usize {
    floats.len()
}
