//! The registration of a function: how to describe it, and how to call it.
//!
//! Names of ours begin with `__`, and traits are brought in without a name, so that nothing hides
//! what the user's types and functions are called.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, Ident, Type};

use super::check::{Model, Parameter, Source};
use crate::diagnostics::ends;

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { ident, name, docs, cfgs, .. } = model;
    let rt = model.krate.private();
    let describe = describe(model, &rt);
    let invoke = invoke(model, &rt);
    let rust_name = ident.to_string();
    let deprecated = option(model.deprecated.as_ref());
    let timeout = limit(model.timeout.as_ref(), quote!(::core::time::Duration));
    let max_body = limit(model.max_body.as_ref(), quote!(::core::primitive::usize));
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(deprecated, unused_parens, unused_qualifications, clippy::all, clippy::pedantic, reason = "generated")]
        const _: () = {
            use #rt::claims::*;
            use #rt::pin as __pin;

            const __GLUE: #rt::Glue = #rt::Glue { describe: #describe, invoke: #invoke };

            static __HANDLER: #rt::Handler = #rt::Handler {
                invoke: __GLUE.invoke,
                timeout: #timeout,
                max_body: #max_body,
            };

            #rt::schema::inventory::submit! {
                #rt::schema::Entry {
                    module_path: ::core::module_path!(),
                    rust_name: #rust_name,
                    name: #name,
                    docs: #docs,
                    deprecated: #deprecated,
                    describe: __GLUE.describe,
                    handler: &__HANDLER,
                }
            }
        };
    }
}

