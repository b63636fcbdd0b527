//! `#[telefunc::error]`: a value that is a refusal, with the status of each variant.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitInt};

use crate::data::{check, derived, derives, krate, unfit};
use crate::diagnostics::Mistakes;

/// Makes the item a value, and implements the conversion to a refusal.
pub(crate) fn error(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let krate = krate(options, &mut mistakes);
    let expanded = match syn::parse2::<DeriveInput>(item.clone()) {
        Ok(mut input) => {
            let statuses = statuses(&mut input, &mut mistakes);
            let fits = check(&input, &mut mistakes);
            for parameter in input.generics.type_params() {
                mistakes.add(
                    parameter,
                    "the type of a refusal can not be generic: write the concrete types",
                );
            }
            for parameter in input.generics.const_params() {
                mistakes.add(
                    parameter,
                    "the type of a refusal can not be generic: write the concrete types",
                );
            }
            let concrete = input.generics.params.is_empty();
            let derives = fits.then(|| derives(&mut input, &krate, Some("kind")));
            let refusal = concrete.then(|| refusal(&input, &krate.private(), statuses));
            quote!(#derives #input #refusal)
        }
        Err(error) => {
            mistakes.push(unfit("error", &item, error));
            item
        }
    };
    let errors = mistakes.into_tokens();
    quote!(#expanded #errors)
}

/// The status of the type, and of those variants that have their own; taken off the item, since no
/// derive knows the attribute.
struct Statuses {
    default: u16,
    variants: Vec<(Ident, TokenStream, u16)>,
}

fn statuses(input: &mut DeriveInput, mistakes: &mut Mistakes) -> Statuses {
    let default = take(&mut input.attrs, mistakes).unwrap_or(403);
    let mut variants = Vec::new();
    if let Data::Enum(data) = &mut input.data {
        for variant in &mut data.variants {
            if let Some(status) = take(&mut variant.attrs, mistakes) {
                let rest = match variant.fields {
                    Fields::Unit => quote!(),
                    Fields::Named(_) => quote!({ .. }),
                    Fields::Unnamed(_) => quote!((..)),
                };
                variants.push((variant.ident.clone(), rest, status));
            }
        }
    }
    Statuses { default, variants }
}

fn take(attrs: &mut Vec<Attribute>, mistakes: &mut Mistakes) -> Option<u16> {
    let mut status = None;
    attrs.retain(|attr| {
        let ours = attr.path().is_ident("status");
        if ours {
            let code = attr.parse_args::<LitInt>().and_then(|code| code.base10_parse::<u16>());
            match code {
                Ok(400..=599) if status.is_some() => {
                    mistakes.add(attr, "the status is given twice: remove this one");
                }
                Ok(code @ 400..=599) => status = Some(code),
                _ => {
                    mistakes.add(attr, "write a status of a refusal, 400 to 599: `#[status(404)]`")
                }
            }
        }
        !ours
    });
    status
}

fn refusal(input: &DeriveInput, rt: &TokenStream, statuses: Statuses) -> TokenStream {
    let ident = &input.ident;
    let Statuses { default, variants } = statuses;
    let arms =
        variants.iter().map(|(variant, rest, status)| quote!(#ident::#variant #rest => #status,));
    let code = if variants.is_empty() {
        quote!(#default)
    } else {
        quote! {
            match self {
                #(#arms)*
                #[allow(unreachable_patterns)]
                _ => #default,
            }
        }
    };
    let refusal = quote! {
        #[automatically_derived]
        impl #rt::Refusal for #ident {
            type Value = Self;

            fn into_parts(self) -> (#rt::Status, Self) {
                let code: ::core::primitive::u16 = #code;
                (#rt::status(code), self)
            }
        }
    };
    // A type that is a `std::error::Error` already has a conversion, which looks for this entry.
    let conversion = if derived(&input.attrs).iter().any(|derive| derive == "Error") {
        quote! {
            const _: () = {
                #rt::inventory::submit! { #rt::RefusalEntry::of::<#ident>() }
            };
        }
    } else {
        quote! {
            #[automatically_derived]
            impl ::core::convert::From<#ident> for #rt::Error {
                fn from(refusal: #ident) -> Self {
                    Self::refusal(refusal)
                }
            }

            #[automatically_derived]
            impl<V> ::core::convert::From<#ident> for #rt::Abort<V> {
                fn from(refusal: #ident) -> Self {
                    #rt::Error::refusal(refusal).into()
                }
            }
        }
    };
    quote!(#refusal #conversion)
}
