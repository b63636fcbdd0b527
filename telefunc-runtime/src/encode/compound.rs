//! Arrays and objects in the making.

use serde::Serialize;
use serde::ser::{
    Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
};
use telefunc_protocol::PathSegment;

use super::key::Key;
use super::{EncodeError, Encoder, text};

/// An array whose bracket is open.
pub struct Array<'e, 'a> {
    encoder: &'e mut Encoder<'a>,
    length: usize,
    variant: Option<&'static str>,
}

impl<'e, 'a> Array<'e, 'a> {
    pub(super) fn new(encoder: &'e mut Encoder<'a>) -> Self {
        Self { encoder, length: 0, variant: None }
    }

    pub(super) fn of_variant(self, variant: &'static str) -> Self {
        Self { variant: Some(variant), ..self }
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        if self.length > 0 {
            self.encoder.out.push(b',');
        }
        value
            .serialize(&mut *self.encoder)
            .map_err(|error| within(error.inside(self.length), self.variant))?;
        self.length += 1;
        Ok(())
    }

    #[inline]
    fn close(self) -> Result<(), EncodeError> {
        self.encoder.leave(b']');
        if self.variant.is_some() {
            self.encoder.leave(b'}');
        }
        Ok(())
    }
}

/// An object whose brace is open.
pub struct Object<'e, 'a> {
    encoder: &'e mut Encoder<'a>,
    shape: Shape,
    empty: bool,
    /// Where the text of the current key begins.
    key: usize,
}

enum Shape {
    Plain,
    Variant(&'static str),
    /// No object at all: `serde_json` passes the text of a number or of raw JSON as the one field
    /// of a struct, where its features `arbitrary_precision` and `raw_value` are on.
    Verbatim,
}

impl<'e, 'a> Object<'e, 'a> {
    pub(super) fn new(encoder: &'e mut Encoder<'a>) -> Self {
        Self { encoder, shape: Shape::Plain, empty: true, key: 0 }
    }

    pub(super) fn of_variant(self, variant: &'static str) -> Self {
        Self { shape: Shape::Variant(variant), ..self }
    }

    pub(super) fn verbatim(encoder: &'e mut Encoder<'a>) -> Self {
        Self { shape: Shape::Verbatim, ..Self::new(encoder) }
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        if let Shape::Verbatim = self.shape {
            return self.unquoted(value);
        }
        self.comma();
        text::string(self.encoder.out, key);
        self.encoder.out.push(b':');
        value.serialize(&mut *self.encoder).map_err(|error| match self.shape {
            Shape::Variant(variant) => error.inside(key).inside(variant),
            _ => error.inside(key),
        })
    }

    #[inline]
    fn comma(&mut self) {
        if !self.empty {
            self.encoder.out.push(b',');
        }
        self.empty = false;
    }

    fn unquoted<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let start = self.encoder.out.len();
        value.serialize(&mut *self.encoder)?;
        let json: String =
            serde_json::from_slice(&self.encoder.out[start..]).map_err(EncodeError::custom)?;
        self.encoder.out.truncate(start);
        match json.parse::<i128>() {
            Ok(integer)
                if !self.encoder.exact && integer.unsigned_abs() > super::MAX_SAFE.into() =>
            {
                Err(super::unsafe_integer(integer))
            }
            _ => {
                self.encoder.out.extend_from_slice(json.as_bytes());
                Ok(())
            }
        }
    }

    #[inline]
    fn close(self) -> Result<(), EncodeError> {
        match self.shape {
            Shape::Verbatim => {}
            Shape::Plain => self.encoder.leave(b'}'),
            Shape::Variant(_) => {
                self.encoder.leave(b'}');
                self.encoder.leave(b'}');
            }
        }
        Ok(())
    }
}

fn within(error: EncodeError, variant: Option<&'static str>) -> EncodeError {
    match variant {
        Some(variant) => error.inside(variant),
        None => error,
    }
}

macro_rules! elements {
    ($($kind:ident::$method:ident),*) => { $(
        impl $kind for Array<'_, '_> {
            type Ok = ();
            type Error = EncodeError;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
                self.element(value)
            }

            #[inline]
            fn end(self) -> Result<(), EncodeError> {
                self.close()
            }
        }
    )* };
}

elements! {
    SerializeSeq::serialize_element, SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field, SerializeTupleVariant::serialize_field
}

macro_rules! fields {
    ($($kind:ident),*) => { $(
        impl $kind for Object<'_, '_> {
            type Ok = ();
            type Error = EncodeError;

            #[inline]
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<(), EncodeError> {
                self.field(key, value)
            }

            #[inline]
            fn end(self) -> Result<(), EncodeError> {
                self.close()
            }
        }
    )* };
}

fields! { SerializeStruct, SerializeStructVariant }

impl SerializeMap for Object<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        self.comma();
        self.key = self.encoder.out.len();
        key.serialize(Key(self.encoder.out))
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let key = self.key..self.encoder.out.len();
        self.encoder.out.push(b':');
        value.serialize(&mut *self.encoder).map_err(|error| {
            let key = self.encoder.out.get(key).and_then(|json| serde_json::from_slice(json).ok());
            error.inside(PathSegment::Key(key.unwrap_or_default()))
        })
    }

    #[inline]
    fn end(self) -> Result<(), EncodeError> {
        self.close()
    }
}