/// What the types of the signature must be, for when there is nothing to register: a function with
/// a mistake has the others reported too.
pub(super) fn demands(model: &Model<'_>) -> TokenStream {
    let rt = model.krate.private();
    let Model { cfgs, .. } = model;
    let parameters = model.parameters.iter().filter(|parameter| parameter.sound).map(|parameter| {
        let ty = parameter.ty;
        match parameter.source {
            Source::Context => quote!(#rt::wanted::<#ty>()),
            Source::Client { .. } => quote!(#rt::passed::<#ty>()),
        }
    });
    quote! {
        #(#cfgs)*
        #[allow(deprecated, unused_parens, unused_qualifications, clippy::all, clippy::pedantic, reason = "generated")]
        const _: () = {
            const fn __demands() {
                #(#parameters;)*
            }
            __demands()
        };
    }
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// A constant of its own, so that an expression of another type is refused as such.
fn limit(value: Option<&TokenStream>, ty: TokenStream) -> TokenStream {
    option(value.map(|value| {
        quote! {{
            const __LIMIT: #ty = #value;
            __LIMIT
        }}
    }))
}

/// The parameters that the client passes.
fn passed<'m>(
    model: &'m Model<'_>,
) -> impl Iterator<Item = (&'m Type, &'m str, &'m [&'m Attribute])> {
    model.parameters.iter().filter_map(|parameter| match &parameter.source {
        Source::Client { name, constraints } => {
            Some((parameter.ty, name.as_str(), constraints.as_slice()))
        }
        Source::Context => None,
    })
}

/// The markers of what the function returns and of its errors, as the fields of `__probed`.
fn probed(model: &Model<'_>, rt: &TokenStream) -> TokenStream {
    let ident = model.ident;
    let types = model.parameters.iter().map(|parameter| parameter.ty);
    let of = if model.is_async { format_ident!("of_async") } else { format_ident!("of") };
    let probe = quote_spanned!(ident.span()=> #rt::Probe::#of::<_, (#(#types,)*)>(#ident));
    quote! {
        let __shape = (&&&&&&&#probe).shape();
        let __outer = (&&&&&#rt::Shape::outer(__shape)).kind();
        let __inner = (&&&&&#rt::Shape::inner(__shape)).kind();
        let __probed = #rt::probed(__shape, __outer, __inner);
    }
}

/// What the probes found, each where the compiler shall show what is wrong with it.
fn found(model: &Model<'_>) -> TokenStream {
    let field = |(start, end), name: &str| {
        // In parentheses, which may stand elsewhere than the variable is declared.
        let mut probed = Group::new(Delimiter::Parenthesis, quote!(__probed));
        probed.set_span(start);
        let name = Ident::new(name, end);
        quote_spanned!(start=> #probed.#name)
    };
    let shape = field(model.returns.value, "shape");
    let outer = field(model.returns.outer, "outer");
    let inner = field(model.returns.inner, "inner");
    quote!(#shape, #outer, #inner)
}

fn describe(model: &Model<'_>, rt: &TokenStream) -> TokenStream {
    let probed = probed(model, rt);
    let found = found(model);
    let parameters = passed(model).map(|(ty, name, constraints)| match constraints {
        [] => quote!(#rt::parameter::<#ty>(#name, __types)),
        _ => constrained(model, rt, ty, name, constraints),
    });
    let wanted = model.parameters.iter().filter_map(|parameter| match parameter {
        Parameter { ty, source: Source::Context, .. } => Some(quote!(#rt::wanted::<#ty>();)),
        _ => None,
    });
    quote! {
        |__types| {
            #(#wanted)*
            #probed
            #rt::schema::Signature {
                parameters: <[_]>::into_vec(#rt::Box::new([#(#parameters),*])),
                output: #rt::output(#found, __types),
                refusal: #rt::refusal(#found, __types),
            }
        }
    }
}

/// The schema of a parameter with constraints: that of the one field of a struct made for it, on
/// which schemars' own derive reads them.
fn constrained(
    model: &Model<'_>,
    rt: &TokenStream,
    ty: &Type,
    name: &str,
    constraints: &[&Attribute],
) -> TokenStream {
    let schemars = model.krate.text("schemars");
    // From the first to the last token of the type, so that what the type lacks is said once.
    let (start, end) = ends(ty);
    let holder = Ident::new("__Constrained", start);
    let close = quote_spanned!(end=> >);
    quote! {{
        #[derive(#rt::schemars::JsonSchema)]
        #[schemars(crate = #schemars)]
        #[allow(dead_code)]
        struct __Constrained<__T> {
            #(#constraints)*
            value: __T,
        }
        #rt::constrained_parameter::<#ty, #holder<#ty #close>(#name, __types)
    }}
}

fn invoke(model: &Model<'_>, rt: &TokenStream) -> TokenStream {
    let ident = model.ident;
    let probed = probed(model, rt);
    let found = found(model);
    let contexts =
        model.parameters.iter().enumerate().filter_map(|(index, parameter)| match parameter {
            Parameter { ty, source: Source::Context, .. } => {
                let value = argument(index);
                Some(quote!(let #value = (&&#rt::Fetch::<#ty>::NEW).context(&__call).await?;))
            }
            _ => None,
        });
    let values =
        model.parameters.iter().enumerate().filter_map(|(index, parameter)| {
            match parameter.source {
                Source::Client { .. } => Some(argument(index)),
                Source::Context => None,
            }
        });
    let types = passed(model).map(|(ty, ..)| ty);
    let names = passed(model).map(|(_, name, _)| name);
    let all = (0..model.parameters.len()).map(argument);
    let wait = model.is_async.then(|| quote!(.await));
    let returned = quote_spanned!(ident.span()=> #ident(#(#all),*) #wait);
    // What is wrong with the future as a whole is shown at the function's name.
    let pin = Ident::new("__pin", ident.span());
    let run = Ident::new("async", ident.span());
    let mut body = Group::new(
        Delimiter::Brace,
        quote! {
            #(#contexts)*
            let (#(#values,)*) = (&&#rt::Fetch::<(#(#types,)*)>::NEW).arguments(&mut __call, &[#(#names),*])?;
            let __returned = #returned;
            #probed
            #rt::answer(#found, __returned, &__call)
        },
    );
    body.set_span(ident.span());
    let call = Ident::new("__call", Span::call_site());
    quote_spanned!(ident.span()=> |mut #call| #pin(#run move #body))
}

fn argument(index: usize) -> Ident {
    format_ident!("__argument_{index}")
}
