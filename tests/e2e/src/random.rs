//! Random values of every type on the wire, the same for the same seed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::Hash;

use telefunc::{BigInt, Bytes, Date, serde_json};

/// A source of random values (SplitMix64).
pub struct Rng {
    state: u64,
    /// How many more collections may have elements, so that recursive values end.
    budget: u32,
}

/// A type of which there are random values.
pub trait Random: Sized {
    fn random(rng: &mut Rng) -> Self;
}

impl Rng {
    /// The value that `seed` stands for.
    pub fn value<T: Random>(seed: u32) -> T {
        Self { state: u64::from(seed) << 17, budget: 40 }.any()
    }

    pub fn any<T: Random>(&mut self) -> T {
        T::random(self)
    }

    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.bits() % end as u64) as usize
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One of several ways to make a value; the first one alone when the value is large enough.
    pub fn one_of<T>(&mut self, makers: &[fn(&mut Self) -> T]) -> T {
        let maker = if self.spend() { self.pick(makers) } else { makers[0] };
        maker(self)
    }

    fn spend(&mut self) -> bool {
        let left = self.budget.checked_sub(1);
        self.budget = left.unwrap_or(0);
        left.is_some()
    }

    fn length(&mut self) -> usize {
        if self.spend() { self.below(4) } else { 0 }
    }
}

/// `random! { Shape: r => Self::Circle(r.any()), Self::Unit }`: any of these, the first of which
/// is not recursive.
macro_rules! random {
    ($ty:ty: $rng:ident => $($value:expr),+ $(,)?) => {
        impl $crate::random::Random for $ty {
            fn random(rng: &mut $crate::random::Rng) -> Self {
                #[allow(unused_variables, reason = "a unit variant needs no randomness")]
                rng.one_of::<Self>(&[$(|$rng| $value),+])
            }
        }
    };
}
pub(crate) use random;

macro_rules! integers {
    ($($ty:ty),*) => { $(
        impl Random for $ty {
            fn random(rng: &mut Rng) -> Self {
                let bits = u128::from(rng.bits()) << 64 | u128::from(rng.bits());
                rng.pick(&[0, 1, <$ty>::MIN, <$ty>::MAX, bits as $ty, bits as $ty])
            }
        }
    )* };
}
integers!(u8, i8, u16, i16, u32, i32, u128, i128);

/// The largest integer up to which a JavaScript number holds every one.
pub const MAX_SAFE: i64 = (1 << 53) - 1;

macro_rules! safe_integers {
    ($($ty:ty = $min:expr),*) => { $(
        impl Random for $ty {
            fn random(rng: &mut Rng) -> Self {
                let any = rng.bits() as i64 % MAX_SAFE;
                let any = if $min == 0 { any.abs() } else { any };
                rng.pick(&[0, 1, $min, MAX_SAFE, any, any]) as $ty
            }
        }
    )* };
}
safe_integers!(u64 = 0, i64 = -MAX_SAFE, usize = 0, isize = -MAX_SAFE);

impl Random for BigInt<u64> {
    fn random(rng: &mut Rng) -> Self {
        let any = rng.bits();
        Self(rng.pick(&[0, 1, 1 << 53, u64::MAX, any, any]))
    }
}

impl Random for BigInt<i64> {
    fn random(rng: &mut Rng) -> Self {
        let any = rng.bits() as i64;
        Self(rng.pick(&[0, -1, -(1 << 53), i64::MIN, i64::MAX, any]))
    }
}

impl Random for f32 {
    fn random(rng: &mut Rng) -> Self {
        let any = Self::from_bits(rng.bits() as u32);
        let any = if any.is_finite() { any } else { 0.1 };
        rng.pick(&[0.0, 0.1, Self::MAX, Self::MIN_POSITIVE, any, any])
    }
}

impl Random for f64 {
    fn random(rng: &mut Rng) -> Self {
        let any = Self::from_bits(rng.bits());
        let any = if any.is_finite() { any } else { 0.1 };
        // A fraction of 17 digits, and whole numbers that JavaScript writes without an exponent.
        let fraction = rng.bits() as Self / u64::MAX as Self;
        let whole = (rng.bits() as Self) * 7.0;
        rng.pick(&[
            0.0,
            0.1,
            Self::MAX,
            5e-324,
            1e21,
            any,
            fraction,
            whole,
            12_345_678_901_234_567_890.0,
        ])
    }
}

