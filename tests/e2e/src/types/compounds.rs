//! Options, lists, sets, tuples and maps.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::rows;
use crate::random::random;

/// What a map may have as a key.
#[telefunc::data]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    VeryLow,
    High,
    #[serde(rename = "off the scale")]
    Beyond,
}
random! { Level: r => Self::VeryLow, Self::High, Self::Beyond }

/// A key that is text inside.
#[telefunc::data]
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(transparent)]
pub struct Name(pub String);
random! { Name: r => Self(r.any()) }

/// Maps by every kind of key, and in each other.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Maps {
    pub by_level: BTreeMap<Level, Vec<Level>>,
    pub by_number: HashMap<u16, HashMap<i32, bool>>,
    pub by_name: Option<BTreeMap<Name, Option<Level>>>,
}
random! { Maps: r => Self { by_level: r.any(), by_number: r.any(), by_name: r.any() } }

rows! {
    give_option, take_option: Option<String>;
    give_options, take_options: Vec<Option<bool>>;
    give_vec, take_vec: Vec<String>;
    give_matrix, take_matrix: Vec<Vec<i8>>;
    give_array, take_array: [u16; 3];
    give_arrays, take_arrays: [[bool; 2]; 2];
    give_btree_set, take_btree_set: BTreeSet<String>;
    give_hash_set, take_hash_set: HashSet<u32>;
    give_single, take_single: (bool,);
    give_pair, take_pair: (String, Option<i32>);
    give_tuple, take_tuple: (bool, char, Vec<(u8, String)>, ());
    give_map, take_map: BTreeMap<String, Option<String>>;
    give_hash_map, take_hash_map: HashMap<String, Vec<u8>>;
    give_by_number, take_by_number: BTreeMap<u16, String>;
    give_by_signed, take_by_signed: BTreeMap<i32, bool>;
    give_by_u64, take_by_u64: BTreeMap<u64, bool>;
    give_by_level, take_by_level: BTreeMap<Level, u8>;
    give_by_char, take_by_char: BTreeMap<char, u8>;
    give_by_name, take_by_name: HashMap<Name, u8>;
    give_maps, take_maps: Maps;
    give_box, take_box: Box<Level>;
}
