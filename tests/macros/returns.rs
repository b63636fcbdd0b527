//! What a function returns is told by its type, not by its spelling.

use std::pin::Pin;

use telefunc::futures_util::stream::{self, BoxStream, StreamExt as _};
use telefunc::prelude::*;

use super::signature;

type Answer<T> = Result<T, Abort<String>>;

#[telefunction]
fn nothing() {}

#[telefunction]
async fn unit() -> () {}

#[telefunction]
fn plain(a: u8, b: Option<String>) -> Vec<u8> {
    drop(b);
    vec![a]
}

#[telefunction]
async fn waiting(a: u8) -> u8 {
    a
}

#[telefunction]
async fn refusing() -> Result<u8, Abort> {
    Err(Abort(()))
}

#[telefunction]
fn aliased() -> Answer<u8> {
    Err(Abort("no".to_owned()))
}

#[telefunction]
fn failing() -> std::io::Result<u8> {
    Ok(1)
}

#[telefunction]
async fn either() -> telefunc::Result<u8> {
    Ok(1)
}

#[telefunction]
fn boxed_error() -> Result<u8, Box<dyn std::error::Error + Send + Sync>> {
    Ok(1)
}

#[telefunction]
fn text_error() -> Result<u8, String> {
    Ok(1)
}

#[telefunction]
fn result_within() -> Option<Result<u8, String>> {
    None
}

#[telefunction]
fn items() -> impl Stream<Item = u8> {
    stream! { yield 1; }
}

#[telefunction]
async fn waiting_items() -> impl Stream<Item = u8> {
    stream! { yield 1; }
}

#[telefunction]
fn failing_items() -> impl Stream<Item = Result<u8, Abort<String>>> {
    try_stream! { yield 1; }
}

#[telefunction]
async fn refusing_items() -> Result<impl Stream<Item = u8>, Abort<String>> {
    Ok(stream! { yield 1; })
}

#[telefunction]
async fn doubly_refusing_items() -> Answer<impl Stream<Item = Answer<u8>>> {
    Ok(try_stream! { yield 1; })
}

#[telefunction]
fn named_stream() -> stream::Iter<std::vec::IntoIter<u8>> {
    stream::iter(vec![1, 2])
}

#[telefunction]
fn boxed_stream() -> BoxStream<'static, Answer<u8>> {
    stream::iter([Ok(1)]).boxed()
}

#[telefunction]
fn pinned_stream() -> Pin<Box<dyn Stream<Item = u8> + Send>> {
    Box::pin(stream::empty())
}

#[test]
fn values_are_promises() {
    assert_eq!(signature("returns.nothing"), "(): Promise<null>");
    assert_eq!(signature("returns.unit"), "(): Promise<null>");
    assert_eq!(
        signature("returns.plain"),
        "(a: number, b?: string | null): Promise<Array<number>>"
    );
    assert_eq!(signature("returns.waiting"), "(a: number): Promise<number>");
}

#[test]
fn only_a_refusal_is_declared_of_a_result() {
    assert_eq!(signature("returns.refusing"), "(): Promise<number> throws null");
    assert_eq!(signature("returns.aliased"), "(): Promise<number> throws string");
    for key in ["failing", "either", "boxedError", "textError"] {
        assert_eq!(signature(&format!("returns.{key}")), "(): Promise<number>", "{key}");
    }
}

#[test]
fn a_result_inside_a_value_is_data() {
    assert_eq!(
        signature("returns.resultWithin"),
        "(): Promise<{ Ok : number } | { Err : string } | null>"
    );
}

#[test]
fn streams_are_generators_however_they_are_named() {
    for key in ["items", "waitingItems", "namedStream", "pinnedStream"] {
        assert_eq!(signature(&format!("returns.{key}")), "(): AsyncGenerator<number>", "{key}");
    }
    for key in ["failingItems", "refusingItems", "doublyRefusingItems", "boxedStream"] {
        let expected = "(): AsyncGenerator<number> throws string";
        assert_eq!(signature(&format!("returns.{key}")), expected, "{key}");
    }
}

#[tokio::test]
async fn the_function_stays_an_ordinary_function() {
    assert_eq!(plain(3, None), [3]);
    assert_eq!(waiting(3).await, 3);
    assert_eq!(*aliased().unwrap_err().value(), "no");
    assert_eq!(items().collect::<Vec<_>>().await, [1]);
    let doubled = doubly_refusing_items().await.unwrap();
    assert_eq!(doubled.map(Result::unwrap).collect::<Vec<_>>().await, [1]);
}
