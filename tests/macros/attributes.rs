//! Attributes on functions and parameters, ours and others', in either order.

use std::future::ready;
use std::time::Duration;

use telefunc::__private::Handler;
use telefunc::prelude::*;

use super::{entry, signature};

/// Says hello.
///
///   - indented
#[telefunction]
#[doc = " To whom?"]
fn on_documented() {}

#[doc(hidden)]
#[telefunction]
fn on_undocumented() {}

#[telefunction]
#[deprecated]
fn on_deprecated() {}

#[deprecated(since = "1.0.0", note = "use `on_new`")]
#[telefunction]
fn on_deprecated_with_note() {}

#[telefunction]
#[deprecated = "use `on_new`"]
fn on_deprecated_briefly() {}

#[telefunction]
#[cfg(any())]
fn on_absent(nothing: OfThisName) {}

#[cfg(any())]
#[telefunction]
fn on_absent_too(nothing: OfThisName) {}

#[telefunction]
#[cfg(test)]
fn on_present() {}

#[telefunction]
#[cfg_attr(all(), allow(unused_variables))]
fn on_allowing(n: u32) {}

#[allow(clippy::needless_pass_by_value)]
#[telefunction]
#[must_use]
#[inline]
fn on_linted(text: String) -> usize {
    text.len()
}

#[telefunction]
#[tracing::instrument(skip(cx))]
async fn on_instrumented_below(n: u32, #[context] cx: Context) -> Result<u32, Abort> {
    ready(()).await;
    drop(cx);
    Ok(n)
}

#[tracing::instrument(skip_all, fields(n))]
#[telefunction(name = "onAbove")]
async fn on_instrumented_above(#[context] cx: Context, n: u32) -> Result<u32, Abort> {
    ready(()).await;
    drop(cx);
    Ok(n)
}

#[tracing::instrument(ret)]
#[telefunction]
fn on_instrumented_plain(#[schemars(range(max = 9))] n: u32) -> u32 {
    n
}

#[telefunction]
async fn on_context(
    #[context] cx: Context,
    a: u32,
    #[context] State(_text): State<String>,
    mut b: Option<u32>,
    #[context] mut number: Extension<u32>,
    #[allow(unused_variables)] c: Option<u32>,
    #[context] maybe: Option<State<u32>>,
) -> u32 {
    drop(cx);
    *number += a;
    b = b.or(maybe.map(|maybe| *maybe));
    *number + b.unwrap_or(0)
}

#[telefunction]
fn on_constrained(
    #[schemars(length(min = 1, max = 200))] text: String,
    #[validate(range(min = 1, max = 9))] n: u32,
    #[schemars(inner(email))] r#type: Vec<String>,
    #[schemars(length(min = 2))] maybe: Option<String>,
) {
    let _ = (text, n, r#type, maybe);
}

const HOUR: Duration = Duration::from_secs(3600);

#[telefunction(timeout = "1500ms", max_body = "8MB")]
fn on_limited() {}

#[telefunction(max_body = 4 * 1024, timeout = HOUR)]
fn on_limited_by_expressions() {}

#[telefunction(crate = ::telefunc, timeout = "2 m", max_body = "1_024 KiB",)]
fn on_limited_by_words() {}

#[telefunction()]
#[allow(clippy::too_many_arguments)]
fn on_every_argument(
    a: u8,
    b: u8,
    c: u8,
    d: u8,
    e: u8,
    f: u8,
    g: u8,
    h: u8,
    i: u8,
    j: u8,
    k: u8,
    l: (u8, [u8; 2]),
) -> u8 {
    a + b + c + d + e + f + g + h + i + j + k + l.0
}

fn limits(key: &str) -> (Option<Duration>, Option<usize>) {
    let handler = entry(key).handler.downcast_ref::<Handler>().unwrap();
    (handler.timeout, handler.max_body)
}

#[test]
fn docs_and_deprecation_reach_the_registry() {
    assert_eq!(entry("attributes.onDocumented").docs, "Says hello.\n\n  - indented\nTo whom?");
    assert_eq!(entry("attributes.onUndocumented").docs, "");
    assert_eq!(entry("attributes.onDocumented").deprecated, None);
    assert_eq!(entry("attributes.onDeprecated").deprecated, Some(""));
    assert_eq!(entry("attributes.onDeprecatedWithNote").deprecated, Some("use `on_new`"));
    assert_eq!(entry("attributes.onDeprecatedBriefly").deprecated, Some("use `on_new`"));
}

#[test]
fn a_function_that_is_configured_out_is_not_registered() {
    let names = telefunc::__private::schema::entries().into_iter().map(|entry| entry.name);
    let absent = names.filter(|name| name.starts_with("onAbsent")).count();
    assert_eq!((absent, entry("attributes.onPresent").name), (0, "onPresent"));
}

#[test]
fn instrumented_functions_keep_their_signature() {
    let expected = "(n: number): Promise<number> throws null";
    assert_eq!(signature("attributes.onInstrumentedBelow"), expected);
    assert_eq!(signature("attributes.onAbove"), expected);
    assert_eq!(signature("attributes.onInstrumentedPlain"), "(n: number): Promise<number>");
    assert_eq!(on_instrumented_plain(3), 3);
}

#[test]
fn what_the_context_gives_is_no_parameter_of_the_client() {
    assert_eq!(
        signature("attributes.onContext"),
        "(a: number, b?: number | null, c?: number | null): Promise<number>"
    );
}

#[test]
fn constraints_are_in_the_schema_of_their_parameter() {
    let mut types = telefunc::__private::schema::Types::new();
    let described = (entry("attributes.onConstrained").describe)(&mut types);
    let schemas =
        described.parameters.iter().map(|parameter| parameter.ty.schema.as_value().clone());
    let [text, n, list, maybe] = &schemas.collect::<Vec<_>>()[..] else { panic!("not four") };
    assert_eq!((&text["minLength"], &text["maxLength"]), (&1.into(), &200.into()));
    assert_eq!((&n["minimum"], &n["maximum"]), (&1.into(), &9.into()));
    assert_eq!(list["items"]["format"], "email");
    assert_eq!(maybe["minLength"], 2);
    assert_eq!(
        signature("attributes.onConstrained"),
        "(text: string, n: number, type: Array<string>, maybe?: string | null): Promise<null>"
    );
}

#[test]
fn limits_reach_the_handler() {
    assert_eq!(limits("attributes.onPresent"), (None, None));
    let limited = (Some(Duration::from_millis(1500)), Some(8_000_000));
    assert_eq!(limits("attributes.onLimited"), limited);
    assert_eq!(limits("attributes.onLimitedByExpressions"), (Some(HOUR), Some(4096)));
    let by_words = (Some(Duration::from_secs(120)), Some(1 << 20));
    assert_eq!(limits("attributes.onLimitedByWords"), by_words);
}

#[test]
fn twelve_arguments_are_allowed() {
    assert!(signature("attributes.onEveryArgument").contains("l: [number, Array<number>]"));
}
