//! Where the expansions find the `telefunc` crate.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Path;

/// The `crate = path` option, or its default.
#[derive(Clone)]
pub(crate) struct Crate(Option<Path>);

impl Crate {
    pub(crate) fn new(path: Option<Path>) -> Self {
        Self(path)
    }

    /// The module that expansions refer to.
    pub(crate) fn private(&self) -> TokenStream {
        match &self.0 {
            Some(path) => quote!(#path::__private),
            None => quote!(::telefunc::__private),
        }
    }

    /// A crate that [`private`](Self::private) re-exports, as text for a derive's `crate` attribute.
    pub(crate) fn text(&self, name: &str) -> String {
        let private = self.private().to_string().replace(' ', "");
        format!("{private}::{name}")
    }
}
