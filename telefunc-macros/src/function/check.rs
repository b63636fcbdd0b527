//! From what was written to what can be expanded: every rule of a telefunction's signature.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{
    Attribute, FnArg, Ident, Lifetime, Meta, Pat, PatType, Type, TypeImplTrait, TypeReference,
};

use super::parse::{self, Function, Options};
use super::returns::Returns;
use crate::diagnostics::Mistakes;
use crate::names;
use crate::paths::Crate;

/// A function that can be registered.
pub(super) struct Model<'a> {
    pub(super) krate: Crate,
    pub(super) ident: &'a Ident,
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) deprecated: Option<String>,
    pub(super) cfgs: Vec<&'a Attribute>,
    pub(super) is_async: bool,
    pub(super) parameters: Vec<Parameter<'a>>,
    pub(super) returns: Returns,
    /// Whether its types can be named outside of it: it is not generic, and stands in no `impl` or
    /// `trait` as far as is known.
    pub(super) free: bool,
    pub(super) timeout: Option<TokenStream>,
    pub(super) max_body: Option<TokenStream>,
}

/// A parameter of it.
pub(super) struct Parameter<'a> {
    pub(super) ty: &'a Type,
    pub(super) source: Source<'a>,
    /// Whether nothing was found wrong with how the type is written.
    pub(super) sound: bool,
}

/// Where a parameter's value comes from.
pub(super) enum Source<'a> {
    /// `#[context]`.
    Context,
    /// The client.
    Client {
        /// Its name in TypeScript.
        name: String,
        /// What `#[schemars(…)]` and its like say of it.
        constraints: Vec<&'a Attribute>,
    },
}

pub(super) fn check<'a>(
    function: &'a Function,
    options: Options,
    mistakes: &mut Mistakes,
) -> Model<'a> {
    let signature = &function.signature;
    check_signature(function, mistakes);
    let free = check_place(function, mistakes) && signature.generics.params.is_empty();
    let parameters: Vec<_> =
        signature.inputs.iter().filter_map(|input| parameter(input, mistakes)).collect();
    check_names(&parameters, mistakes);
    check_count(&parameters, mistakes);
    Model {
        krate: Crate::new(options.krate),
        ident: &signature.ident,
        name: name(&signature.ident, options.name, mistakes),
        docs: parse::docs(&function.attrs),
        deprecated: parse::deprecated(&function.attrs),
        cfgs: function.attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect(),
        is_async: signature.asyncness.is_some(),
        parameters,
        returns: Returns::of(signature),
        free,
        timeout: options.timeout,
        max_body: options.max_body,
    }
}

fn check_signature(function: &Function, mistakes: &mut Mistakes) {
    let signature = &function.signature;
    let generics = &signature.generics;
    if !generics.params.is_empty() {
        mistakes.add(
            &generics.params,
            "a telefunction can not be generic: TypeScript calls one function of one type; \
             write the concrete types, or a function for each",
        );
    }
    if let Some(clause) = &generics.where_clause {
        mistakes
            .add(clause, "a telefunction can not have a `where` clause: write the concrete types");
    }
    let modifiers: TokenStream = [
        signature.constness.to_token_stream(),
        signature.safety.to_token_stream(),
        signature.abi.to_token_stream(),
    ]
    .into_iter()
    .collect();
    if !modifiers.is_empty() {
        mistakes.add(modifiers, "a telefunction is a plain `fn` or `async fn`: remove this");
    }
    if let Some(variadic) = &signature.variadic {
        mistakes.add(variadic, "a telefunction can not be variadic: take a `Vec<T>`");
    }
    for attr in function
        .attrs
        .iter()
        .filter(|attr| attr.path().segments.last().is_some_and(|last| last.ident == "telefunction"))
    {
        mistakes.add(attr, "the function is marked `#[telefunction]` twice: remove this one");
    }
}

/// Refuses methods, as far as they can be told from functions; says whether it is none.
fn check_place(function: &Function, mistakes: &mut Mistakes) -> bool {
    let signature = &function.signature;
    if signature.receiver().is_some() {
        // Said of the receiver itself.
        return false;
    }
    let this = mentions_self(signature.to_token_stream());
    let declared = function.body.to_string() == ";";
    if let Some(this) = this.as_ref() {
        mistakes.add(this, FREE);
    } else if declared {
        mistakes.add(&signature.ident, FREE);
    }
    this.is_none() && !declared
}

const FREE: &str =
    "a telefunction stands in a module, not in an `impl` or a `trait`: move it out of there";

fn mentions_self(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident),
        TokenTree::Group(group) => mentions_self(group.stream()),
        _ => None,
    })
}

fn name(ident: &Ident, chosen: Option<(String, TokenStream)>, mistakes: &mut Mistakes) -> String {
    let Some((name, at)) = chosen else {
        return names::declarable(names::camel_case(&rust_name(ident)));
    };
    if !names::is_identifier(&name) {
        mistakes.add(at, format!("`{name}` is no name in TypeScript: use letters, digits, `_` and `$`, no digit first"));
    }
    names::declarable(name)
}

