//! The attribute's options and the function, as they were written.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, FnArg, Lit, Meta, Path, Signature, Token, Visibility};

use crate::diagnostics::Mistakes;

/// A function whose body stays tokens: what is wrong inside it is for the compiler to say.
pub(super) struct Function {
    pub(super) attrs: Vec<Attribute>,
    visibility: Visibility,
    pub(super) signature: Signature,
    /// A block; or `;`, which a method of a trait may have.
    pub(super) body: TokenStream,
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        if !is_function(input) {
            return Err(input.error("#[telefunction] goes on a function: `async fn`, or a `fn` that returns a value or a stream"));
        }
        let signature = input.parse()?;
        Ok(Self { attrs, visibility, signature, body: input.parse()? })
    }
}

fn is_function(input: ParseStream<'_>) -> bool {
    input.peek(Token![fn])
        || input.peek(Token![async])
        || input.peek(Token![unsafe])
        || input.peek(Token![extern])
        || (input.peek(Token![const])
            && (input.peek2(Token![fn])
                || input.peek2(Token![async])
                || input.peek2(Token![unsafe])))
}

impl Function {
    /// The item as the user wrote it, without the attributes on its parameters that are ours.
    pub(super) fn item(&self) -> TokenStream {
        let Self { attrs, visibility, signature, body } = self;
        let mut signature = signature.clone();
        for input in &mut signature.inputs {
            let attrs = match input {
                FnArg::Receiver(receiver) => &mut receiver.attrs,
                FnArg::Typed(parameter) => &mut parameter.attrs,
            };
            attrs.retain(|attr| !is_ours(attr));
        }
        quote!(#(#attrs)* #visibility #signature #body)
    }
}

/// Whether an attribute on a parameter is for us and not for the compiler; `serde` since we refuse
/// it, which is enough.
fn is_ours(attr: &Attribute) -> bool {
    attr.path().is_ident("context") || attr.path().is_ident("serde") || is_constraint(attr)
}

/// Whether an attribute states a constraint, in one of the spellings that schemars reads.
pub(super) fn is_constraint(attr: &Attribute) -> bool {
    ["schemars", "validate", "garde"].iter().any(|name| attr.path().is_ident(name))
}

/// What stands in `#[telefunction(…)]`.
#[derive(Default)]
pub(super) struct Options {
    pub(super) name: Option<(String, TokenStream)>,
    pub(super) timeout: Option<TokenStream>,
    pub(super) max_body: Option<TokenStream>,
    pub(super) krate: Option<Path>,
}

/// Reads the options; each mistake costs only its own option.
pub(super) fn options(tokens: TokenStream, mistakes: &mut Mistakes) -> Options {
    let mut options = Options::default();
    let parsed =
        syn::parse::Parser::parse2(Punctuated::<OptionItem, Token![,]>::parse_terminated, tokens);
    for item in mistakes.ok(parsed).unwrap_or_default() {
        let result = options.set(&item);
        mistakes.ok(result);
    }
    options
}

/// `name = value`, where the name may be the keyword `crate`.
struct OptionItem {
    name: syn::Ident,
    value: Option<Expr>,
}

impl Parse for OptionItem {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(syn::Ident::peek_any) {
            return Err(input.error("write an option as `name = value`; the options are `name`, `timeout`, `max_body` and `crate`"));
        }
        let name = input.call(syn::Ident::parse_any)?;
        let value =
            if input.parse::<Option<Token![=]>>()?.is_some() { Some(input.parse()?) } else { None };
        Ok(Self { name, value })
    }
}

impl Options {
    fn set(&mut self, item: &OptionItem) -> syn::Result<()> {
        let name = item.name.to_string();
        let known: &str = match name.as_str() {
            "name" => "name = \"…\"",
            "timeout" => "timeout = \"30s\"",
            "max_body" => "max_body = \"8MB\"",
            "crate" => "crate = path::to::telefunc",
            _ => {
                let message = format!(
                    "unknown option `{name}`; the options are `name`, `timeout`, `max_body` and `crate`"
                );
                return Err(syn::Error::new(item.name.span(), message));
            }
        };
        let Some(value) = &item.value else {
            return Err(syn::Error::new(item.name.span(), format!("write `{known}`")));
        };
        let twice = match name.as_str() {
            "name" => self.name.replace((text(value)?, value.to_token_stream())).is_some(),
            "timeout" => self.timeout.replace(duration(value)?).is_some(),
            "max_body" => self.max_body.replace(bytes(value)?).is_some(),
            _ => self.krate.replace(path(value)?).is_some(),
        };
        if twice {
            return Err(syn::Error::new(item.name.span(), format!("`{name}` is given twice")));
        }
        Ok(())
    }
}

fn literal(value: &Expr) -> Option<&Lit> {
    match value {
        Expr::Lit(ExprLit { lit, .. }) => Some(lit),
        _ => None,
    }
}

fn text(value: &Expr) -> syn::Result<String> {
    match literal(value) {
        Some(Lit::Str(text)) => Ok(text.value()),
        _ => Err(syn::Error::new_spanned(value, "write a text: `name = \"onNewTodo\"`")),
    }
}

fn path(value: &Expr) -> syn::Result<Path> {
    match value {
        Expr::Path(path) => Ok(path.path.clone()),
        Expr::Lit(ExprLit { lit: Lit::Str(path), .. }) => path.parse(),
        _ => Err(syn::Error::new_spanned(value, "write a path: `crate = path::to::telefunc`")),
    }
}