impl Random for bool {
    fn random(rng: &mut Rng) -> Self {
        rng.below(2) == 1
    }
}

impl Random for char {
    fn random(rng: &mut Rng) -> Self {
        let any = char::from_u32(rng.bits() as u32 % 0x11_0000).unwrap_or('é');
        rng.pick(&['a', '"', '\\', '\0', '\u{2028}', '\u{feff}', '😀', any])
    }
}

impl Random for String {
    fn random(rng: &mut Rng) -> Self {
        const TRAPS: &[&str] = &[
            "",
            "__proto__",
            "constructor",
            "12345678901234567890",
            "-9007199254740993,\"12345678901234567890\"",
            "1970-01-01T00:00:00.000Z",
            "0",
            "null",
            "\\\"\u{7f}\r\n\t",
            "e\u{301}\u{1f469}\u{200d}\u{1f692}",
        ];
        if rng.below(2) == 0 {
            return rng.pick(TRAPS).to_owned();
        }
        (0..rng.below(8)).map(|_| rng.any::<char>()).collect()
    }
}

impl Random for () {
    fn random(_: &mut Rng) -> Self {}
}

impl Random for Date {
    fn random(rng: &mut Rng) -> Self {
        let millis = rng.bits() as i64 % 8_640_000_000_000_001;
        let any = Self::from_millis(millis).unwrap_or(Self::UNIX_EPOCH);
        rng.pick(&[Self::UNIX_EPOCH, Self::MIN, Self::MAX, any, any])
    }
}

impl Random for Bytes {
    fn random(rng: &mut Rng) -> Self {
        let length = rng.pick(&[0, 1, 7, 300]);
        (0..length).map(|_| rng.bits() as u8).collect()
    }
}

impl<T: Random> Random for Option<T> {
    fn random(rng: &mut Rng) -> Self {
        (rng.spend() && rng.any()).then(|| rng.any())
    }
}

impl<T: Random, E: Random> Random for Result<T, E> {
    fn random(rng: &mut Rng) -> Self {
        if rng.any() { Ok(rng.any()) } else { Err(rng.any()) }
    }
}

impl<T: Random> Random for Box<T> {
    fn random(rng: &mut Rng) -> Self {
        Self::new(rng.any())
    }
}

macro_rules! collections {
    ($($ty:ty [$($of:ident: $bound:path),*] = $item:ty),*) => { $(
        impl<$($of: Random + $bound),*> Random for $ty {
            fn random(rng: &mut Rng) -> Self {
                (0..rng.length()).map(|_| rng.any::<$item>()).collect()
            }
        }
    )* };
}
collections! {
    Vec<T> [T: Sized] = T,
    BTreeSet<T> [T: Ord] = T,
    HashSet<T> [T: Key] = T,
    BTreeMap<K, V> [K: Ord, V: Sized] = (K, V),
    HashMap<K, V> [K: Key, V: Sized] = (K, V)
}

/// What a hash map may have as a key.
pub trait Key: Eq + Hash {}
impl<T: Eq + Hash> Key for T {}

impl<T: Random, const N: usize> Random for [T; N] {
    fn random(rng: &mut Rng) -> Self {
        std::array::from_fn(|_| rng.any())
    }
}

macro_rules! tuples {
    ($(($($of:ident),+)),*) => { $(
        impl<$($of: Random),+> Random for ($($of,)+) {
            fn random(rng: &mut Rng) -> Self {
                ($(rng.any::<$of>(),)+)
            }
        }
    )* };
}
tuples!((A), (A, B), (A, B, C), (A, B, C, D));

impl Random for serde_json::Value {
    fn random(rng: &mut Rng) -> Self {
        rng.one_of::<Self>(&[
            |_| Self::Null,
            |r| r.any::<bool>().into(),
            |r| r.any::<i32>().into(),
            |r| r.any::<String>().into(),
            |r| Self::Array(r.any()),
            |r| Self::Object(r.any::<BTreeMap<String, Self>>().into_iter().collect()),
        ])
    }
}
