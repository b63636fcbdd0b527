//! `#[telefunction]`: parse the attribute and the item, check them, expand.

mod check;
mod expand;
mod parse;
mod returns;

use proc_macro2::TokenStream;

use crate::diagnostics::Mistakes;

/// Re-emits the item first; then its registration, or all that is wrong with it.
pub(crate) fn telefunction(options: TokenStream, item: TokenStream) -> TokenStream {
    let mut mistakes = Mistakes::default();
    let options = parse::options(options, &mut mistakes);
    let function = match syn::parse2::<parse::Function>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            mistakes.push(error);
            let errors = mistakes.into_tokens();
            return quote::quote!(#item #errors);
        }
    };
    let model = check::check(&function, options, &mut mistakes);
    let item = function.item();
    let rest = match mistakes.is_empty() {
        true => expand::expand(&model),
        false => {
            let demands = model.free.then(|| expand::demands(&model));
            let errors = mistakes.into_tokens();
            quote::quote!(#errors #demands)
        }
    };
    quote::quote!(#item #rest)
}
