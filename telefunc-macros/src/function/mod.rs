//! `#[telefunction]`: parse the attribute and the item, check them, expand.

mod check;
mod expand;
mod parse;

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
    let rest = if mistakes.is_empty() { expand::expand(&model) } else { mistakes.into_tokens() };
    quote::quote!(#item #rest)
}
