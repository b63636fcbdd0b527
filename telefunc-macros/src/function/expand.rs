//! The registration of a function: how to describe it, and how to call it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Type};

use super::check::{Model, Parameter, Source};

pub(super) fn expand(model: &Model<'_>) -> TokenStream {
    let Model { ident, name, docs, cfgs, .. } = model;
    let rt = model.krate.private();
    let describe = describe(model, &rt);
    let invoke = invoke(model, &rt);
    let rust_name = ident.to_string();
    let deprecated = option(model.deprecated.as_ref());
    let timeout = option(model.timeout.as_ref());
    let max_body = option(model.max_body.as_ref());
    quote! {
        #(#cfgs)*
        #[doc(hidden)]
        #[allow(deprecated, clippy::all, clippy::pedantic, reason = "generated")]
        const _: () = {
            #describe
            #invoke

            static HANDLER: #rt::Handler = #rt::Handler {
                invoke,
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
                    describe,
                    handler: &HANDLER,
                }
            }
        };
    }
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The parameters that the client passes.
fn passed<'m>(model: &'m Model<'_>) -> impl Iterator<Item = (&'m Type, &'m str, &'m [&'m Attribute])> {
    model.parameters.iter().filter_map(|parameter| match &parameter.source {
        Source::Client { name, constraints } => Some((parameter.ty, name.as_str(), constraints.as_slice())),
        Source::Context => None,
    })
}

/// The markers of what the function returns and of its errors, as `shape`, `outer` and `inner`.
fn shape(model: &Model<'_>, rt: &TokenStream) -> TokenStream {
    let ident = model.ident;
    let types = model.parameters.iter().map(|parameter| parameter.ty);
    let of = if model.is_async { format_ident!("of_async") } else { format_ident!("of") };
    quote_spanned! {model.returns=>
        let shape = (&&&&&&&#rt::Probe::#of::<_, (#(#types,)*)>(#ident)).shape();
        let outer = (&&&&#rt::Shape::outer(shape)).kind();
        let inner = (&&&&#rt::Shape::inner(shape)).kind();
    }
}

fn describe(model: &Model<'_>, rt: &TokenStream) -> TokenStream {
    let shape = shape(model, rt);
    let parameters = passed(model).map(|(ty, name, constraints)| {
        let described = match constraints {
            [] => quote_spanned!(ty.span()=> #rt::argument::<#ty>(types)),
            _ => constrained(model, rt, ty, constraints),
        };
        quote_spanned! {ty.span()=>
            #rt::schema::Parameter {
                name: #name,
                ty: #described,
                optional: #rt::is_optional::<#ty>(),
            }
        }
    });
    let described = quote_spanned!(model.returns=> #rt::Shape::describe(shape, types));
    let refusal = quote_spanned!(model.returns=> #rt::refusal(shape, outer, inner, types));
    quote! {
        fn describe(types: &mut #rt::schema::Types) -> #rt::schema::Signature {
            use #rt::claims::*;
            #shape
            #rt::schema::Signature {
                parameters: <[_]>::into_vec(#rt::Box::new([#(#parameters),*])),
                output: #described,
                refusal: #refusal,
            }
        }
    }
}

/// The schema of a parameter with constraints: that of the one field of a struct made for it, on
/// which schemars' own derive reads them.
fn constrained(model: &Model<'_>, rt: &TokenStream, ty: &Type, constraints: &[&Attribute]) -> TokenStream {
    let schemars = model.krate.text("schemars");
    quote_spanned! {ty.span()=> {
        #[derive(#rt::schemars::JsonSchema)]
        #[schemars(crate = #schemars)]
        #[allow(dead_code)]
        struct Constrained {
            #(#constraints)*
            value: #ty,
        }
        #rt::constrained_argument::<#ty, Constrained>(types, "value")
    }}
}

fn invoke(model: &Model<'_>, rt: &TokenStream) -> TokenStream {
    let ident = model.ident;
    let shape = shape(model, rt);
    let contexts = model.parameters.iter().enumerate().filter_map(|(index, parameter)| match parameter {
        Parameter { ty, source: Source::Context } => {
            let value = argument(index);
            Some(quote_spanned!(ty.span()=> let #value = call.context::<#ty>().await?;))
        }
        _ => None,
    });
    let values = model.parameters.iter().enumerate().filter_map(|(index, parameter)| {
        matches!(parameter.source, Source::Client { .. }).then(|| argument(index))
    });
    let types = passed(model).map(|(ty, ..)| ty);
    let names = passed(model).map(|(_, name, _)| name);
    let all = (0..model.parameters.len()).map(argument);
    let wait = model.is_async.then(|| quote!(.await));
    let returned = quote_spanned!(ident.span()=> #ident(#(#all),*) #wait);
    let pinned = quote_spanned!(ident.span()=> #rt::pin);
    let answer = quote_spanned!(model.returns=> #rt::Shape::answer(shape, outer, inner, returned, &call));
    quote! {
        fn invoke(mut call: #rt::Call) -> #rt::Invocation {
            use #rt::claims::*;
            #pinned(async move {
                #(#contexts)*
                let (#(#values,)*) = call.arguments::<(#(#types,)*)>(&[#(#names),*])?;
                let returned = #returned;
                #shape
                ::core::result::Result::Ok(#answer?)
            })
        }
    }
}

fn argument(index: usize) -> Ident {
    format_ident!("argument_{index}")
}
