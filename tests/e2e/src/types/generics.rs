//! Types with type parameters.

use std::collections::BTreeMap;

use telefunc::Date;

use super::enums::Internal;
use super::rows;
use super::structs::Plain;
use crate::random::{Random, random};

/// One page of many.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub first: Option<T>,
    pub next_page: Option<u32>,
}

impl<T: Random> Random for Page<T> {
    fn random(r: &mut crate::random::Rng) -> Self {
        Self { items: r.any(), first: r.any(), next_page: r.any() }
    }
}

/// One of two.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub enum Either<A, B> {
    Left(A),
    Right { value: B },
    Neither,
}
random! { Either<String, Date>: r => Self::Neither, Self::Left(r.any()), Self::Right { value: r.any() } }
random! { Either<Plain, Page<u8>>: r => Self::Neither, Self::Left(r.any()), Self::Right { value: r.any() } }

/// A list whose every element holds the rest.
#[telefunc::data]
#[derive(Debug, PartialEq)]
pub struct Chain<T> {
    pub value: T,
    pub rest: Option<Box<Chain<T>>>,
}
random! { Chain<Date>: r => Self { value: r.any(), rest: r.any() } }
random! { Chain<String>: r => Self { value: r.any(), rest: r.any() } }

rows! {
    give_page, take_page: Page<Plain>;
    give_page_of_text, take_page_of_text: Page<String>;
    give_page_of_dates, take_page_of_dates: Page<Date>;
    give_pages, take_pages: Page<Page<Internal>>;
    give_pages_by_name, take_pages_by_name: BTreeMap<String, Page<(u8, Date)>>;
    give_either, take_either: Vec<Either<String, Date>>;
    give_either_page, take_either_page: Either<Plain, Page<u8>>;
    give_chain, take_chain: Chain<Date>;
    give_chain_of_text, take_chain_of_text: Chain<String>;
}
