//! TypeScript types as `ts-rs` writes them, before they are compared with a schema.

/// A TypeScript type expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ast {
    Keyword(Keyword),
    Text(String),
    Number(String),
    Bool(bool),
    /// A template literal: some string.
    Template(String),
    Array(Box<Ast>),
    Tuple(Vec<Ast>),
    Object(Vec<Field>),
    /// `{ [key in K]?: V }` or `Record<K, V>`.
    Map {
        key: Box<Ast>,
        value: Box<Ast>,
        partial: bool,
    },
    Union(Vec<Ast>),
    Intersection(Vec<Ast>),
    /// A named type or a type parameter.
    Name {
        name: String,
        arguments: Vec<Ast>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    String,
    Number,
    BigInt,
    Boolean,
    Null,
    Never,
    /// `any` and `unknown`.
    Any,
    /// `undefined` and `void`.
    Undefined,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) optional: bool,
    pub(crate) ty: Ast,
    /// The lines of its doc comment.
    pub(crate) docs: Vec<String>,
}

/// `type Page<T> = …;`, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alias {
    pub(crate) parameters: Vec<String>,
    pub(crate) body: Ast,
}

impl Ast {
    pub(crate) const NULL: Self = Self::Keyword(Keyword::Null);
}
