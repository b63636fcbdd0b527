//! Values without parts: booleans, text, numbers.

use super::rows;

rows! {
    give_bool, take_bool: bool;
    give_string, take_string: String;
    give_char, take_char: char;
    give_u8, take_u8: u8;
    give_i8, take_i8: i8;
    give_u16, take_u16: u16;
    give_i16, take_i16: i16;
    give_u32, take_u32: u32;
    give_i32, take_i32: i32;
    give_f32, take_f32: f32;
    give_f64, take_f64: f64;
    give_u64, take_u64: u64;
    give_i64, take_i64: i64;
    give_usize, take_usize: usize;
    give_isize, take_isize: isize;
    give_units, take_units: Vec<()>;
    give_json, take_json: telefunc::serde_json::Value;
}
