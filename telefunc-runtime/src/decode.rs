//! Reads the arguments of a call straight from the request's bytes: a JSON array, or an object
//! keyed by parameter name.

use std::fmt;
use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use ts_rs::TS;

/// What a client may pass: `#[telefunc::data]` types and those of the standard library.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can not be an argument of a telefunction",
    label = "not a value that TypeScript could send",
    note = "put `#[telefunc::data]` on the type, or derive serde's `Deserialize`, `ts_rs::TS` and `schemars::JsonSchema`",
    note = "a value that the server finds itself is marked `#[context]`"
)]
pub trait Argument: DeserializeOwned + TS + JsonSchema + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + TS + JsonSchema + Send + 'static> Argument for T {}

/// The arguments of one function: a tuple of [`Argument`]s.
pub trait Arguments: Sized {
    /// Reads them; `names` are the parameters' TypeScript names, in order.
    fn read<'de, D: Deserializer<'de>>(
        names: &'static [&'static str],
        from: D,
    ) -> Result<Self, D::Error>;
}

/// Reads arguments from the JSON text of a request; no text at all means no arguments.
pub(crate) fn from_json<A: Arguments>(
    names: &'static [&'static str],
    json: &[u8],
) -> serde_json::Result<A> {
    let json = if json.is_empty() { b"[]" } else { json };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let arguments = A::read(names, &mut deserializer)?;
    deserializer.end()?;
    Ok(arguments)
}

macro_rules! arguments {
    ($count:literal: $($ty:ident $slot:ident $index:literal),*) => {
        impl<$($ty: DeserializeOwned),*> Arguments for ($($ty,)*) {
            fn read<'de, De: Deserializer<'de>>(
                names: &'static [&'static str],
                from: De,
            ) -> Result<Self, De::Error> {
                from.deserialize_any(Reader::<Self> { names, tuple: PhantomData })
            }
        }

        impl<'de, $($ty: DeserializeOwned),*> Visitor<'de> for Reader<($($ty,)*)> {
            type Value = ($($ty,)*);

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.expected(f)
            }

            #[allow(unused_mut, unused_variables, reason = "without parameters")]
            fn visit_seq<S: SeqAccess<'de>>(self, mut seq: S) -> Result<Self::Value, S::Error> {
                $(
                    let $slot = match seq.next_element()? {
                        Some(value) => value,
                        None => missing(self.names[$index])?,
                    };
                )*
                self.end_of(seq)?;
                Ok(($($slot,)*))
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                $(let mut $slot: Option<$ty> = None;)*
                while let Some(Name(index)) = map.next_key_seed(Names(self.names))? {
                    match index {
                        $($index if $slot.is_none() => $slot = Some(map.next_value()?),)*
                        _ => return Err(M::Error::custom("an argument is given twice")),
                    }
                }
                Ok(($(
                    match $slot {
                        Some(value) => value,
                        None => missing(self.names[$index])?,
                    },
                )*))
            }
        }
    };
}

arguments!(0:);
arguments!(1: A a 0);
arguments!(2: A a 0, B b 1);
arguments!(3: A a 0, B b 1, C c 2);
arguments!(4: A a 0, B b 1, C c 2, D d 3);
arguments!(5: A a 0, B b 1, C c 2, D d 3, E e 4);
arguments!(6: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5);
arguments!(7: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6);
arguments!(8: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7);
arguments!(9: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8);
arguments!(10: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8, J j 9);
arguments!(11: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8, J j 9, K k 10);
arguments!(12: A a 0, B b 1, C c 2, D d 3, E e 4, F f 5, G g 6, H h 7, I i 8, J j 9, K k 10, L l 11);

struct Reader<T> {
    names: &'static [&'static str],
    tuple: PhantomData<T>,
}

impl<T> Reader<T> {
    fn expected(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a JSON array of the arguments ({}), or an object keyed by their names",
            self.names.join(", ")
        )
    }

    fn end_of<'de, S: SeqAccess<'de>>(&self, mut seq: S) -> Result<(), S::Error> {
        match seq.next_element::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => {
                Err(S::Error::custom(format_args!("more than {} arguments", self.names.len())))
            }
        }
    }
}

/// The position of a parameter, read from its name.
struct Name(usize);

struct Names(&'static [&'static str]);

impl<'de> serde::de::DeserializeSeed<'de> for Names {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Name, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Names {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a parameter")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        let index = self.0.iter().position(|known| *known == name);
        index.map(Name).ok_or_else(|| E::unknown_field(name, self.0))
    }
}

/// What an argument is that was not passed: `None` where its type is an `Option`, else an error.
fn missing<T: DeserializeOwned, E: Error>(name: &'static str) -> Result<T, E> {
    T::deserialize(Missing { name, error: PhantomData })
}

/// The way serde's own derive finds out whether a field may be missing: only an `Option` asks for
/// an option.
struct Missing<E> {
    name: &'static str,
    error: PhantomData<E>,
}

impl<'de, E: Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<A: Arguments>(names: &'static [&'static str], json: &str) -> Result<A, String> {
        from_json(names, json.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn arguments_come_as_an_array_or_by_name() {
        assert_eq!(read(&["a", "b"], r#"[1,"x"]"#), Ok((1_u8, "x".to_owned())));
        assert_eq!(read(&["a", "b"], r#"{"b":"x","a":1}"#), Ok((1_u8, "x".to_owned())));
        assert_eq!(read(&[], ""), Ok(()));
        assert_eq!(read(&[], "{}"), Ok(()));
    }

    #[test]
    fn an_option_may_be_absent_wherever_it_stands() {
        type Pair = (u8, Option<u8>);
        for json in ["[1]", "[1,null]", r#"{"a":1}"#, r#"{"a":1,"b":null}"#] {
            assert_eq!(read::<Pair>(&["a", "b"], json), Ok((1, None)), "{json}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for json in
            ["[]", "[1,2]", r#"{"a":1,"b":2}"#, r#"{"a":1,"a":2}"#, "{}", "1", "[1] x", "[300]"]
        {
            assert!(read::<(u8,)>(&["a"], json).is_err(), "{json}");
        }
    }
}