/// `"30s"`, or an expression of type `Duration`.
fn duration(value: &Expr) -> syn::Result<TokenStream> {
    match literal(value) {
        None => Ok(value.to_token_stream()),
        Some(Lit::Str(text)) => {
            let (number, unit) = split(&text.value());
            let unit = match unit.as_str() {
                "ms" => Some(1),
                "s" => Some(1_000),
                "m" => Some(60_000),
                "h" => Some(3_600_000),
                _ => None,
            };
            let millis = number.zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
            let millis = millis.filter(|millis| *millis > 0);
            let millis = millis.ok_or_else(|| syn::Error::new_spanned(text, DURATION))?;
            Ok(quote!(::core::time::Duration::from_millis(#millis)))
        }
        Some(other) => Err(syn::Error::new_spanned(other, DURATION)),
    }
}

const DURATION: &str =
    "write how long with its unit: `timeout = \"30s\"`; units are ms, s, m and h";

/// `"8MB"`, a number of bytes, or an expression of type `usize`.
fn bytes(value: &Expr) -> syn::Result<TokenStream> {
    match literal(value) {
        None => Ok(value.to_token_stream()),
        Some(Lit::Int(number)) => Ok(number.to_token_stream()),
        Some(Lit::Str(text)) => {
            let (number, unit) = split(&text.value());
            let unit = match unit.as_str() {
                "" | "B" => Some(1),
                "KB" | "kB" => Some(1_000),
                "MB" => Some(1_000_000),
                "GB" => Some(1_000_000_000),
                "KiB" => Some(1 << 10),
                "MiB" => Some(1 << 20),
                "GiB" => Some(1 << 30),
                _ => None,
            };
            let bytes = number.zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
            let bytes = bytes.and_then(|bytes| usize::try_from(bytes).ok());
            let bytes = bytes.ok_or_else(|| syn::Error::new_spanned(text, BYTES))?;
            Ok(quote!(#bytes))
        }
        Some(other) => Err(syn::Error::new_spanned(other, BYTES)),
    }
}

const BYTES: &str =
    "write how many bytes: `max_body = \"8MB\"`; units are KB, MB, GB, KiB, MiB and GiB";

/// `"30 s"` becomes 30 and `s`.
fn split(text: &str) -> (Option<u64>, String) {
    let end =
        text.find(|letter: char| !letter.is_ascii_digit() && letter != '_').unwrap_or(text.len());
    (text[..end].replace('_', "").parse().ok(), text[end..].trim().to_owned())
}

/// The text of the doc comments, a line each.
pub(super) fn docs(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match literal(&meta.value) {
            Some(Lit::Str(line)) => Some(line.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> =
        lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect();
    lines.join("\n").trim_end().to_owned()
}

/// The note of `#[deprecated]`.
pub(super) fn deprecated(attrs: &[Attribute]) -> Option<String> {
    let attr = attrs.iter().find(|attr| attr.path().is_ident("deprecated"))?;
    let mut note = String::new();
    match &attr.meta {
        Meta::Path(_) => {}
        Meta::NameValue(meta) => {
            if let Some(Lit::Str(text)) = literal(&meta.value) {
                note = text.value();
            }
        }
        Meta::List(_) => {
            // What is malformed here is for the compiler to refuse.
            let _ = attr.parse_nested_meta(|meta| {
                let text: syn::LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("note") {
                    note = text.value();
                }
                Ok(())
            });
        }
    }
    Some(note)
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn written(value: syn::Result<TokenStream>) -> Result<String, String> {
        value.map(|tokens| tokens.to_string().replace(' ', "")).map_err(|error| error.to_string())
    }

    #[test]
    fn durations_have_a_unit() {
        for (text, millis) in
            [("30s", 30_000_u64), ("1500ms", 1500), ("2 m", 120_000), ("1_0h", 36_000_000)]
        {
            let expected = format!("::core::time::Duration::from_millis({millis}u64)");
            assert_eq!(written(duration(&parse_quote!(#text))), Ok(expected), "{text}");
        }
        for text in ["", "30", "s", "0s", "-1s", "1.5s", "30 parsecs", "18446744073709551615h"] {
            assert_eq!(written(duration(&parse_quote!(#text))), Err(DURATION.to_owned()), "{text}");
        }
    }

    #[test]
    fn sizes_may_have_a_unit() {
        for (text, size) in
            [("9", 9), ("9B", 9), ("8MB", 8_000_000), ("1_0 KiB", 10_240), ("2kB", 2000)]
        {
            assert_eq!(written(bytes(&parse_quote!(#text))), Ok(format!("{size}usize")), "{text}");
        }
        for text in ["", "MB", "8Mb", "8 bananas", "99999999999GiB"] {
            assert_eq!(written(bytes(&parse_quote!(#text))), Err(BYTES.to_owned()), "{text}");
        }
    }

    #[test]
    fn doc_comments_lose_one_space_and_keep_the_others() {
        let attrs: Vec<Attribute> = vec![
            parse_quote!(#[doc = " First."]),
            parse_quote!(#[doc = ""]),
            parse_quote!(#[doc(hidden)]),
            parse_quote!(#[doc = "   indented"]),
            parse_quote!(#[doc = ""]),
        ];
        assert_eq!(docs(&attrs), "First.\n\n  indented");
    }

    #[test]
    fn a_body_that_does_not_parse_is_kept_as_it_is() {
        let tokens = quote!(pub async fn f(#[context] cx: Context, #[cold] n: u8) { let x = ; n. });
        let function: Function = syn::parse2(tokens).unwrap();
        let expected = quote!(pub async fn f(cx: Context, #[cold] n: u8) { let x = ; n. });
        assert_eq!(function.item().to_string(), expected.to_string());
    }
}