fn rust_name(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

fn parameter<'a>(input: &'a FnArg, mistakes: &mut Mistakes) -> Option<Parameter<'a>> {
    let parameter = match input {
        FnArg::Typed(parameter) => parameter,
        FnArg::Receiver(receiver) => {
            mistakes.add(
                receiver,
                "a telefunction is no method, since a client has no `self` to call it on; \
                 take `#[context] State<T>` for a value of the server's",
            );
            return None;
        }
    };
    let sound = check_type(&parameter.ty, mistakes);
    let constraints: Vec<_> =
        parameter.attrs.iter().filter(|attr| parse::is_constraint(attr)).collect();
    let source = match context(parameter, mistakes) {
        true => {
            for constraint in constraints {
                mistakes.add(constraint, "a `#[context]` parameter is the server's own value, which nothing validates: remove this");
            }
            Source::Context
        }
        false => Source::Client { name: parameter_name(parameter, mistakes)?, constraints },
    };
    for attr in parameter
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("cfg") || attr.path().is_ident("serde"))
    {
        let text = match attr.path().is_ident("cfg") {
            true => {
                "a parameter of a telefunction can not be `#[cfg]`: clients are generated once; put it on the function"
            }
            false => {
                "`#[serde]` has no effect on a parameter: put it on a field of a `#[telefunc::data]` type"
            }
        };
        mistakes.add(attr, text);
    }
    Some(Parameter { ty: &parameter.ty, source, sound })
}

fn context(parameter: &PatType, mistakes: &mut Mistakes) -> bool {
    let mut found = false;
    for attr in parameter.attrs.iter().filter(|attr| attr.path().is_ident("context")) {
        if !matches!(attr.meta, Meta::Path(_)) {
            mistakes.add(
                attr,
                "`#[context]` takes no options: the parameter's type says what is found",
            );
        }
        if std::mem::replace(&mut found, true) {
            mistakes.add(attr, "the parameter is marked `#[context]` twice: remove this one");
        }
    }
    found
}

fn parameter_name(parameter: &PatType, mistakes: &mut Mistakes) -> Option<String> {
    let Pat::Ident(pattern) = &*parameter.pat else {
        mistakes.add(
            &parameter.pat,
            "give the parameter a name, which TypeScript shows, and take it apart in the body",
        );
        return None;
    };
    let name = names::camel_case(&rust_name(&pattern.ident));
    if name.is_empty() {
        mistakes.add(
            &pattern.ident,
            "give the parameter a name with a letter in it, which TypeScript shows",
        );
        return None;
    }
    Some(names::declarable(name))
}

fn check_names(parameters: &[Parameter<'_>], mistakes: &mut Mistakes) {
    let mut seen: Vec<&str> = Vec::new();
    for parameter in parameters {
        let Source::Client { name, .. } = &parameter.source else { continue };
        if seen.contains(&name.as_str()) {
            mistakes.add(
                parameter.ty,
                format!("two parameters are called `{name}` in TypeScript: rename one"),
            );
        }
        seen.push(name);
    }
}

fn check_count(parameters: &[Parameter<'_>], mistakes: &mut Mistakes) {
    let passed =
        parameters.iter().filter(|parameter| matches!(parameter.source, Source::Client { .. }));
    if let Some(extra) = passed.clone().nth(MAX_ARGUMENTS) {
        mistakes.add(
            extra.ty,
            format!("a telefunction takes at most {MAX_ARGUMENTS} arguments: put some into a `#[telefunc::data]` struct"),
        );
    } else if let Some(extra) = parameters.get(MAX_PARAMETERS) {
        mistakes.add(
            extra.ty,
            format!(
                "a telefunction has at most {MAX_PARAMETERS} parameters, `#[context]` ones included"
            ),
        );
    }
}

/// As many as the runtime has tuples for.
const MAX_ARGUMENTS: usize = 12;
const MAX_PARAMETERS: usize = 16;

/// Refuses types that no owned value of a client's can have; says whether there was none.
fn check_type(ty: &Type, mistakes: &mut Mistakes) -> bool {
    struct Checker<'a> {
        mistakes: &'a mut Mistakes,
        sound: bool,
    }

    impl Checker<'_> {
        fn add(&mut self, at: impl ToTokens, message: impl std::fmt::Display) {
            self.mistakes.add(at, message);
            self.sound = false;
        }
    }

    impl<'ast> Visit<'ast> for Checker<'_> {
        fn visit_type_reference(&mut self, reference: &'ast TypeReference) {
            let write = match &*reference.elem {
                Type::Path(path) if path.path.is_ident("str") => "`String`".to_owned(),
                Type::Slice(slice) => format!("`Vec<{}>`", slice.elem.to_token_stream()),
                other => format!("`{}`", other.to_token_stream())
                    .replace(" <", "<")
                    .replace("< ", "<")
                    .replace(" >", ">"),
            };
            self.add(reference, format!("a telefunction owns its arguments, since they come over the network: write {write}"));
        }

        fn visit_type_impl_trait(&mut self, ty: &'ast TypeImplTrait) {
            self.add(ty, "a parameter of a telefunction has a concrete type: its validation and its TypeScript come from it");
        }

        fn visit_lifetime(&mut self, lifetime: &'ast Lifetime) {
            if lifetime.ident != "static" {
                self.add(lifetime, "a telefunction owns its arguments, since they come over the network: write a type without a lifetime");
            }
        }

        fn visit_type(&mut self, ty: &'ast Type) {
            if matches!(ty, Type::Infer(_)) {
                self.add(ty, "write out the type: its validation and its TypeScript come from it");
            }
            visit::visit_type(self, ty);
        }
    }

    let mut checker = Checker { mistakes, sound: true };
    checker.visit_type(ty);
    checker.sound
}
