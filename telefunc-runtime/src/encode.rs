//! Writes a result as JSON, straight into the response's buffer.
//!
//! It differs from `serde_json` in that it never writes what TypeScript would read as something
//! else: NaN and infinities are refused instead of becoming `null`, integers that a `number` can
//! not hold are refused instead of being rounded by the reader.
//!
//! A refusal names the value's path. The path costs nothing while all is well: it is put together
//! from the inside out as the error passes the enclosing arrays and objects, which know their
//! current key anyway. (A second, path-tracking pass would run the user's `Serialize` twice.)

mod compound;
mod error;
mod key;
mod text;

use serde::Serialize;
use serde::ser::{Error as _, Serializer};
use serde_json::ser::{CompactFormatter, Formatter as _};
use serde_json::value::RawValue;
use telefunc_protocol::limits;

use compound::{Array, Object};
pub use error::EncodeError;

/// A serde serializer that appends JSON to a buffer.
pub struct Encoder<'a> {
    out: &'a mut Vec<u8>,
    exact: bool,
    depth: usize,
}

/// Appends `value` as JSON to `out`. `exact` is whether the reader keeps 64-bit integers exact, so
/// that none needs to be refused. After an error `out` is as it was.
///
/// # Errors
///
/// When the value holds NaN, an infinity, an integer beyond ±(2⁵³−1) (unless `exact`; 128-bit ones
/// are always exact), a map key that is not string-like, is nested deeper than [`limits::DEPTH`],
/// or its own `Serialize` fails.
pub fn append<T: Serialize + ?Sized>(
    out: &mut Vec<u8>,
    value: &T,
    exact: bool,
) -> Result<(), EncodeError> {
    let start = out.len();
    value.serialize(&mut Encoder { out, exact, depth: limits::DEPTH }).map_err(|error| {
        out.truncate(start);
        error.outermost()
    })
}

/// Writes `value` to a buffer of its own, as [`append`] does.
pub fn to_vec<T: Serialize + ?Sized>(value: &T, exact: bool) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::with_capacity(128);
    append(&mut out, value, exact)?;
    Ok(out)
}

/// Writes `value` as a piece of a greater JSON text, with no integer beyond ±(2⁵³−1).
pub fn raw<T: Serialize + ?Sized>(value: &T) -> Result<Box<RawValue>, EncodeError> {
    let json = String::from_utf8(to_vec(value, false)?).map_err(EncodeError::custom)?;
    RawValue::from_string(json).map_err(EncodeError::custom)
}

impl<'a> Encoder<'a> {
    #[inline]
    fn enter(&mut self, bracket: u8) -> Result<(), EncodeError> {
        let Some(depth) = self.depth.checked_sub(1) else {
            let limit = limits::DEPTH;
            return Err(EncodeError::custom(format_args!("is nested deeper than {limit} levels")));
        };
        self.depth = depth;
        self.out.push(bracket);
        Ok(())
    }

    #[inline]
    fn leave(&mut self, bracket: u8) {
        self.depth += 1;
        self.out.push(bracket);
    }

    #[inline]
    fn digits(&mut self, integer: impl itoa::Integer) {
        self.out.extend_from_slice(itoa::Buffer::new().format(integer).as_bytes());
    }

    /// Opens the object around the content of a variant: `{"circle":`.
    fn enter_variant(&mut self, variant: &str) -> Result<(), EncodeError> {
        self.enter(b'{')?;
        text::string(self.out, variant);
        self.out.push(b':');
        Ok(())
    }

    #[inline]
    fn array(&mut self) -> Result<Array<'_, 'a>, EncodeError> {
        self.enter(b'[')?;
        Ok(Array::new(self))
    }

    #[inline]
    fn object(&mut self) -> Result<Object<'_, 'a>, EncodeError> {
        self.enter(b'{')?;
        Ok(Object::new(self))
    }
}

/// The largest integer up to which a JavaScript number holds every one.
pub(crate) const MAX_SAFE: u64 = (1 << 53) - 1;

#[cold]
fn unsafe_integer(integer: impl std::fmt::Display) -> EncodeError {
    EncodeError::custom(format_args!(
        "{integer} is beyond ±(2^53-1), more than a TypeScript number holds; \
         telefunc::BigInt is a bigint there"
    ))
}

#[cold]
fn not_finite(float: f64) -> EncodeError {
    EncodeError::custom(format_args!("{float} can not be written as JSON"))
}

macro_rules! integers {
    ($($method:ident: $integer:ty),*) => { $(
        #[inline]
        fn $method(self, value: $integer) -> Result<(), EncodeError> {
            self.digits(value);
            Ok(())
        }
    )* };
}

impl<'e, 'a> Serializer for &'e mut Encoder<'a> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = Array<'e, 'a>;
    type SerializeTuple = Array<'e, 'a>;
    type SerializeTupleStruct = Array<'e, 'a>;
    type SerializeTupleVariant = Array<'e, 'a>;
    type SerializeMap = Object<'e, 'a>;
    type SerializeStruct = Object<'e, 'a>;
    type SerializeStructVariant = Object<'e, 'a>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u128: u128
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<(), EncodeError> {
        if value.unsigned_abs() > MAX_SAFE && !self.exact {
            return Err(unsafe_integer(value));
        }
        self.digits(value);
        Ok(())
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Result<(), EncodeError> {
        if value > MAX_SAFE && !self.exact {
            return Err(unsafe_integer(value));
        }
        self.digits(value);
        Ok(())
    }

    #[inline]
    fn serialize_f32(self, value: f32) -> Result<(), EncodeError> {
        if !value.is_finite() {
            return Err(not_finite(value.into()));
        }
        CompactFormatter.write_f32(self.out, value).map_err(EncodeError::custom)
    }

    #[inline]
    fn serialize_f64(self, value: f64) -> Result<(), EncodeError> {
        if !value.is_finite() {
            return Err(not_finite(value));
        }
        CompactFormatter.write_f64(self.out, value).map_err(EncodeError::custom)
    }

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<(), EncodeError> {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        text::string(self.out, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), EncodeError> {
        self.collect_seq(value)
    }

    #[inline]
    fn serialize_unit(self) -> Result<(), EncodeError> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.enter_variant(variant)?;
        value.serialize(&mut *self).map_err(|error| error.inside(variant))?;
        self.leave(b'}');
        Ok(())
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Array<'e, 'a>, EncodeError> {
        self.array()
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Array<'e, 'a>, EncodeError> {
        self.array()
    }

    #[inline]
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Array<'e, 'a>, EncodeError> {
        self.array()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Array<'e, 'a>, EncodeError> {
        self.enter_variant(variant)?;
        Ok(self.array()?.of_variant(variant))
    }

    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<Object<'e, 'a>, EncodeError> {
        self.object()
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Object<'e, 'a>, EncodeError> {
        match name {
            "$serde_json::private::Number" | "$serde_json::private::RawValue" => {
                Ok(Object::verbatim(self))
            }
            _ => self.object(),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'e, 'a>, EncodeError> {
        self.enter_variant(variant)?;
        Ok(self.object()?.of_variant(variant))
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        text::display(self.out, value).map_err(EncodeError::custom)
    }
}

#[cfg(test)]
mod tests;
