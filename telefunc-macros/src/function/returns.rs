//! Where in a signature the parts of the return type are written: for errors only, since what a
//! function returns is told by its type and not by its spelling.

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{AssocType, GenericArgument, PathArguments, ReturnType, Signature, Type};

use crate::diagnostics::ends;

/// The first and the last token of each part.
pub(super) struct Returns {
    /// What is sent: the value, or the items of the stream.
    pub(super) value: (Span, Span),
    /// The error of the `Result` around it.
    pub(super) outer: (Span, Span),
    /// The error of the stream's items.
    pub(super) inner: (Span, Span),
}

impl Returns {
    pub(super) fn of(signature: &Signature) -> Self {
        let ReturnType::Type(_, whole) = &signature.output else {
            let name = ends(&signature.ident);
            return Self { value: name, outer: name, inner: name };
        };
        let (value, outer) = result(whole).unwrap_or((whole, None));
        let item = item(value).unwrap_or(value);
        let (item, inner) = result(item).unwrap_or((item, None));
        let ends_or_whole = |part: Option<&Type>| ends(part.unwrap_or(whole));
        Self { value: ends(item), outer: ends_or_whole(outer), inner: ends_or_whole(inner) }
    }
}

/// What is written in `Result<…, …>`, whatever it is called exactly.
fn result(ty: &Type) -> Option<(&Type, Option<&Type>)> {
    let Type::Path(path) = ty else { return None };
    let last =
        path.path.segments.last().filter(|last| last.ident.to_string().ends_with("Result"))?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some((types.next()?, types.next()))
}

/// What is written behind `Item =`, at any depth.
fn item(ty: &Type) -> Option<&Type> {
    struct Finder<'a>(Option<&'a Type>);

    impl<'a> Visit<'a> for Finder<'a> {
        fn visit_assoc_type(&mut self, assoc: &'a AssocType) {
            if assoc.ident == "Item" {
                self.0.get_or_insert(&assoc.ty);
            }
            visit::visit_assoc_type(self, assoc);
        }
    }

    let mut finder = Finder(None);
    finder.visit_type(ty);
    finder.0
}

#[cfg(test)]
mod tests {
    use quote::ToTokens;
    use syn::parse_quote;

    use super::*;

    fn written(part: &Type) -> String {
        part.to_token_stream().to_string()
    }

    #[test]
    fn the_parts_of_a_result_are_found_by_its_name() {
        let ty = parse_quote!(std::io::Result<u8>);
        let parts = result(&ty).map(|(value, error)| (written(value), error.map(written)));
        assert_eq!(parts, Some(("u8".to_owned(), None)));
        let ty = parse_quote!(MyResult<Vec<u8>, E>);
        let parts = result(&ty).map(|(value, error)| (written(value), error.map(written)));
        assert_eq!(parts, Some(("Vec < u8 >".to_owned(), Some("E".to_owned()))));
        assert!(
            result(&parse_quote!(Vec<u8>)).is_none() && result(&parse_quote!(Result)).is_none()
        );
    }

    #[test]
    fn items_are_found_at_any_depth() {
        let of = |ty: Type| item(&ty).map(written);
        assert_eq!(of(parse_quote!(Pin<Box<dyn Stream<Item = u8> + Send>>)), Some("u8".to_owned()));
        assert_eq!(of(parse_quote!(impl Stream<Item = Vec<u8>>)), Some("Vec < u8 >".to_owned()));
        assert_eq!(of(parse_quote!(Vec<u8>)), None);
    }
}
