//! `#[telefunc::data]`: the derives that a value on the wire needs.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Fields, Item, Meta, Path, Token, parse_quote};

use crate::diagnostics::{Mistakes, ends};
use crate::paths::Crate;

/// Adds the derives above the item.
pub(crate) fn data(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let krate = krate(options, &mut mistakes);
    let expanded = match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(mut input) => match check(&input, &mut mistakes) {
            true => {
                let derives = derives(&mut input, &krate, None);
                quote!(#derives #input)
            }
            false => item,
        },
        Err(error) => {
            mistakes.push(unfit("data", &item, error));
            item
        }
    };
    let errors = mistakes.into_tokens();
    quote!(#expanded #errors)
}

/// The mistake of an attribute on what is neither struct nor enum.
pub(crate) fn unfit(attribute: &str, item: &TokenStream, error: syn::Error) -> syn::Error {
    match syn::parse2::<Item>(item.clone()) {
        Ok(item) => {
            let (first, _) = ends(&item);
            syn::Error::new(
                first,
                format!("`#[telefunc::{attribute}]` goes on a struct or an enum"),
            )
        }
        Err(_) => error,
    }
}

/// Whether a value of the type could be sent at all.
pub(crate) fn check(input: &DeriveInput, mistakes: &mut Mistakes) -> bool {
    let mut fits = true;
    if let Data::Union(data) = &input.data {
        mistakes.add(data.union_token, "a union has no value that could be sent: write an enum");
        fits = false;
    }
    for lifetime in input.generics.lifetimes() {
        mistakes.add(
            lifetime,
            "a value on the wire owns what it holds: write a type without a lifetime",
        );
        fits = false;
    }
    fits
}

/// The one option, `crate = path`.
pub(crate) fn krate(options: TokenStream, mistakes: &mut Mistakes) -> Crate {
    let mut path = None;
    let parser = syn::meta::parser(|meta| {
        if !meta.path.is_ident("crate") {
            return Err(meta.error("unknown option; the only one is `crate = path::to::telefunc`"));
        }
        if !meta.input.peek(Token![=]) {
            return Err(meta.error("write `crate = path::to::telefunc`"));
        }
        path = Some(meta.value()?.parse::<Path>()?);
        Ok(())
    });
    mistakes.ok(syn::parse::Parser::parse2(parser, options));
    Crate::new(path)
}

/// The derives that the item lacks, to stand above it; what they are told is added to the item. `tag`
/// is the tag of an enum that names none.
pub(crate) fn derives(input: &mut DeriveInput, krate: &Crate, tag: Option<&str>) -> TokenStream {
    let rt = krate.private();
    let has = derived(&input.attrs);
    let lacks = |name: &str| !has.iter().any(|derive| derive == name);
    let [serde, ts_rs, schemars] = ["serde", "ts_rs", "schemars"].map(|name| krate.text(name));
    let mut derives = TokenStream::new();
    // They go below all derives, the user's included: a derive must stand above what it is told.
    let mut told: Vec<Attribute> = renames(input, tag);
    if lacks("Serialize") {
        derives.extend(quote!(#[derive(#rt::serde::Serialize)]));
    }
    if lacks("Deserialize") {
        derives.extend(quote!(#[derive(#rt::serde::Deserialize)]));
    }
    let says_crate = said(&input.attrs).iter().any(|said| said == "crate");
    if (lacks("Serialize") || lacks("Deserialize")) && !says_crate {
        told.push(parse_quote!(#[serde(crate = #serde)]));
    }
    if lacks("TS") {
        derives.extend(quote!(#[derive(#rt::ts_rs::TS)]));
        told.push(parse_quote!(#[ts(crate = #ts_rs)]));
    }
    if lacks("JsonSchema") {
        derives.extend(quote!(#[derive(#rt::schemars::JsonSchema)]));
        told.push(parse_quote!(#[schemars(crate = #schemars)]));
    }
    input.attrs.extend(told);
    derives
}

/// The serde attributes that make names camelCase, and the tag, where the user says nothing else.
fn renames(input: &DeriveInput, tag: Option<&str>) -> Vec<Attribute> {
    let said = said(&input.attrs);
    let says = |name: &str| said.iter().any(|said| said == name);
    let mut renames = Vec::new();
    let named = match &input.data {
        Data::Struct(data) => matches!(data.fields, Fields::Named(_)),
        Data::Enum(_) => true,
        Data::Union(_) => false,
    };
    if named && !says("rename_all") && !says("transparent") {
        renames.push(parse_quote!(#[serde(rename_all = "camelCase")]));
    }
    if let Data::Enum(data) = &input.data {
        let fields = data.variants.iter().any(|variant| matches!(variant.fields, Fields::Named(_)));
        if fields && !says("rename_all_fields") {
            renames.push(parse_quote!(#[serde(rename_all_fields = "camelCase")]));
        }
        if let Some(tag) = tag
            && !says("tag")
            && !says("untagged")
        {
            // A variant that wraps a value can not hold the tag beside it.
            let wraps =
                data.variants.iter().any(|variant| matches!(variant.fields, Fields::Unnamed(_)));
            renames.push(match wraps {
                true => parse_quote!(#[serde(tag = #tag, content = "value")]),
                false => parse_quote!(#[serde(tag = #tag)]),
            });
        }
    }
    renames
}

/// The last names of the traits that the item derives.
pub(crate) fn derived(attrs: &[Attribute]) -> Vec<String> {
    let derives = attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    let paths = derives.filter_map(|attr| {
        attr.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()
    });
    paths.flatten().filter_map(|path| Some(path.segments.last()?.ident.to_string())).collect()
}

/// The names of the serde attributes on the item.
fn said(attrs: &[Attribute]) -> Vec<String> {
    let serde = attrs.iter().filter(|attr| attr.path().is_ident("serde"));
    let metas = serde.filter_map(|attr| {
        attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()
    });
    metas.flatten().filter_map(|meta| Some(meta.path().get_ident()?.to_string())).collect()
}
