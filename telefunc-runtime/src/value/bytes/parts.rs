//! Where [`Bytes`](super::Bytes) leave the JSON: the raw parts of one message while it is written
//! or read.
//!
//! A scope belongs to one synchronous run of serde on this thread, so it is a closure and can not
//! be held across an await. Scopes nest: an inner one hides the outer one until it ends, also by
//! a panic.

use std::cell::RefCell;
use std::fmt;
use std::thread::LocalKey;

use bytes::Bytes;
use telefunc_protocol::limits;

/// Runs `work` and gives the bytes that it serialised, in the order of their placeholders.
pub fn collect<R>(work: impl FnOnce() -> R) -> (R, Vec<Bytes>) {
    let scope = Scope::enter(&WRITING, Vec::new());
    let result = work();
    (result, scope.leave())
}

/// Runs `work`, which deserialises placeholders of these `parts`.
///
/// # Errors
///
/// What `work` fails with; else when it left a part that nothing names.
pub fn provide<R, E>(parts: Vec<Bytes>, work: impl FnOnce() -> Result<R, E>) -> Result<R, E>
where
    E: serde::de::Error,
{
    let scope = Scope::enter(&READING, parts.into_iter().map(Some).collect());
    let result = work()?;
    match scope.leave().iter().position(Option::is_some) {
        Some(index) => Err(E::custom(Refusal::Unnamed(index as u64))),
        None => Ok(result),
    }
}

/// Why bytes could not be written or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Outside,
    TooMany,
    Unknown(u64),
    Repeated(u64),
    Unnamed(u64),
}

/// Adds a part to the message that is being written and gives its placeholder.
pub(super) fn put(bytes: Bytes) -> Result<u64, Refusal> {
    WRITING.with_borrow_mut(|parts| {
        let parts = parts.as_mut().ok_or(Refusal::Outside)?;
        if parts.len() == limits::PARTS {
            return Err(Refusal::TooMany);
        }
        parts.push(bytes);
        Ok(parts.len() as u64 - 1)
    })
}

/// Takes a part of the message that is being read. Each can be taken once: a part is owned by the
/// one place that names it.
pub(super) fn take(index: u64) -> Result<Bytes, Refusal> {
    READING.with_borrow_mut(|parts| {
        let parts = parts.as_mut().ok_or(Refusal::Outside)?;
        let part = usize::try_from(index).ok().and_then(|index| parts.get_mut(index));
        part.ok_or(Refusal::Unknown(index))?.take().ok_or(Refusal::Repeated(index))
    })
}

/// Puts a value in a slot and puts the slot's former value back when dropped.
struct Scope<T: 'static> {
    slot: &'static LocalKey<RefCell<Option<T>>>,
    outer: Option<T>,
}

impl<T> Scope<T> {
    fn enter(slot: &'static LocalKey<RefCell<Option<T>>>, value: T) -> Self {
        Self { slot, outer: slot.replace(Some(value)) }
    }

    fn leave(self) -> T {
        self.slot.take().expect("inner scopes put back what they found")
    }
}

impl<T> Drop for Scope<T> {
    fn drop(&mut self) {
        self.slot.set(self.outer.take());
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Outside => f.write_str(
                "telefunc::Bytes travel beside the JSON, so serde can only read and write them \
                 within a call",
            ),
            Self::TooMany => write!(f, "more than {} byte values in one message", limits::PARTS),
            Self::Unknown(index) => write!(f, "there is no raw part {index}"),
            Self::Repeated(index) => write!(f, "raw part {index} is named twice"),
            Self::Unnamed(index) => write!(f, "nothing names raw part {index}"),
        }
    }
}

thread_local! {
    static WRITING: RefCell<Option<Vec<Bytes>>> = const { RefCell::new(None) };
    static READING: RefCell<Option<Vec<Option<Bytes>>>> = const { RefCell::new(None) };
}

#[cfg(test)]
mod tests {
    use super::super::Bytes;
    use super::*;

    fn two() -> Vec<bytes::Bytes> {
        vec![bytes::Bytes::from_static(b"a"), bytes::Bytes::from_static(b"b")]
    }

    #[test]
    fn bytes_become_indices_and_come_back() {
        let value = vec![Bytes::from("a"), Bytes::from("b")];
        let (json, parts) = collect(|| serde_json::to_string(&value).unwrap());
        assert_eq!((json.as_str(), &parts), ("[0,1]", &two()));
        let back: Vec<Bytes> = provide(parts, || serde_json::from_str(&json)).unwrap();
        assert_eq!(back, value);
    }

    #[test]
    fn every_part_is_named_once() {
        for (json, message) in [
            ("[0,0]", "raw part 0 is named twice"),
            ("[2]", "there is no raw part 2"),
            ("[18446744073709551615]", "there is no raw part 18446744073709551615"),
            ("[0]", "nothing names raw part 1"),
        ] {
            let read = provide(two(), || serde_json::from_str::<Vec<Bytes>>(json));
            assert!(read.unwrap_err().to_string().starts_with(message), "{json}");
        }
    }

    #[test]
    fn outside_of_a_scope_is_an_error() {
        let written = serde_json::to_string(&Bytes::new()).unwrap_err();
        assert!(written.to_string().contains("within a call"));
        assert!(serde_json::from_str::<Bytes>("0").is_err());
    }

    #[test]
    fn an_inner_scope_hides_the_outer_one_even_if_it_panics() {
        let ((), parts) = collect(|| {
            put(bytes::Bytes::from_static(b"outer")).unwrap();
            let panic = std::panic::catch_unwind(|| collect(|| panic!("user's serialiser")));
            assert!(panic.is_err());
            let (index, inner) = collect(|| put(bytes::Bytes::from_static(b"inner")).unwrap());
            assert_eq!((index, inner.len()), (0, 1));
            assert_eq!(put(bytes::Bytes::from_static(b"outer")), Ok(1));
        });
        assert_eq!(parts.len(), 2);
        assert_eq!(put(bytes::Bytes::new()), Err(Refusal::Outside));
    }

    #[test]
    fn a_message_has_a_bounded_number_of_parts() {
        let (last, parts) = collect(|| {
            for _ in 0..limits::PARTS {
                put(bytes::Bytes::new()).unwrap();
            }
            put(bytes::Bytes::new())
        });
        assert_eq!((last, parts.len()), (Err(Refusal::TooMany), limits::PARTS));
    }
}
